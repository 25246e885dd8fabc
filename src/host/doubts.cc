#include "host/doubts.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace antidotary::host {

namespace {

bool may_hold_session(Tree& tree, const std::string& path) {
  constexpr std::size_t head_bytes = 4096;
  const auto head = tree.head(path, head_bytes);
  if (!head) return true;
  if (head->size() < 4) return false;
  const std::string_view magic = as_text(Bytes(*head).first(4));
  // "wake" stands there once the session was brought back; zeros where none was kept.
  return equal_ignoring_case(magic, "hibr") || equal_ignoring_case(magic, "rstr");
}

}  // namespace

std::span<const std::string_view> enum_names(Doubt) {
  static constexpr std::array<std::string_view, 3> names = {"hibernated", "unclean_log", "dirty"};
  return names;
}

std::string_view meaning_of(Doubt doubt) {
  switch (doubt) {
    case Doubt::hibernated:
      return "Windows is hibernated here (or was shut down with fast start-up, or its hiberfil.sys "
             "cannot be read): what it holds in hiberfil.sys is not seen";
    case Doubt::unclean_log:
      return "the volume was not put away cleanly: its log ($LogFile) holds changes that are not "
             "seen";
    case Doubt::dirty:
      break;
  }
  return "the volume is marked as dirty: Windows means to check it";
}

std::string_view advice_for(Doubt doubt) {
  switch (doubt) {
    case Doubt::hibernated:
      return "boot this Windows once and shut it down wholly ('shutdown /s /t 0' with fast "
             "start-up off), or work on a copy";
    case Doubt::unclean_log:
      return "boot this Windows once and shut it down wholly, so that the log is played back";
    case Doubt::dirty:
      break;
  }
  return "let Windows check it ('chkdsk /f') and shut it down wholly";
}

Status may_be_written(const std::vector<Doubt>& doubts) {
  if (doubts.empty()) return {};
  return fail(ErrorKind::refused, "nothing is written: {}; {}", meaning_of(doubts.front()),
              advice_for(doubts.front()));
}

bool is_hibernated(Tree& tree) {
  const auto top = tree.list("");
  if (!top) return true;
  return std::any_of(top->begin(), top->end(), [&tree](const Node& node) {
    return node.kind != NodeKind::directory && equal_ignoring_case(node.name, "hiberfil.sys") &&
           may_hold_session(tree, node.name);
  });
}

}  // namespace antidotary::host

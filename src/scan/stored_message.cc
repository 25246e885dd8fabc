#include "scan/stored_message.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "core/digest.h"
#include "core/text.h"
#include "formats/mbox/mailbox.h"
#include "scan/report.h"

namespace antidotary::scan {
namespace {

std::set<std::uint64_t> named(const Report& report) {
  std::set<std::uint64_t> out;
  const auto add = [&out](const std::vector<std::string>& path) {
    if (path.size() > 1) out.insert(message_number(path[1]));
  };
  for (const Detection& one : report.detections) {
    if (one.convicts) add(one.path);
  }
  for (const Alert& one : report.alerts) add(one.path);
  out.erase(0);
  return out;
}

std::string message_id_of(std::string_view message) {
  constexpr std::string_view field = "message-id:";
  for (std::size_t at = 0; at < message.size();) {
    const std::string_view line = message.substr(at, message.find('\n', at) - at);
    if (trim(line).empty()) break;
    if (ascii_lower(line.substr(0, field.size())) == field) {
      return std::string(trim(line.substr(field.size())).substr(0, message_id_bytes_max));
    }
    at += line.size() + 1;
  }
  return {};
}

}  // namespace

std::uint64_t message_number(const std::string& name) {
  constexpr std::string_view lead = "message ";
  if (!name.starts_with(lead)) return 0;
  std::uint64_t number = 0;
  const char* const end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data() + lead.size(), end, number);
  return error == std::errc() && stop == end ? number : 0;
}

void place_messages(Bytes bytes, Budget& budget, Report& report) {
  const std::set<std::uint64_t> wanted = named(report);
  auto mailbox = mbox::Mailbox::open(bytes);
  if (wanted.empty() || !mailbox) return;
  std::size_t stated_until = 0;
  while (report.messages.size() < wanted.size()) {
    const auto item = mailbox->next(budget);
    if (!item || !*item) return;
    const mbox::Item& one = **item;
    const bool contested = one.stated_end || one.offset < stated_until;
    stated_until = std::max(stated_until, one.stated_end.value_or(0));
    if (wanted.find(one.number) == wanted.end()) continue;
    const Bytes all = bytes.subspan(one.offset, one.end - one.offset);
    if (!budget.step(all.size() / 16 + 1)) return;
    report.messages.push_back({one.number, one.offset, all.size(), sha256_hex(all),
                               message_id_of(as_text(mailbox->message(one))), contested});
  }
}

}  // namespace antidotary::scan

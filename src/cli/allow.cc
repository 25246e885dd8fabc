// allow add|list|remove: what a person decided is no threat here.
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <optional>

#include "cli/allow_book.h"
#include "cli/desk.h"
#include "cli/explain_signature.h"
#include "cli/packs.h"
#include "core/text.h"
#include "entries/names.h"
#include "files/state.h"
#include "signatures/hashes/fields.h"

namespace antidotary::cli {
namespace {

/// "30d", "12h", "2w": seconds. Errors: bad_input.
Result<std::uint64_t> seconds_of(const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  const std::string_view unit(parsed.ptr, static_cast<std::size_t>(end - parsed.ptr));
  const std::uint64_t factor = unit == "h"   ? 3600
                               : unit == "d" ? 86'400
                               : unit == "w" ? 604'800
                                             : 0;
  if (parsed.ec != std::errc{} || factor == 0 || number == 0 || number > 100'000) {
    return fail(ErrorKind::bad_input, "--for takes a time such as 12h, 30d or 8w, not '{}'", text);
  }
  return number * factor;
}

Result<std::string> digest_of_file(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    return fail(ErrorKind::bad_input, "{} is not a file: files are allowed one by one", path);
  }
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const files::Root root = ANTIDOTARY_TRY(files::Root::open(folder));
  const auto file = root.open_file(slash == std::string::npos ? path : path.substr(slash + 1));
  if (!file) return fail(ErrorKind::permission, "cannot read {}", path);
  return files::sha256_of(file->get());
}

bool exists(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

/// An entry is allowed as a whole: one that asks for less is told so, and gets no more than asked.
Result<scan::Allowance> entry_of(const std::string& what, const entries::NameMatch& match) {
  if (match.variant != nullptr) {
    return fail(ErrorKind::bad_input,
                "'{}' is one variant, and an entry is allowed as a whole: name {}, or the file",
                what, match.entry->id);
  }
  return scan::Allowance{scan::Allowance::Kind::entry, match.entry->id, "", 0, 0, {}};
}

/// Whether a pack at hand has a signature of that name; nothing where there is no pack.
std::optional<bool> pack_knows(const Invocation& invocation, const std::string& name) {
  const auto opened = pack_of(invocation, {});
  if (!opened || !*opened) return std::nullopt;
  const auto found = explain_signature(*(*opened)->pack, name);
  return found && !found->empty();
}

/// A name that an entry or nobody knows may well be a signature's: it is taken, and this is said.
void tell_of_name(const Invocation& invocation, const std::string& what,
                  const entries::Resolution& resolution) {
  const std::optional<bool> known = pack_knows(invocation, what);
  if (const entries::Entry* const entry = resolution.family()) {
    complain(
        fmt::format("'{}' is a label of {} as well: what that entry finds is silenced by "
                    "'antidotary allow add {}'",
                    what, entry->id, entry->id));
  } else if (!known.value_or(false)) {
    complain(fmt::format("{} '{}'; it is allowed as a signature's name",
                         known ? "neither an entry nor the pack knows" : "no entry knows", what));
  }
}

/// What `what` is: a digest, an entry, a file (whose digest is meant), or a signature's name.
Result<scan::Allowance> allowance_of(const Invocation& invocation,
                                     const entries::Encyclopedia& encyclopedia) {
  using Kind = scan::Allowance::Kind;
  const std::string& what = invocation.arguments[0];
  if (signatures::hashes::is_digest(what)) {
    return scan::Allowance{Kind::digest, ascii_lower(what), "", 0, 0, {}};
  }
  if (encyclopedia.find(what) != nullptr) return scan::Allowance{Kind::entry, what, "", 0, 0, {}};
  if (exists(what)) {
    const std::string sha256 = ANTIDOTARY_TRY(digest_of_file(what));
    return scan::Allowance{Kind::digest, sha256, "", 0, 0, absolute_path(what)};
  }
  const entries::Resolution resolution = entries::resolve(encyclopedia, what);
  const bool path_like = what.find('/') != std::string::npos;
  if (path_like && resolution.kind == entries::Resolution::Kind::one) {
    return entry_of(what, resolution.matches[0]);
  }
  const bool blank = what.find_first_of(" \t\r\n") != std::string::npos;
  if (path_like || blank || what.empty()) {
    return fail(ErrorKind::bad_input,
                "'{}' is no file, no digest, no entry and no signature's name", what);
  }
  tell_of_name(invocation, what, resolution);
  return scan::Allowance{Kind::name, what, "", 0, 0, {}};
}

std::string date_of(std::uint64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::string out(32, '\0');
  out.resize(std::strftime(out.data(), out.size(), "%Y-%m-%d %H:%M", &parts));
  return out;
}

Result<scan::Allowance> new_allowance(const Invocation& invocation) {
  const auto encyclopedia = ANTIDOTARY_TRY(open_encyclopedia(invocation));
  scan::Allowance out = ANTIDOTARY_TRY(allowance_of(invocation, encyclopedia));
  out.reason = invocation.value("reason");
  if (out.reason.empty()) {
    return fail(ErrorKind::bad_input,
                "an allowance needs a reason for whoever reads it later: --reason 'our own tool'");
  }
  out.made_s = unix_seconds();
  if (invocation.has("for")) {
    out.ends_s = out.made_s + ANTIDOTARY_TRY(seconds_of(invocation.value("for")));
  }
  return out;
}

Status add(const Invocation& invocation) {
  const scan::Allowance one = ANTIDOTARY_TRY(new_allowance(invocation));
  const files::Root state = ANTIDOTARY_TRY(open_state(invocation));
  const auto lock = ANTIDOTARY_TRY(files::Lock::wait(state.descriptor(), "allow.lock"));
  auto list = ANTIDOTARY_TRY(read_allowances(state));
  std::erase_if(list,
                [&](const auto& old) { return old.kind == one.kind && old.what == one.what; });
  list.push_back(one);
  ANTIDOTARY_CHECK(write_allowances(state, list));
  const std::string file = one.file ? " of " + escape_for_terminal(*one.file) : "";
  print(fmt::format("allowed: {} {}{}{}\n", enum_name(one.kind), escape_for_terminal(one.what),
                    file, one.ends_s == 0 ? "" : ", until " + date_of(one.ends_s) + " UTC"));
  return {};
}

Status remove(const Invocation& invocation) {
  const files::Root state = ANTIDOTARY_TRY(open_state(invocation));
  const auto lock = ANTIDOTARY_TRY(files::Lock::wait(state.descriptor(), "allow.lock"));
  auto list = ANTIDOTARY_TRY(read_allowances(state));
  const std::string& what = invocation.arguments[0];
  const std::string path = absolute_path(what);
  // A file that was allowed is named again, whether or not it is as it was, or is there at all.
  const auto now = exists(what) ? digest_of_file(what) : Result<std::string>("");
  const std::size_t removed = std::erase_if(list, [&](const scan::Allowance& one) {
    return one.what == what || one.what == ascii_lower(what) || one.file == path ||
           (now && one.what == *now);
  });
  if (removed == 0) {
    return fail(ErrorKind::not_found, "'{}' is not allowed; 'antidotary allow list' shows what is",
                what);
  }
  return write_allowances(state, list);
}

Status list(const Invocation& invocation) {
  const files::Root state = ANTIDOTARY_TRY(open_state(invocation));
  const std::uint64_t now_s = unix_seconds();
  for (const scan::Allowance& one : ANTIDOTARY_TRY(read_allowances(state))) {
    const bool ended = one.ends_s != 0 && one.ends_s <= now_s;
    if (invocation.has("json")) {
      print_line(typed("allowance", to_json(one)));
      continue;
    }
    const std::string end = one.ends_s == 0 ? "for good"
                            : ended         ? "ended " + date_of(one.ends_s)
                                            : "until " + date_of(one.ends_s);
    const std::string file = one.file ? "  of " + escape_for_terminal(*one.file) : "";
    print(fmt::format("{:6} {}{}  {}  since {}  {}\n", enum_name(one.kind),
                      escape_for_terminal(one.what), file, end, date_of(one.made_s),
                      escape_for_terminal(one.reason)));
  }
  return {};
}

Exit exit_of(const Status& status) { return status ? Exit::clean : complain(status.error()); }

}  // namespace

Exit run_allow_add(const Invocation& invocation) { return exit_of(add(invocation)); }
Exit run_allow_list(const Invocation& invocation) { return exit_of(list(invocation)); }
Exit run_allow_remove(const Invocation& invocation) { return exit_of(remove(invocation)); }

}  // namespace antidotary::cli

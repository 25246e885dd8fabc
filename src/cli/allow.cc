// allow add|list|remove: what a person decided is no threat here.
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <ctime>

#include "cli/allow_book.h"
#include "cli/desk.h"
#include "core/text.h"
#include "files/state.h"

namespace antidotary::cli {
namespace {

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char one) {
    return (one >= '0' && one <= '9') || (one >= 'a' && one <= 'f') || (one >= 'A' && one <= 'F');
  });
}

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

/// What `what` is: a digest, an entry, a file (whose digest is meant), or a signature's name.
Result<scan::Allowance> allowance_of(const std::string& what,
                                     const entries::Encyclopedia& encyclopedia) {
  scan::Allowance out;
  const bool digest_length = what.size() == 32 || what.size() == 40 || what.size() == 64;
  if (digest_length && is_hex(what)) {
    out.kind = scan::Allowance::Kind::digest;
    out.what = ascii_lower(what);
    return out;
  }
  if (encyclopedia.find(what) != nullptr) {
    out.kind = scan::Allowance::Kind::entry;
    out.what = what;
    return out;
  }
  struct stat status {};
  if (stat(what.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) {
      return fail(ErrorKind::bad_input, "{} is not a file: files are allowed one by one", what);
    }
    const files::Fd file = [&] {
      const std::size_t slash = what.rfind('/');
      const std::string folder = slash == std::string::npos ? "." : what.substr(0, slash + 1);
      const auto root = files::Root::open(folder);
      if (!root) return files::Fd{};
      auto opened = root->open_file(slash == std::string::npos ? what : what.substr(slash + 1));
      return opened ? std::move(*opened) : files::Fd{};
    }();
    if (!file.valid()) return fail(ErrorKind::permission, "cannot read {}", what);
    out.kind = scan::Allowance::Kind::digest;
    out.what = ANTIDOTARY_TRY(files::sha256_of(file.get()));
    return out;
  }
  const bool path_like = what.find('/') != std::string::npos;
  if (path_like || what.empty()) {
    return fail(ErrorKind::bad_input,
                "'{}' is no file, no digest, no entry and no signature's name", what);
  }
  out.kind = scan::Allowance::Kind::name;
  out.what = what;
  return out;
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
  scan::Allowance out = ANTIDOTARY_TRY(allowance_of(invocation.arguments[0], encyclopedia));
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
  print(fmt::format("allowed: {} {}{}\n", enum_name(one.kind), escape_for_terminal(one.what),
                    one.ends_s == 0 ? "" : ", until " + date_of(one.ends_s) + " UTC"));
  return {};
}

Status remove(const Invocation& invocation) {
  const files::Root state = ANTIDOTARY_TRY(open_state(invocation));
  const auto lock = ANTIDOTARY_TRY(files::Lock::wait(state.descriptor(), "allow.lock"));
  auto list = ANTIDOTARY_TRY(read_allowances(state));
  const std::string& what = invocation.arguments[0];
  const std::size_t removed = std::erase_if(
      list, [&](const auto& one) { return one.what == what || one.what == ascii_lower(what); });
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
    print(fmt::format("{:6} {}  {}  since {}  {}\n", enum_name(one.kind),
                      escape_for_terminal(one.what), end, date_of(one.made_s),
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

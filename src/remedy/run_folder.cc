#include "remedy/run_folder.h"

#include <fcntl.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>

#include "core/digest.h"
#include "core/text.h"
#include "files/act.h"
#include "files/state.h"

namespace antidotary::remedy {
namespace {

constexpr std::uint64_t file_bytes_max = 1ULL << 30;
constexpr std::string_view id_shape = "00000000-000000-xxxx";
constexpr std::string_view unfinished = ".new-";

Status write_file(int folder, const std::string& name, std::string_view text) {
  const files::Fd file = ANTIDOTARY_TRY(files::act::create(folder, name, 0600));
  ANTIDOTARY_CHECK(files::act::write_all(file.get(), as_bytes(text)));
  return files::act::sync(file.get());
}

// What runs that never began have left; they may hold two files and nothing else.
Status clear_unfinished(const files::Root& state) {
  const files::Fd runs = ANTIDOTARY_TRY(state.open_directory("runs"));
  for (const files::Named& node : ANTIDOTARY_TRY(state.list("runs"))) {
    if (!node.name.starts_with(unfinished) ||
        !is_run_id(std::string_view(node.name).substr(unfinished.size()))) {
      continue;
    }
    const files::Fd folder = ANTIDOTARY_TRY(state.open_directory("runs/" + node.name));
    for (const char* name : {"plan.json", "journal"}) {
      auto removed = files::act::remove(folder.get(), name);
      if (!removed && removed.error().kind != ErrorKind::not_found) return removed;
    }
    ANTIDOTARY_CHECK(files::act::remove_directory(runs.get(), node.name));
  }
  return {};
}

Result<plan::Plan> read_plan(int folder, const std::string& sha256) {
  const files::Fd file = ANTIDOTARY_TRY(files::open_file_in(folder, "plan.json"));
  const Buffer bytes = ANTIDOTARY_TRY(files::read_whole(file.get(), file_bytes_max));
  if (sha256_hex(bytes) != sha256) {
    return fail(ErrorKind::malformed, "plan.json is not the one that the journal speaks of");
  }
  return record_from_json<plan::Plan>(ANTIDOTARY_TRY(Json::parse(as_text(bytes))));
}

}  // namespace

bool is_run_id(std::string_view text) {
  if (text.size() != id_shape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool digit = c >= '0' && c <= '9';
    const bool fits = id_shape[i] == '-'   ? c == '-'
                      : id_shape[i] == '0' ? digit
                                           : digit || (c >= 'a' && c <= 'f');
    if (!fits) return false;
  }
  return true;
}

Result<std::string> new_run_id(std::uint64_t unix_s) {
  Buffer random(2);
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    return tl::unexpected(files::system_error(errno, "get", "random bytes"));
  }
  const auto seconds = static_cast<std::time_t>(unix_s);
  std::tm utc{};
  std::array<char, 32> text{};
  if (::gmtime_r(&seconds, &utc) == nullptr ||
      std::strftime(text.data(), text.size(), "%Y%m%d-%H%M%S", &utc) == 0) {
    return fail(ErrorKind::bad_input, "the clock says {} seconds, which is no date", unix_s);
  }
  std::string id = fmt::format("{}-{}", text.data(), to_hex(random));
  if (is_run_id(id)) return id;
  return fail(ErrorKind::bad_input, "the clock says {} seconds, which is no date", unix_s);
}

Status make_run_folder(const files::Root& state, const std::string& id, const plan::Plan& plan,
                       BeginFact begin, std::uint64_t now_unix_s, Bytes key) {
  // What another process has only begun must not be taken for what a dead one left.
  const files::Fd locks = ANTIDOTARY_TRY(state.open_directory("locks"));
  const files::Lock lock = ANTIDOTARY_TRY(files::Lock::wait(locks.get(), "runs"));
  ANTIDOTARY_CHECK(clear_unfinished(state));
  const files::Fd runs = ANTIDOTARY_TRY(state.open_directory("runs"));
  const std::string fresh = std::string(unfinished) + id;
  ANTIDOTARY_CHECK(files::act::make_directory(runs.get(), fresh, 0700));
  const files::Fd folder = ANTIDOTARY_TRY(state.open_directory("runs/" + fresh));

  const std::string json = to_json(plan).dump();
  begin.plan_sha256 = sha256_hex(as_bytes(std::string_view(json)));
  ANTIDOTARY_CHECK(write_file(folder.get(), "plan.json", json));
  Journal journal = ANTIDOTARY_TRY(Journal::create(folder.get(), key, id));
  Event event;
  event.kind = EventKind::begin;
  event.time_unix_s = now_unix_s;
  event.begin = std::move(begin);
  ANTIDOTARY_CHECK(journal.append(event));
  ANTIDOTARY_CHECK(files::act::sync(folder.get()));
  ANTIDOTARY_CHECK(files::act::rename_no_replace(runs.get(), fresh, runs.get(), id));
  return files::act::sync(runs.get());
}

Result<RunFolder> read_run_folder(const files::Root& state, const std::string& id, Bytes key) {
  if (!is_run_id(id)) {
    return fail(ErrorKind::bad_input, "{} is not the id of a run", escape_for_terminal(id));
  }
  auto folder = state.open_directory("runs/" + id);
  if (!folder && folder.error().kind == ErrorKind::not_found) {
    return fail(ErrorKind::not_found, "there is no run {}", id);
  }
  if (!folder) return tl::unexpected(std::move(folder).error());
  const files::Fd file = ANTIDOTARY_TRY(files::open_file_in(folder->get(), "journal"));
  const Buffer bytes = ANTIDOTARY_TRY(files::read_whole(file.get(), file_bytes_max));
  JournalContent journal = ANTIDOTARY_TRY(read_journal(bytes, key, id));
  if (journal.events.empty() || !journal.events.front().begin) {
    return fail(ErrorKind::malformed, "journal of run {}, line 1: it has no beginning", id);
  }
  plan::Plan plan =
      ANTIDOTARY_TRY(read_plan(folder->get(), journal.events.front().begin->plan_sha256));
  Ledger ledger = ANTIDOTARY_TRY(Ledger::read(plan, journal.events));
  return RunFolder{std::move(*folder), std::move(plan), std::move(journal), std::move(ledger)};
}

Result<std::vector<std::string>> run_ids(const files::Root& state) {
  std::vector<std::string> ids;
  for (const files::Named& node : ANTIDOTARY_TRY(state.list("runs"))) {
    if (is_run_id(node.name)) ids.push_back(node.name);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace antidotary::remedy

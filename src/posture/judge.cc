// Judge: rules asked in order until one decides; for each user where the rule is about users.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/reader.h"
#include "core/text.h"
#include "formats/executable/file_version.h"
#include "posture/condition.h"
#include "posture/posture.h"

namespace antidotary::posture {
namespace {

using namespace std::string_view_literals;
using entries::CheckPart;
using entries::CheckRule;
using entries::CheckVerdict;

constexpr std::uint64_t filetime_per_day = 864'000'000'000ull;
constexpr std::size_t listed_max = 64;

bool before(const Windows& windows, const entries::WindowsLevel& level) {
  return windows.build < level.build ||
         (windows.build == level.build && windows.service_pack < level.service_pack);
}

/// Worse first: a failure is not hidden by what is unknown, nor that by what passed.
int badness(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::fail:
      return 3;
    case CheckVerdict::unknown:
      return 2;
    case CheckVerdict::pass:
      return 1;
    case CheckVerdict::not_applicable:
      return 0;
  }
  return 0;
}

bool asks_users(const CheckRule& rule) { return starts_with_ignoring_case(rule.key, "HKCU\\"); }

/// What a rule says; nothing decided: the next is asked.
struct Answer {
  std::optional<CheckVerdict> verdict;
  std::string reason;
};

class Judge {
 public:
  Judge(const Windows& windows, host::Computer& computer)
      : windows_(windows), computer_(computer) {}

  PartResult part(const CheckPart& part, const host::User* user) {
    PartResult out;
    out.name = part.name;
    if (user != nullptr) out.user = user->name;
    for (const CheckRule& rule : part.rules) {
      const Answer answer = ask(rule, out);
      if (!answer.verdict) continue;
      out.verdict = *answer.verdict;
      out.reason = answer.reason;
      const bool seen = !out.observations.empty() && out.observations.back().present;
      if (!rule.note.empty() && seen) out.reason += " (" + rule.note + ")";
      if (out.verdict == CheckVerdict::fail) out.mend = rule.mend;
      // A log that was not read may have turned off what the hive still shows as on.
      if (out.verdict == CheckVerdict::pass && !doubt_.empty()) {
        out.verdict = CheckVerdict::unknown;
        out.reason += "; but " + doubt_;
      }
      return out;
    }
    // What could not be read is never taken for what is not there.
    out.verdict = doubt_.empty() ? part.otherwise : CheckVerdict::unknown;
    out.reason = doubt_.empty() ? part.otherwise_why : doubt_;
    return out;
  }

 private:
  Answer ask(const CheckRule& rule, PartResult& out) {
    switch (rule.subject) {
      case CheckRule::Subject::value:
      case CheckRule::Subject::age:
        return ask_value(rule, out);
      case CheckRule::Subject::values_of:
      case CheckRule::Subject::subkeys_of:
        return ask_list(rule, out);
      case CheckRule::Subject::version:
        return ask_version(rule, out);
    }
    return {};
  }

  /// The keys of the machine, or of the one user.
  std::vector<host::KeyHit> keys(const CheckRule& rule, const std::string& user) {
    std::vector<host::KeyHit> hits = computer_.keys(rule.key);
    const std::string root = "HKCU (" + user + ")";
    std::erase_if(hits, [&](const host::KeyHit& hit) {
      // What 32-bit programs see of 64-bit Windows is not what Windows itself goes by.
      const bool other_view = starts_with_ignoring_case(hit.fact.key, "Wow6432Node\\");
      return other_view || (asks_users(rule) && !starts_with_ignoring_case(hit.fact.root, root));
    });
    remember_doubt();
    return hits;
  }

  void remember_doubt() {
    if (doubt_.empty()) doubt_ = computer_.doubt();
  }

  static Answer decide(const CheckRule& rule, const Said& said, const std::string& where,
                       const std::string& shown) {
    const std::string reason = fmt::format("{} is {}", where, shown);
    if (any_holds(rule.pass, said)) return {CheckVerdict::pass, reason};
    if (any_holds(rule.fail, said)) return {CheckVerdict::fail, reason};
    if (rule.neither) return {*rule.neither, reason};
    return {};
  }

  static Answer absent(const CheckRule& rule, const std::string& what) {
    if (!rule.absent) return {};
    return {*rule.absent, what + " is not there"};
  }

  Answer ask_value(const CheckRule& rule, PartResult& out) {
    const std::string named = rule.key + ": " + (rule.value.empty() ? "(default)" : rule.value);
    for (const host::KeyHit& hit : keys(rule, out.user)) {
      const auto value = hit.hive->find_value(hit.key, rule.value);
      if (!value) return unread(value.error());
      if (!*value) continue;
      const auto data = hit.hive->data(**value);
      if (!data) return unread(data.error());
      Observation seen;
      seen.registry = hit.fact;
      seen.registry->value = (*value)->name;
      seen.registry->type = (*value)->type;
      seen.registry->data = *data;
      seen.where = where_of(*seen.registry);
      seen.present = true;
      const Said said = said_by((*value)->type, *data);
      seen.said = said.shown();
      out.observations.push_back(seen);
      if (rule.subject == CheckRule::Subject::age) return judge_age(rule, seen, *data);
      return decide(rule, said, seen.where, seen.said.empty() ? "empty" : seen.said);
    }
    out.observations.push_back({named, "", false, !doubt_.empty(), std::nullopt});
    return doubt_.empty() ? absent(rule, named) : Answer{};
  }

  Answer judge_age(const CheckRule& rule, Observation& seen, Bytes data) {
    if (data.size() != 8) return {CheckVerdict::unknown, seen.where + " holds no time"};
    if (windows_.shutdown_filetime == 0) {
      return {CheckVerdict::unknown, "the last shutdown is not recorded, against which to count"};
    }
    const std::uint64_t then = load_u64_le(data, 0);
    const std::uint64_t days = then >= windows_.shutdown_filetime
                                   ? 0
                                   : (windows_.shutdown_filetime - then) / filetime_per_day;
    Said said;
    said.number = days;
    return decide(rule, said, seen.where, fmt::format("{} days before the last shutdown", days));
  }

  /// Values as "name=data", or subkeys by name; the first that fails decides.
  Answer ask_list(const CheckRule& rule, PartResult& out) {
    std::size_t count = 0;
    bool there = false;
    for (const host::KeyHit& hit : keys(rule, out.user)) {
      there = true;
      auto items = items_of(rule, hit);
      if (!items) return unread(items.error());
      count += items->size();
      for (Observation& item : *items) {
        const Said said{{item.said}, std::nullopt, false};
        const bool bad =
            any_holds(rule.fail, said) || (rule.fail.empty() && !any_holds(rule.pass, said));
        if (bad) {
          out.observations.push_back(item);
          return {CheckVerdict::fail, fmt::format("{}: {}", item.where, item.said)};
        }
        if (out.observations.size() < listed_max) out.observations.push_back(std::move(item));
      }
    }
    if (!doubt_.empty()) return {CheckVerdict::unknown, doubt_};
    if (!there || count == 0) return absent(rule, rule.key);
    return {CheckVerdict::pass, fmt::format("{} listed, none of them bad", count)};
  }

  Result<std::vector<Observation>> items_of(const CheckRule& rule, const host::KeyHit& hit) {
    std::vector<Observation> out;
    host::RegistryFact key = hit.fact;
    key.whole_key = true;
    const std::string where = where_of(key);
    if (rule.subject == CheckRule::Subject::subkeys_of) {
      for (const regf::Key& one : ANTIDOTARY_TRY(hit.hive->subkeys(hit.key))) {
        out.push_back({where, one.name, true, false, std::nullopt});
      }
      return out;
    }
    for (const regf::Value& one : ANTIDOTARY_TRY(hit.hive->values(hit.key))) {
      const Buffer data = ANTIDOTARY_TRY(hit.hive->data(one));
      out.push_back(
          {where, one.name + "=" + said_by(one.type, data).shown(), true, false, std::nullopt});
    }
    return out;
  }

  Answer ask_version(const CheckRule& rule, PartResult& out) {
    const std::size_t slash = rule.file.rfind('\\');
    const std::string folder = rule.file.substr(0, slash == std::string::npos ? 0 : slash);
    const std::string name = rule.file.substr(slash == std::string::npos ? 0 : slash + 1);
    for (const std::string& place : computer_.folders(folder)) {
      remember_doubt();
      for (const host::FileFact& file : computer_.files(place, name, false)) {
        auto opened = computer_.open(file.path);
        if (!opened) return unread(opened.error());
        Budget budget;
        const auto version = executable::read_file_version((*opened)->bytes(), budget);
        if (!version) return unread(version.error());
        if (!*version) return {CheckVerdict::unknown, file.path + " states no version"};
        return judge_version(rule, file.path, executable::text_of(**version), out);
      }
    }
    remember_doubt();
    out.observations.push_back({rule.file, "", false, !doubt_.empty(), std::nullopt});
    return doubt_.empty() ? absent(rule, rule.file) : Answer{};
  }

  static Answer judge_version(const CheckRule& rule, const std::string& path,
                              const std::string& version, PartResult& out) {
    out.observations.push_back({path, version, true, false, std::nullopt});
    const bool other = !rule.branch.empty() && !version.starts_with(rule.branch + ".");
    if (other) return {};
    return decide(rule, Said{{version}, std::nullopt, true}, path, "version " + version);
  }

  static Answer unread(const Error& error) { return {CheckVerdict::unknown, error.what}; }

  const Windows& windows_;
  host::Computer& computer_;
  std::string doubt_;
};

/// Users who sit at the computer: the profiles that Windows keeps for itself open no attachment.
std::vector<const host::User*> people_of(host::Computer& computer) {
  static constexpr std::array own = {"All Users"sv,     "Public"sv,        "Default"sv,
                                     "Default User"sv,  "systemprofile"sv, "LocalService"sv,
                                     "NetworkService"sv};
  std::vector<const host::User*> out;
  for (const host::User& user : computer.users()) {
    const bool is_own = std::any_of(own.begin(), own.end(), [&](std::string_view name) {
      return equal_ignoring_case(name, user.name);
    });
    if (!is_own) out.push_back(&user);
  }
  return out;
}

/// Whether a part speaks of this Windows; nullopt where that cannot be told.
std::optional<bool> applies(const CheckPart& part, const Windows& windows) {
  if (!part.since && !part.until) return true;
  if (windows.build == 0) return std::nullopt;
  return (!part.since || !before(windows, *part.since)) &&
         (!part.until || before(windows, *part.until));
}

void judge_part(const CheckPart& part, const Windows& windows, host::Computer& computer,
                std::vector<PartResult>& out) {
  const auto here = applies(part, windows);
  if (!here) {
    out.push_back({part.name,
                   "",
                   CheckVerdict::unknown,
                   "which Windows this is could not be read",
                   {},
                   std::nullopt});
    return;
  }
  if (!*here) {
    out.push_back(
        {part.name, "", CheckVerdict::not_applicable, "not on this Windows", {}, std::nullopt});
    return;
  }
  const std::vector<const host::User*> people = people_of(computer);
  const bool users = std::any_of(part.rules.begin(), part.rules.end(), asks_users);
  if (!users) return out.push_back(Judge(windows, computer).part(part, nullptr));
  if (people.empty()) {
    out.push_back(
        {part.name, "", CheckVerdict::unknown, "no user's registry was found", {}, std::nullopt});
  }
  for (const host::User* user : people) {
    out.push_back(Judge(windows, computer).part(part, user));
  }
}

}  // namespace

CheckResult judge(const entries::PostureCheck& check, const Windows& windows,
                  host::Computer& computer) {
  CheckResult out;
  out.id = check.id;
  for (const CheckPart& part : check.parts) judge_part(part, windows, computer, out.parts);
  out.verdict = CheckVerdict::not_applicable;
  for (const PartResult& part : out.parts) {
    if (badness(part.verdict) > badness(out.verdict)) out.verdict = part.verdict;
  }
  return out;
}

Posture judge(const entries::Encyclopedia& encyclopedia, host::Computer& computer) {
  Posture out;
  out.windows = windows_of(computer);
  for (const entries::PostureCheck& check : encyclopedia.checks()) {
    out.checks.push_back(judge(check, out.windows, computer));
  }
  out.unread = computer.unread();
  out.dirty_hives = computer.dirty_hives();
  out.replayed_hives = computer.replayed_hives();
  return out;
}

}  // namespace antidotary::posture

// Lint: an entry says what sort of threat it is, in the words that pages and exports group by.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

struct Sort {
  std::string_view type;
  std::string_view subtypes;  ///< Parted by blanks.
};
constexpr std::array<Sort, 7> sorts = {{
    {"worm",
     "instant-messenger irc mass-mailer memory-only network network-exploit network-share "
     "newsgroup p2p removable-drive web"},
    {"virus", "boot-sector companion file-infector macro script"},
    {"trojan",
     "backdoor banker clicker downloader dropper file-destroying keylogger miner password-stealer "
     "proxy ransom rootkit spy"},
    {"backdoor", "irc-bot remote-access web-shell"},
    {"payload", "denial-of-service file-destroying"},
    {"unwanted", "adware dialer hacktool rogue spyware"},
    {"test-file", "standard"},
}};

/// The subtypes of the class's type; empty where the type is none.
std::string_view subtypes_of(std::string_view type) {
  for (const Sort& sort : sorts) {
    if (sort.type == type) return sort.subtypes;
  }
  return {};
}

std::string types_in_words() {
  std::string out;
  for (const Sort& sort : sorts) out += (out.empty() ? "" : ", ") + std::string(sort.type);
  return out;
}

class ClassIsGiven final : public EntryLint {
 public:
  std::string_view name() const override { return "class-is-given"; }
  std::string_view advice() const override {
    return "Write `class = [\"worm/mass-mailer\"]`: a type, a slash and a subtype in lower case.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    if (entry.classes.empty()) report.say(entry.place, "the entry has no class");
    for (const std::string& name : entry.classes) check_class(entry, name, report);
  }

 private:
  static void check_class(const Entry& entry, const std::string& name, Report& report) {
    const std::size_t slash = name.find('/');
    const std::string_view type = std::string_view(name).substr(0, slash);
    const std::string_view subtypes = subtypes_of(type);
    // What an importer writes where its source does not say: to be filled in before it is tested.
    const bool open = entry.status == Status::draft && name.ends_with("/unknown");
    if (open && (type == "malware" || !subtypes.empty())) return;
    if (slash == std::string::npos) {
      report.say(entry.place, fmt::format("{} is no class", name));
    } else if (subtypes.empty()) {
      report.say(entry.place, fmt::format("{} is no type of threat", type),
                 fmt::format("There are {}.", types_in_words()));
    } else if (const auto known = split(subtypes, ' ');
               std::count(known.begin(), known.end(), name.substr(slash + 1)) == 0) {
      report.say(entry.place, fmt::format("{} is no class", name),
                 fmt::format("Below {} there are {}.", type, subtypes));
    }
  }
};

}  // namespace

const Lint& class_is_given_lint() {
  static const ClassIsGiven rule;
  return rule;
}

}  // namespace antidotary::entries

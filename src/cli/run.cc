// From the words on the command line to a verb, through CLI11; help from the table of verbs.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "cli/desk.h"
#include "cli/help.h"
#include "cli/verb.h"
#include "core/text.h"
#include "entries/names.h"

namespace antidotary::cli {
namespace {

// The verb whose one or two words begin `words`; two words win.
const Verb* find_verb(const std::vector<std::string>& words, std::size_t& used) {
  for (const std::size_t count : {std::size_t{2}, std::size_t{1}}) {
    if (words.size() < count) continue;
    const std::string name = count == 2 ? words[0] + " " + words[1] : words[0];
    for (const Verb& verb : verbs()) {
      if (verb.name == name) {
        used = count;
        return &verb;
      }
    }
  }
  return nullptr;
}

std::string long_name(std::string_view names) {
  const std::size_t at = names.find("--");
  return std::string(at == std::string_view::npos ? names.substr(1) : names.substr(at + 2));
}

Exit usage_error(const std::string& sentence) {
  std::fprintf(stderr, "antidotary: %s\n", sentence.c_str());
  return Exit::incomplete;
}

Exit unknown_verb(const std::string& word) {
  std::string nearest;
  std::size_t best = 4;
  for (const Verb& verb : verbs()) {
    const std::size_t distance = entries::edit_distance(word, verb.name);
    if (distance < best) {
      best = distance;
      nearest = verb.name;
    }
  }
  const std::string shown = escape_for_terminal(word);
  if (!nearest.empty()) {
    return usage_error(fmt::format("'{}' is no verb; did you mean '{}'?", shown, nearest));
  }
  return usage_error(fmt::format("'{}' is no verb; 'antidotary -h' lists them", shown));
}

// Adds the flags to CLI11 and, after parsing, moves what was given into `invocation`.
class Parser {
 public:
  explicit Parser(const Verb& verb) : app_(std::string(verb.full), std::string(verb.name)) {
    app_.set_help_flag();
    for (const Flag& flag : verb.flags) add(flag);
    for (const Flag& flag : common_flags()) add(flag);
    app_.add_option("arguments", arguments_);
  }

  /// Returns a sentence, empty where all is well.
  std::string parse(std::vector<std::string> words, Invocation& invocation) {
    std::reverse(words.begin(), words.end());  // CLI11 takes its vector from the back
    try {
      app_.parse(words);
    } catch (const CLI::ParseError& error) {
      return error.what();
    }
    for (const auto& [option, slot] : slots_) {
      if (option->count() == 0) continue;
      invocation.values[slot->first] = slot->second.empty() ? "" : slot->second.back();
      invocation.lists[slot->first] = slot->second;
    }
    invocation.arguments = arguments_;
    return "";
  }

 private:
  void add(const Flag& flag) {
    storage_.push_back(std::make_unique<Slot>());
    auto& slot = *storage_.back();
    slot.first = long_name(flag.names);
    CLI::Option* option = flag.value.empty() ? app_.add_flag(std::string(flag.names))
                                             : app_.add_option(std::string(flag.names), slot.second)
                                                   ->allow_extra_args(false)
                                                   ->take_all();
    slots_.emplace_back(option, &slot);
  }

  CLI::App app_;
  std::vector<std::string> arguments_;
  /// A flag's long name, and its values.
  using Slot = std::pair<std::string, std::vector<std::string>>;
  std::vector<std::unique_ptr<Slot>> storage_;
  std::vector<std::pair<CLI::Option*, Slot*>> slots_;
};

Exit run_verb(const Verb& verb, const std::vector<std::string>& words) {
  Invocation invocation;
  const std::string problem = Parser(verb).parse(words, invocation);
  if (invocation.has("help") || invocation.has("h")) {
    const std::string text = help_of(verb, invocation.has("help"));
    std::fwrite(text.data(), 1, text.size(), stdout);
    return Exit::clean;
  }
  const std::string more = fmt::format("'antidotary {} -h' shows how it is used", verb.name);
  if (!problem.empty()) {
    return usage_error(fmt::format("{}: {}; {}", verb.name, escape_for_terminal(problem), more));
  }
  const int count = static_cast<int>(invocation.arguments.size());
  if (count < verb.arguments_min || (verb.arguments_max >= 0 && count > verb.arguments_max)) {
    return usage_error(fmt::format("{} takes {}, not {} argument{}; {}", verb.name,
                                   verb.arguments.empty() ? "no argument" : verb.arguments, count,
                                   count == 1 ? "" : "s", more));
  }
  const Exit exit = verb.run(invocation);
  // A report that could not be written was not made; what was found stays found.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    complain("cannot write to standard output: the report is not complete");
    return exit == Exit::found ? exit : Exit::incomplete;
  }
  return exit;
}

}  // namespace

std::string Invocation::value(std::string_view flag, std::string_view fallback) const {
  const auto found = values.find(flag);
  return found == values.end() ? std::string(fallback) : found->second;
}

std::vector<std::string> Invocation::all(std::string_view flag) const {
  const auto found = lists.find(flag);
  return found == lists.end() ? std::vector<std::string>{} : found->second;
}

Exit run(const std::vector<std::string>& words) {
  // `help scan` is `scan --help`.
  if (words.size() > 1 && words[0] == "help") {
    std::vector<std::string> turned(words.begin() + 1, words.end());
    turned.push_back("--help");
    return run(turned);
  }
  if (words.empty() || words[0] == "-h" || words[0] == "--help" || words[0] == "help") {
    const std::string text = help_of_program(!words.empty() && words[0] == "--help");
    std::fwrite(text.data(), 1, text.size(), words.empty() ? stderr : stdout);
    return words.empty() ? Exit::incomplete : Exit::clean;
  }
  if (words[0] == "--version" || words[0] == "-V") {
    std::puts("antidotary " ANTIDOTARY_VERSION);
    return Exit::clean;
  }
  std::size_t used = 0;
  const Verb* verb = find_verb(words, used);
  if (verb != nullptr)
    return run_verb(*verb, {words.begin() + static_cast<long>(used), words.end()});
  const std::string group = group_help(words[0]);
  if (group.empty()) return unknown_verb(words[0]);
  const bool asked = words.size() > 1 && (words[1] == "-h" || words[1] == "--help");
  std::fwrite(group.data(), 1, group.size(), asked ? stdout : stderr);
  return asked ? Exit::clean : Exit::incomplete;
}

}  // namespace antidotary::cli

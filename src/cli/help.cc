#include "cli/help.h"

#include <optional>

#include "publish/page.h"

namespace antidotary::cli {
namespace {

constexpr std::uint32_t columns = 80;

std::string flag_words(const Flag& flag) {
  std::string words(flag.names);
  const std::size_t comma = words.find(',');
  if (comma != std::string::npos) words.insert(comma + 1, " ");
  if (!flag.value.empty()) words += fmt::format(" {}", flag.value);
  return words;
}

std::string flags_text(std::span<const Flag> flags, bool whole) {
  std::string out;
  for (const Flag& flag : flags) {
    out += fmt::format("  {:24} {}\n", flag_words(flag), flag.brief);
    if (whole && !flag.full.empty()) out += publish::wrap(flag.full, columns, 6) + "\n";
  }
  return out;
}

/// A use and what it is for, side by side where the use is short enough.
std::string line_of(const std::string& use, std::string_view brief) {
  if (use.size() > 27) return fmt::format("  {}\n{:30}{}\n", use, "", brief);
  return fmt::format("  {:27} {}\n", use, brief);
}

std::string verb_line(const Verb& verb) {
  return line_of(fmt::format("{} {}", verb.name, verb.arguments), verb.brief);
}

/// Families of verbs that share a line on the one screen, with what they are about.
struct Family {
  std::string_view word;
  std::string_view brief;
};
constexpr Family families[] = {
    {"quarantine", "what was taken: look at it, put it back, delete it for good"},
    {"entry", "for those who write entries: start, check, prove, simulate"},
    {"names", "what vendors' labels mean, and all labels of an entry"},
    {"pack", "entries, ClamAV databases, YARA rules and digests in one file"},
    {"allow", "what is no threat here: a file, digest, signature or entry"},
    {"outbreaks", "what many sent to many in a short time, and what of it is held"},
};

/// The line of the family that `verb` begins; empty where it is within one. A family whose word is
/// a verb by itself has its members in brackets: "outbreaks [show|dismiss]".
std::optional<std::string> family_line(const Verb& verb) {
  for (const Family& family : families) {
    const std::string word = std::string(family.word) + " ";
    if (verb.name == family.word) return "";
    if (!verb.name.starts_with(word)) continue;
    std::string members;
    bool bare = false;
    for (const Verb& member : verbs()) {
      bare = bare || member.name == family.word;
      if (!member.name.starts_with(word)) continue;
      if (members.empty() && member.name != verb.name) return "";
      members += (members.empty() ? "" : "|") + std::string(member.name.substr(word.size()));
    }
    return line_of(word + (bare ? "[" + members + "]" : members), family.brief);
  }
  return std::nullopt;
}

}  // namespace

std::string help_of_program(bool whole) {
  std::string out =
      "antidotary: an open encyclopedia of malicious software that acts\n\n"
      "Usage: antidotary VERB [FLAGS] ARGUMENTS\n\n";
  for (const Verb& verb : verbs()) {
    if (!verb.hidden) out += family_line(verb).value_or(verb_line(verb));
  }
  out +=
      "\nExit codes: 0 clean or done, 1 found, 2 incomplete or error (found wins).\n"
      "'antidotary VERB -h' shows a verb on one screen, '--help' its whole story.\n";
  if (!whole) return out;
  out +=
      "\nVariables: ANTIDOTARY_STATE (runs and quarantine), ANTIDOTARY_ENCYCLOPEDIA (entries),\n"
      "ANTIDOTARY_PACK (the pack where none is named), ANTIDOTARY_PACK_KEY (the public key that\n"
      "packs must be signed by), NO_COLOR, PAGER.\n";
  for (const Verb& verb : verbs()) {
    if (!verb.hidden) out += "\n" + help_of(verb, true);
  }
  return out;
}

std::string help_of(const Verb& verb, bool whole) {
  std::string out =
      fmt::format("Usage: antidotary {} {}{}{}\n\n", verb.name, verb.flags.empty() ? "" : "[FLAGS]",
                  verb.flags.empty() || verb.arguments.empty() ? "" : " ", verb.arguments);
  out += fmt::format("{}.\n", verb.brief);
  if (!verb.full.empty()) {
    // The first paragraph is prose; what follows are examples, kept as they are.
    const std::size_t end = verb.full.starts_with("  ") ? 0 : verb.full.find("\n\n");
    if (end != 0) out += "\n" + publish::wrap(verb.full.substr(0, end), columns, 0) + "\n";
    if (end != std::string_view::npos) {
      out += fmt::format("\nExamples:\n{}\n", verb.full.substr(end == 0 ? 0 : end + 2));
    }
  }
  if (!verb.flags.empty()) out += "\nFlags:\n" + flags_text(verb.flags, whole);
  return out + "\nAlways:\n" + flags_text(common_flags(), whole);
}

std::string group_help(std::string_view word) {
  std::string lines;
  for (const Verb& verb : verbs()) {
    if (verb.name.starts_with(fmt::format("{} ", word))) lines += verb_line(verb);
  }
  return lines.empty() ? lines : fmt::format("Verbs of {}:\n{}", word, lines);
}

}  // namespace antidotary::cli

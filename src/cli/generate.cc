// generate man|bash|zsh|fish DIR: man pages and completions from the table of verbs and flags.
//
// Hidden: it is for `make install` and packagers. What is not in the table is in none of these.
#include <algorithm>
#include <filesystem>

#include "cli/desk.h"
#include "cli/write_file.h"
#include "core/text.h"

namespace antidotary::cli {
namespace {

namespace fs = std::filesystem;

std::string hyphened(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c == ' ') c = '-';
  }
  return out;
}

// Text of a man page: no backslash, hyphen or dot at a line's start means anything to roff.
std::string roff(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

std::vector<std::string> names_of(const Flag& flag) {
  std::vector<std::string> out;
  for (const std::string_view name : split(flag.names, ',')) out.emplace_back(name);
  return out;
}

std::string flag_heading(const Flag& flag) {
  std::string out;
  for (const std::string& name : names_of(flag)) {
    out += fmt::format("{}\\fB{}\\fR", out.empty() ? "" : ", ", roff(name));
  }
  if (!flag.value.empty()) out += fmt::format(" \\fI{}\\fR", roff(flag.value));
  return out;
}

std::string flags_section(std::string_view heading, std::span<const Flag> flags) {
  if (flags.empty()) return "";
  std::string out = fmt::format(".SH {}\n", heading);
  for (const Flag& flag : flags) {
    const std::string_view text = flag.full.empty() ? flag.brief : flag.full;
    out += fmt::format(".TP\n{}\n{}\n", flag_heading(flag), roff(text));
  }
  return out;
}

std::string title(const std::string& name) {
  std::string upper = name;
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return fmt::format(".TH {} 1 \"\" \"antidotary {}\" \"User Commands\"\n", roff(upper),
                     ANTIDOTARY_VERSION);
}

constexpr std::string_view exit_status =
    ".SH EXIT STATUS\n.TP\n0\nClean, or done.\n.TP\n1\nSomething was found; it wins over 2.\n"
    ".TP\n2\nIncomplete, refused, or an error.\n";

// The verb's story: paragraphs of prose, and of indented lines, which are kept as they are:
// examples.
std::string story(const Verb& verb) {
  std::string prose;
  std::string examples;
  for (std::string_view rest = verb.full; !rest.empty();) {
    const std::size_t end = rest.find("\n\n");
    const std::string_view part = rest.substr(0, end);
    if (part.starts_with("  ")) {
      examples += (examples.empty() ? "" : "\n\n") + roff(part);
    } else {
      prose += fmt::format(".PP\n{}\n", roff(part));
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
  }
  std::string out = fmt::format(".SH DESCRIPTION\n{}.\n", roff(verb.brief)) + prose;
  if (!examples.empty()) out += fmt::format(".SH EXAMPLES\n.nf\n{}\n.fi\n", examples);
  return out;
}

std::string page_of(const Verb& verb) {
  const std::string name = "antidotary-" + hyphened(verb.name);
  std::string out = title(name);
  out += fmt::format(".SH NAME\n{} \\- {}\n", roff(name), roff(verb.brief));
  out += fmt::format(".SH SYNOPSIS\n\\fBantidotary {}\\fR {}\\fI{}\\fR\n", roff(verb.name),
                     verb.flags.empty() ? "" : "[FLAGS] ", roff(verb.arguments));
  out += story(verb) + flags_section("FLAGS", verb.flags);
  out += flags_section("FLAGS OF EVERY VERB", common_flags());
  return out + std::string(exit_status) + ".SH SEE ALSO\n.BR antidotary (1)\n";
}

std::string page_of_program() {
  std::string out = title("antidotary");
  out +=
      ".SH NAME\nantidotary \\- an open encyclopedia of malicious software that acts\n"
      ".SH SYNOPSIS\n\\fBantidotary\\fR VERB [FLAGS] ARGUMENTS\n.SH VERBS\n";
  for (const Verb& verb : verbs()) {
    if (verb.hidden) continue;
    out += fmt::format(".TP\n\\fB{}\\fR \\fI{}\\fR\n{}; see \\fBantidotary\\-{}\\fR(1).\n",
                       roff(verb.name), roff(verb.arguments), roff(verb.brief),
                       roff(hyphened(verb.name)));
  }
  out += flags_section("FLAGS OF EVERY VERB", common_flags()) + std::string(exit_status);
  return out +
         ".SH ENVIRONMENT\n.TP\nANTIDOTARY_ENCYCLOPEDIA\nThe entries to use.\n.TP\n"
         "ANTIDOTARY_STATE\nWhere runs and quarantine are kept.\n.TP\nANTIDOTARY_PACK\n"
         "The pack of signatures to use.\n.TP\nANTIDOTARY_PACK_KEY\n"
         "A public key (Ed25519, PEM): a named pack that it did not sign is "
         "refused.\n.TP\nNO_COLOR\nNo colours.\n.TP\nPAGER\n"
         "Shows long pages.\n";
}

std::string flag_words(const Verb& verb) {
  std::string out;
  for (const auto flags : {verb.flags, common_flags()}) {
    for (const Flag& flag : flags) {
      for (const std::string& name : names_of(flag)) out += (out.empty() ? "" : " ") + name;
    }
  }
  return out;
}

/// First words of all verbs, or the second words of those that begin with `first`.
std::vector<std::string> words_after(std::string_view first) {
  std::vector<std::string> out;
  for (const Verb& verb : verbs()) {
    if (verb.hidden) continue;
    const std::size_t blank = verb.name.find(' ');
    std::string word(verb.name.substr(0, blank));
    if (!first.empty()) {
      if (blank == std::string_view::npos || word != first) continue;
      word = verb.name.substr(blank + 1);
    }
    if (std::find(out.begin(), out.end(), word) == out.end()) out.push_back(word);
  }
  return out;
}

std::string bash() {
  std::string out =
      "# Completion of antidotary for bash; generated, do not edit.\n_antidotary()\n{\n"
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" first=\"${COMP_WORDS[1]}\"\n"
      "  local second=\"${COMP_WORDS[2]}\" words=\"\"\n"
      "  COMPREPLY=()\n  if [ \"$COMP_CWORD\" -eq 1 ]; then\n";
  out += fmt::format("    words=\"{} help\"\n", join(words_after(""), " "));
  out += "  else\n    case \"$first $second\" in\n";
  for (const Verb& verb : verbs()) {
    if (verb.hidden) continue;
    const bool two = verb.name.find(' ') != std::string_view::npos;
    out += fmt::format("      \"{}{}) words=\"{}\" ;;\n", verb.name, two ? "\"*" : " \"*",
                       flag_words(verb));
  }
  for (const std::string& first : words_after("")) {
    const auto seconds = words_after(first);
    if (!seconds.empty()) {
      out += fmt::format("      \"{} \"*) words=\"{}\" ;;\n", first, join(seconds, " "));
    }
  }
  return out +
         "    esac\n    [[ \"$current\" != -* && \"$words\" == -* ]] && words=\"\"\n  fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n"
         "complete -o default -F _antidotary antidotary\n";
}

std::string zsh_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else if (c == ':' || c == '[' || c == ']') {
      out += fmt::format("\\{}", c);
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string zsh() {
  std::string out =
      "#compdef antidotary\n# Generated, do not edit.\n_antidotary() {\n"
      "  local -a words_here\n  if (( CURRENT == 2 )); then\n    words_here=(";
  for (const std::string& word : words_after("")) out += word + " ";
  out += "help)\n    compadd -a words_here\n    return\n  fi\n  case \"$words[2] $words[3]\" in\n";
  for (const Verb& verb : verbs()) {
    if (verb.hidden) continue;
    const bool two = verb.name.find(' ') != std::string_view::npos;
    out += fmt::format("    \"{}{})\n      _arguments", verb.name, two ? "\"*" : " \"*");
    for (const auto flags : {verb.flags, common_flags()}) {
      for (const Flag& flag : flags) {
        for (const std::string& name : names_of(flag)) {
          out += " \\\n        " + zsh_quoted(name).substr(0, name.size() + 1) + "[" +
                 zsh_quoted(flag.brief).substr(1, zsh_quoted(flag.brief).size() - 2) + "]" +
                 (flag.value.empty() ? "" : ":" + std::string(flag.value) + ":_files") + "'";
        }
      }
    }
    out += " \\\n        '*:argument:_files' ;;\n";
  }
  for (const std::string& first : words_after("")) {
    const auto seconds = words_after(first);
    if (!seconds.empty()) {
      out += fmt::format("    \"{} \"*) compadd {} ;;\n", first, join(seconds, " "));
    }
  }
  return out + "  esac\n}\n_antidotary \"$@\"\n";
}

std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string fish() {
  std::string out = "# Completion of antidotary for fish; generated, do not edit.\n";
  for (const Verb& verb : verbs()) {
    if (verb.hidden) continue;
    const std::size_t blank = verb.name.find(' ');
    const std::string first(verb.name.substr(0, blank));
    std::string condition = "__fish_seen_subcommand_from " + first;
    if (blank == std::string_view::npos) {
      out += fmt::format("complete -c antidotary -n __fish_use_subcommand -a {} -d {}\n", first,
                         fish_quoted(verb.brief));
    } else {
      const std::string second(verb.name.substr(blank + 1));
      out += fmt::format("complete -c antidotary -n __fish_use_subcommand -a {}\n", first);
      out += fmt::format("complete -c antidotary -n {} -a {} -d {}\n", fish_quoted(condition),
                         second, fish_quoted(verb.brief));
      condition += "; and __fish_seen_subcommand_from " + second;
    }
    for (const auto flags : {verb.flags, common_flags()}) {
      for (const Flag& flag : flags) {
        out += "complete -c antidotary -n " + fish_quoted(condition);
        for (const std::string& name : names_of(flag)) {
          out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
        }
        out += fmt::format("{} -d {}\n", flag.value.empty() ? "" : " -r", fish_quoted(flag.brief));
      }
    }
  }
  return out;
}

Exit write(const fs::path& path, const std::string& text) {
  const Status written = write_file(path, text);
  return written ? Exit::clean : complain(written.error());
}

Exit write_pages(const fs::path& folder) {
  Exit exit = write(folder / "antidotary.1", page_of_program());
  for (const Verb& verb : verbs()) {
    if (verb.hidden || exit != Exit::clean) continue;
    exit = write(folder / ("antidotary-" + hyphened(verb.name) + ".1"), page_of(verb));
  }
  return exit;
}

}  // namespace

Exit run_generate(const Invocation& invocation) {
  const std::string& kind = invocation.arguments[0];
  const fs::path folder = invocation.arguments[1];
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (kind == "man") return write_pages(folder);
  if (kind == "bash") return write(folder / "antidotary", bash());
  if (kind == "zsh") return write(folder / "_antidotary", zsh());
  if (kind == "fish") return write(folder / "antidotary.fish", fish());
  return complain(fmt::format("'{}' cannot be generated; man, bash, zsh and fish can", kind));
}

}  // namespace antidotary::cli

#include "cli/clamscan_options.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace antidotary::cli {
namespace {

using namespace std::literals;

enum class Takes : std::uint8_t {
  nothing,
  maybe,   ///< "--name" or "--name=yes".
  value,   ///< "--name=x" or "--name x".
  number,  ///< The same, of digits alone.
  size,    ///< The same; K, M or G may stand behind the digits.
};
enum class Effect : std::uint8_t {
  done,   ///< Carried out.
  tuned,  ///< Tunes an engine that is not ours: no effect on any answer.
  told,   ///< Not carried out: said on stderr.
};

struct Option {
  std::string_view name;
  char letter;  ///< Or '\0'.
  Takes takes;
  Effect effect;
};

constexpr std::array options = {
    Option{"help", 'h', Takes::nothing, Effect::done},
    Option{"version", 'V', Takes::nothing, Effect::done},
    Option{"verbose", 'v', Takes::nothing, Effect::done},
    Option{"archive-verbose", 'a', Takes::nothing, Effect::tuned},
    Option{"debug", '\0', Takes::nothing, Effect::tuned},
    Option{"quiet", '\0', Takes::nothing, Effect::done},
    Option{"stdout", '\0', Takes::nothing, Effect::done},
    Option{"no-summary", '\0', Takes::nothing, Effect::done},
    Option{"infected", 'i', Takes::nothing, Effect::done},
    Option{"suppress-ok-results", 'o', Takes::nothing, Effect::done},
    Option{"bell", '\0', Takes::nothing, Effect::done},
    Option{"tempdir", '\0', Takes::value, Effect::tuned},
    Option{"leave-temps", '\0', Takes::maybe, Effect::told},
    Option{"force-to-disk", '\0', Takes::maybe, Effect::tuned},
    Option{"gen-json", '\0', Takes::maybe, Effect::told},
    Option{"database", 'd', Takes::value, Effect::done},
    Option{"official-db-only", '\0', Takes::maybe, Effect::done},
    Option{"fail-if-cvd-older-than", '\0', Takes::number, Effect::done},
    Option{"log", 'l', Takes::value, Effect::done},
    Option{"recursive", 'r', Takes::maybe, Effect::done},
    Option{"allmatch", 'z', Takes::maybe, Effect::done},
    Option{"cross-fs", '\0', Takes::maybe, Effect::done},
    Option{"follow-dir-symlinks", '\0', Takes::number, Effect::done},
    Option{"follow-file-symlinks", '\0', Takes::number, Effect::done},
    Option{"file-list", 'f', Takes::value, Effect::done},
    Option{"remove", '\0', Takes::maybe, Effect::done},
    Option{"move", '\0', Takes::value, Effect::done},
    Option{"copy", '\0', Takes::value, Effect::done},
    Option{"exclude", '\0', Takes::value, Effect::done},
    Option{"exclude-dir", '\0', Takes::value, Effect::done},
    Option{"include", '\0', Takes::value, Effect::done},
    Option{"include-dir", '\0', Takes::value, Effect::done},
    Option{"bytecode", '\0', Takes::maybe, Effect::tuned},
    Option{"bytecode-unsigned", '\0', Takes::maybe, Effect::tuned},
    Option{"bytecode-timeout", '\0', Takes::number, Effect::tuned},
    Option{"statistics", '\0', Takes::value, Effect::told},
    Option{"detect-pua", '\0', Takes::maybe, Effect::done},
    Option{"exclude-pua", '\0', Takes::value, Effect::told},
    Option{"include-pua", '\0', Takes::value, Effect::told},
    Option{"detect-structured", '\0', Takes::maybe, Effect::told},
    Option{"structured-ssn-format", '\0', Takes::number, Effect::tuned},
    Option{"structured-ssn-count", '\0', Takes::number, Effect::tuned},
    Option{"structured-cc-count", '\0', Takes::number, Effect::tuned},
    Option{"structured-cc-mode", '\0', Takes::number, Effect::tuned},
    Option{"scan-mail", '\0', Takes::maybe, Effect::done},
    Option{"phishing-sigs", '\0', Takes::maybe, Effect::tuned},
    Option{"phishing-scan-urls", '\0', Takes::maybe, Effect::done},
    Option{"heuristic-alerts", '\0', Takes::maybe, Effect::tuned},
    Option{"heuristic-scan-precedence", '\0', Takes::maybe, Effect::tuned},
    Option{"normalize", '\0', Takes::maybe, Effect::tuned},
    Option{"scan-pe", '\0', Takes::maybe, Effect::done},
    Option{"scan-elf", '\0', Takes::maybe, Effect::tuned},
    Option{"scan-ole2", '\0', Takes::maybe, Effect::done},
    Option{"scan-pdf", '\0', Takes::maybe, Effect::done},
    Option{"scan-swf", '\0', Takes::maybe, Effect::done},
    Option{"scan-html", '\0', Takes::maybe, Effect::tuned},
    Option{"scan-xmldocs", '\0', Takes::maybe, Effect::done},
    Option{"scan-hwp3", '\0', Takes::maybe, Effect::done},
    Option{"scan-onenote", '\0', Takes::maybe, Effect::done},
    Option{"scan-archive", '\0', Takes::maybe, Effect::done},
    Option{"scan-image", '\0', Takes::maybe, Effect::tuned},
    Option{"scan-image-fuzzy-hash", '\0', Takes::maybe, Effect::tuned},
    Option{"alert-broken", '\0', Takes::maybe, Effect::done},
    Option{"alert-broken-media", '\0', Takes::maybe, Effect::told},
    Option{"alert-encrypted", '\0', Takes::maybe, Effect::done},
    Option{"alert-encrypted-archive", '\0', Takes::maybe, Effect::done},
    Option{"alert-encrypted-doc", '\0', Takes::maybe, Effect::done},
    Option{"alert-macros", '\0', Takes::maybe, Effect::done},
    Option{"alert-exceeds-max", '\0', Takes::maybe, Effect::done},
    Option{"alert-phishing-ssl", '\0', Takes::maybe, Effect::done},
    Option{"alert-phishing-cloak", '\0', Takes::maybe, Effect::done},
    Option{"alert-partition-intersection", '\0', Takes::maybe, Effect::done},
    Option{"nocerts", '\0', Takes::nothing, Effect::tuned},
    Option{"dumpcerts", '\0', Takes::nothing, Effect::told},
    Option{"max-scantime", '\0', Takes::number, Effect::done},
    Option{"max-filesize", '\0', Takes::size, Effect::done},
    Option{"max-scansize", '\0', Takes::size, Effect::done},
    Option{"max-files", '\0', Takes::number, Effect::done},
    Option{"max-recursion", '\0', Takes::number, Effect::done},
    Option{"max-dir-recursion", '\0', Takes::number, Effect::done},
    Option{"max-embeddedpe", '\0', Takes::size, Effect::tuned},
    Option{"max-htmlnormalize", '\0', Takes::size, Effect::tuned},
    Option{"max-htmlnotags", '\0', Takes::size, Effect::tuned},
    Option{"max-scriptnormalize", '\0', Takes::size, Effect::tuned},
    Option{"max-ziptypercg", '\0', Takes::size, Effect::tuned},
    Option{"max-partitions", '\0', Takes::number, Effect::tuned},
    Option{"max-iconspe", '\0', Takes::number, Effect::tuned},
    Option{"max-rechwp3", '\0', Takes::number, Effect::tuned},
    Option{"pcre-match-limit", '\0', Takes::number, Effect::tuned},
    Option{"pcre-recmatch-limit", '\0', Takes::number, Effect::tuned},
    Option{"pcre-max-filesize", '\0', Takes::size, Effect::tuned},
    Option{"disable-cache", '\0', Takes::nothing, Effect::done},
    // Ours, beside clamscan's.
    Option{"strict", '\0', Takes::nothing, Effect::done},
    Option{"strict-incomplete", '\0', Takes::nothing, Effect::done},
    Option{"jobs", 'J', Takes::number, Effect::done},
};

const Option* find(std::string_view name) {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const Option& one) { return one.name == name; });
  return found == options.end() ? nullptr : &*found;
}

const Option* find(char letter) {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const Option& one) { return one.letter == letter; });
  return letter == '\0' || found == options.end() ? nullptr : &*found;
}

/// Of an option that was named with nothing behind it.
bool takes_next(const Option& option) {
  return option.takes != Takes::nothing && option.takes != Takes::maybe;
}

/// Whether `value` is of the form that the option takes.
bool fits(const Option& option, std::string_view value) {
  static constexpr std::array words = {"", "yes", "no", "true", "false", "1", "0"};
  const std::size_t digits = std::min(value.find_first_not_of("0123456789"), value.size());
  const std::string_view behind = value.substr(digits);
  switch (option.takes) {
    case Takes::nothing:
      return value.empty();
    case Takes::maybe:
      return std::find(words.begin(), words.end(), value) != words.end();
    case Takes::value:
      return true;
    case Takes::number:
      return digits > 0 && behind.empty();
    case Takes::size:
      return digits > 0 && (behind.empty() || (behind.size() == 1 &&
                                               "KMGkmg"sv.find(behind[0]) != std::string::npos));
  }
  return false;
}

/// clamscan's own words for it, with what was wrong behind them.
tl::unexpected<Error> incorrect(const Option& option, std::string_view value) {
  return fail(ErrorKind::bad_input, "Incorrect argument format for option --{}{}: '{}' is not {}",
              option.name, option.letter == '\0' ? "" : fmt::format(" (-{})", option.letter), value,
              option.takes == Takes::size     ? "a size such as 1000, 256M or 1G"
              : option.takes == Takes::number ? "a number"
                                              : "yes or no");
}

/// Takes the words one after the other; the options' values and the paths come out.
class Words {
 public:
  using Values = std::map<std::string, std::vector<std::string>, std::less<>>;
  Words(const std::vector<std::string>& words, Values& values, std::vector<std::string>& paths)
      : words_(words), values_(values), paths_(paths) {}

  Status take_all() {
    bool only_paths = false;
    for (; at_ < words_.size(); ++at_) {
      const std::string& word = words_[at_];
      if (only_paths || word == "-" || !word.starts_with("-")) {
        paths_.push_back(word);
      } else if (word == "--") {
        only_paths = true;
      } else {
        ANTIDOTARY_CHECK(word.starts_with("--") ? take_name(word) : take_letters(word));
      }
    }
    return {};
  }

 private:
  Status take_name(const std::string& word) {
    const std::size_t equals = word.find('=');
    const Option* const option = find(std::string_view(word).substr(2, equals - 2));
    if (option == nullptr) {
      return fail(ErrorKind::bad_input, "unrecognized option `{}'", word.substr(0, equals));
    }
    if (equals == std::string::npos) return take_next(*option);
    return take(*option, word.substr(equals + 1));
  }

  Status take_letters(const std::string& word) {
    for (std::size_t at = 1; at < word.size(); ++at) {
      const Option* const option = find(word[at]);
      if (option == nullptr) {
        return fail(ErrorKind::bad_input, "illegal option -- {}", word[at]);
      }
      const bool attached = takes_next(*option) && at + 1 < word.size();
      if (attached) return take(*option, word.substr(at + 1));
      ANTIDOTARY_CHECK(take_next(*option));
    }
    return {};
  }

  Status take_next(const Option& option) {
    if (!takes_next(option)) return take(option, "");
    if (at_ + 1 == words_.size()) {
      return fail(ErrorKind::bad_input, "option `--{}' requires an argument", option.name);
    }
    return take(option, words_[++at_]);
  }

  Status take(const Option& option, const std::string& value) {
    if (!fits(option, value)) return incorrect(option, value);
    values_[std::string(option.name)].push_back(value);
    return {};
  }

  const std::vector<std::string>& words_;
  Values& values_;
  std::vector<std::string>& paths_;
  std::size_t at_ = 0;
};

}  // namespace

Result<ClamscanOptions> ClamscanOptions::parse(const std::vector<std::string>& words) {
  ClamscanOptions out;
  ANTIDOTARY_CHECK(Words(words, out.values_, out.paths_).take_all());
  return out;
}

bool ClamscanOptions::on(std::string_view name, bool fallback) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return fallback;
  const std::string& value = found->second.back();
  return value.empty() || value == "yes" || value == "true" || value == "1";
}

std::string ClamscanOptions::value(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? "" : found->second.back();
}

std::vector<std::string> ClamscanOptions::all(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

std::vector<std::string> ClamscanOptions::unsupported() const {
  std::vector<std::string> out;
  for (const Option& option : options) {
    const bool asked = option.takes == Takes::maybe ? on(option.name) : given(option.name);
    if (option.effect == Effect::told && asked) out.emplace_back(option.name);
  }
  return out;
}

std::string clamscan_help() {
  std::string out =
      "\nAntidotary in the place of clamscan: the same words, the same answers, the same exit "
      "codes.\n\n    clamscan [options] [file/directory/-]\n\n";
  for (const Option& option : options) {
    std::string line = fmt::format("    --{}", option.name);
    if (option.takes == Takes::maybe) line += "[=yes/no]";
    if (takes_next(option)) line += "=...";
    if (option.letter != '\0') line += fmt::format("  -{}", option.letter);
    if (option.effect == Effect::tuned) line = fmt::format("{:44} (taken, no effect)", line);
    if (option.effect == Effect::told) line = fmt::format("{:44} (not carried out)", line);
    out += line + "\n";
  }
  return out +
         "\nOurs: --strict refuses a database with a malformed line; --strict-incomplete "
         "makes what was not wholly read an error; --jobs=N workers.\n"
         "--remove and --move are journaled: 'antidotary runs' lists, 'antidotary undo RUN' puts "
         "back. --copy leaves the file where it is.\n";
}

}  // namespace antidotary::cli

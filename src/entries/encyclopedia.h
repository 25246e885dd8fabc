// Encyclopedia: all entries and bulletins, read from the texts of their files.
//
// Pure: the texts are handed in (`SourceFile`), by whoever may open files. Reading collects every
// problem instead of stopping at the first, each with file, line, column and how to mend it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "entries/entry.h"
#include "entries/posture.h"

namespace antidotary::entries {

/// One file below the encyclopedia, with its path relative to it: "win32/mimail/entry.md".
struct SourceFile {
  std::string path;
  std::string text;
};

enum class Severity : std::uint8_t { error, warning };

/// What is wrong in an entry, and how to mend it.
struct Problem {
  Place place;
  Severity severity = Severity::error;
  std::string rule;  ///< "syntax", "unknown-key", or the lint's name: "fact-has-source".
  std::string what;
  std::string mend;

  /// "win32/mimail/variants/a.toml:12:3: error: ... Mend: ... [fact-has-source]"
  std::string sentence() const;
};

class Encyclopedia {
 public:
  /// Reads what can be read; problems of kind error leave their entry out.
  static Encyclopedia read(const std::vector<SourceFile>& files, std::vector<Problem>& problems);

  const std::vector<Entry>& entries() const { return entries_; }
  const std::vector<Bulletin>& bulletins() const { return bulletins_; }
  const std::vector<Term>& terms() const { return terms_; }
  const std::vector<PostureCheck>& checks() const { return checks_; }
  const Entry* find(std::string_view entry_id) const;
  const Bulletin* find_bulletin(std::string_view id) const;
  /// By id or title, without regard to case: "mass-mailer", "Mass mailer".
  const Term* find_term(std::string_view name) const;
  const PostureCheck* find_check(std::string_view id) const;
  /// CVE numbers that bulletins name, sorted, each once.
  std::vector<std::string> weaknesses() const;
  /// Problems of kind error that reading met: what they left out is not looked for.
  std::size_t errors() const { return errors_; }
  /// SHA-256 over all that was read: changes where any file does.
  const std::string& digest() const { return digest_; }

 private:
  std::vector<Entry> entries_;
  std::vector<Bulletin> bulletins_;
  std::vector<Term> terms_;
  std::vector<PostureCheck> checks_;
  std::size_t errors_ = 0;
  std::string digest_;
};

/// Runs every static lint over what was read (lints/*.cc, one small class each).
std::vector<Problem> lint(const Encyclopedia& encyclopedia);

/// A new entry's files, commented and complete, for `entry new`. Keys: path relative to the
/// encyclopedia. Errors: bad_input where `entry_id` is not "<platform>/<family>".
Result<std::vector<SourceFile>> new_entry(std::string_view entry_id);

}  // namespace antidotary::entries

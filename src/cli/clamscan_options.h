// ClamscanOptions: the words of clamscan's command line, as the manual page of 1.4 lists them.
//
// Options of what this program does not do are taken and said once on stderr where they would
// change an answer; those that only tune clamscan's own engine are taken and have no effect.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace antidotary::cli {

class ClamscanOptions {
 public:
  /// `words` are argv without the program's name. Errors: bad_input, in clamscan's own words.
  static Result<ClamscanOptions> parse(const std::vector<std::string>& words);

  /// Of a switch: whether it is on ("yes", "1", or given bare); `fallback` where it is not given.
  bool on(std::string_view name, bool fallback = false) const;
  std::string value(std::string_view name) const;
  bool given(std::string_view name) const { return values_.contains(name); }
  std::vector<std::string> all(std::string_view name) const;
  const std::vector<std::string>& paths() const { return paths_; }
  /// Options that were given and that this program does not carry out.
  std::vector<std::string> unsupported() const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::vector<std::string> paths_;
};

/// What `--help` prints.
std::string clamscan_help();

}  // namespace antidotary::cli

// ClamscanFilters: --include, --exclude and their kin for folders: regular expressions that are
// asked of whole paths, as clamscan asks them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/clamscan_options.h"
#include "match/regex.h"

namespace antidotary::cli {

class ClamscanFilters {
 public:
  /// Errors: bad_input, naming the option whose expression is wrong.
  static Result<ClamscanFilters> of(const ClamscanOptions& options);

  bool leaves_out_file(const std::string& path) const { return leaves_out("", path); }
  bool leaves_out_folder(const std::string& path) const { return leaves_out("-dir", path); }

 private:
  bool leaves_out(const std::string& suffix, const std::string& path) const;
  bool fits(const std::vector<match::Regex>& regexes, const std::string& path) const;

  std::map<std::string, std::vector<match::Regex>, std::less<>> regexes_;
};

}  // namespace antidotary::cli

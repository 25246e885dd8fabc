// SiteFolder: a folder that `site build` writes into, again and again.
//
// It keeps a list of what it wrote (site_list, in the form of sha256sum), so that pages of entries
// that are gone go as well, and nothing else ever does: a file that somebody else put there stays
// and is told, and so does a page that has no entry any more and was changed. A page of an entry is
// written over, whoever changed it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "publish/html/html.h"

namespace antidotary::cli {

/// Below the site's folder; `sha256sum --check` reads it.
inline constexpr std::string_view site_list = ".antidotary-site.sha256";

class SiteFolder {
 public:
  /// Errors: bad_input where the list is not one of ours.
  static Result<SiteFolder> open(std::string folder);

  struct Written {
    std::size_t removed = 0;
    std::vector<std::string> left;  ///< Pages that are gone, but were changed by somebody else.
  };
  /// Writes `files`, then removes what it wrote before and no longer writes.
  /// Errors: refused, before anything is written, where a file of somebody else's stands in a
  /// page's place; io.
  Result<Written> write(const std::vector<publish::SiteFile>& files);

 private:
  explicit SiteFolder(std::string folder) : folder_(std::move(folder)) {}
  Status refuse_strangers(const std::vector<publish::SiteFile>& files) const;
  Status write_list(const std::map<std::string, std::string>& digests) const;
  Written remove_vanished(const std::map<std::string, std::string>& fresh) const;

  std::string folder_;
  std::map<std::string, std::string> listed_;  ///< SHA-256 by path, as of the last build.
};

}  // namespace antidotary::cli

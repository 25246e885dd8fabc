// CleanCache: files that were found clean and are as they were, so that a second scan of an
// unchanged tree reads no content. Kept in the state folder, by SQLite.
//
// A file is known by device, inode, size and both its times in nanoseconds; the change time cannot
// be set back by its owner. What it was held against (pack, entries, options) is the cache's key:
// under another key nothing is known. Where times are not trusted the digest of the content is
// asked as well.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "files/root.h"

namespace antidotary::files {

class CleanCache {
 public:
  /// `key` names what the files were held against; rows of keys not used for 30 days are dropped.
  /// Errors: io, with SQLite's sentence.
  static Result<CleanCache> open(const Root& state, const std::string& key, std::uint64_t now_s);
  CleanCache(CleanCache&&) noexcept;
  CleanCache& operator=(CleanCache&&) noexcept;
  ~CleanCache();

  /// Nullopt where exactly this file was not remembered; else the SHA-256 (hexadecimal) that its
  /// content had, empty where it was not computed.
  std::optional<std::string> find(const Stat& stat);
  /// Remembers a clean file. One that changed less than two seconds before `now_s` is not: it may
  /// change again within one tick of its clock.
  void remember(const Stat& stat, const std::string& sha256, std::uint64_t now_s);
  /// Writes what is pending. Errors: io.
  Status flush();

 private:
  struct State;
  explicit CleanCache(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace antidotary::files

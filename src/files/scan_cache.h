// ScanCache: what an earlier scan said of files that are as they were, so that a second scan of an
// unchanged tree reads no content. Kept in the state folder, by SQLite.
//
// A file is known by device, inode, size and both its times in nanoseconds; the change time cannot
// be set back by its owner. What it was held against (pack, entries, options) is the cache's key:
// under another key nothing is known. Where times are not trusted the digest of the content is
// asked as well.
//
// It knows no report: what was found is kept as the bytes that the caller gives and reads again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.h"
#include "core/result.h"
#include "files/root.h"

namespace antidotary::files {

/// What was said of a file.
struct Remembered {
  std::string sha256;  ///< Of its content, hexadecimal; empty where it was not computed.
  Buffer report;       ///< Empty: it was clean.
};

/// A report longer than this is not kept: the file is scanned again.
inline constexpr std::size_t remembered_report_bytes_max = 64 << 10;

class ScanCache {
 public:
  /// `key` names what the files were held against; rows of keys not used for 30 days are dropped.
  /// Errors: io, with SQLite's sentence.
  static Result<ScanCache> open(const Root& state, const std::string& key, std::uint64_t now_s);
  ScanCache(ScanCache&&) noexcept;
  ScanCache& operator=(ScanCache&&) noexcept;
  ~ScanCache();

  /// Nullopt where exactly this file was not remembered, or only since the last `flush`. `name` is
  /// whatever of the file's name the answer depends on, the same as when it was remembered.
  std::optional<Remembered> find(const Stat& stat, std::string_view name);
  /// Remembers a file. One that changed less than two seconds before `now_s` is not: it may change
  /// again within one tick of its clock.
  void remember(const Stat& stat, std::string_view name, Remembered said, std::uint64_t now_s);
  /// Writes what is pending. Errors: io.
  Status flush();

 private:
  struct State;
  explicit ScanCache(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace antidotary::files

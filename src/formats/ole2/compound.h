// Compound files (OLE2, "structured storage"): the container of doc, xls, ppt, msg, msi and hwp.
//
// It gives the directory as paths and a stream's bytes piece by piece. It does not know what the
// streams mean; unpack/openers/ole2.cc does. Damaged files are read as far as they go: what is
// wrong is kept in damage(), what is still readable is handed out.
//
// Why not a library: libgsf aborts on a damaged table and trusts lengths; nothing that is hostile
// may be read by recursion or reserved by a declared size.
//
// Spec: [MS-CFB] version 9.0. Section numbers in comments are its sections.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::ole2 {

struct Stream {
  std::string path;     ///< "Macros/VBA/dir": UTF-8, control characters as they are.
  std::string storage;  ///< The path without its last part; empty at the root.
  std::string name;     ///< The last part.
  std::uint32_t first_sector = 0;
  std::uint64_t size = 0;
  bool reached = true;  ///< The tree of names leads to it; else it was met in the table alone.
};

using ClassId = std::array<std::byte, 16>;

class Compound {
 public:
  /// Reads header, tables and directory. `bytes` must outlive it.
  /// Errors: not_this_format, truncated (no directory can be read), malformed, budget_spent.
  static Result<Compound> open(Bytes bytes, Budget& budget);

  /// In the order of the directory's table.
  const std::vector<Stream>& streams() const { return streams_; }
  const Stream* find(std::string_view path) const;
  /// Of the root storage: it says which program the file belongs to.
  const ClassId& class_id() const { return class_id_; }
  /// What was wrong with tables and directory, first things first; empty for an honest file.
  const std::optional<Error>& damage() const { return damage_; }

  /// Takes a piece; false ends the reading.
  using Take = std::function<bool(Bytes)>;
  /// Hands out a stream's bytes in order, as views of the file. Where the chain ends early, turns
  /// in a circle or leaves the file the pieces before are handed out, then it fails.
  /// Errors: truncated, malformed, budget_spent.
  Status read(const Stream& stream, Budget& budget, const Take& take) const;

 private:
  explicit Compound(Bytes bytes) : bytes_(bytes) {}

  Status read_header();
  Status read_difat(Budget& budget);
  Status read_mini_fat(Budget& budget);
  Status read_directory(Budget& budget);
  Status walk_directory(Bytes table, Budget& budget);
  void note(ErrorKind kind, std::string what);

  Bytes sector(std::uint32_t number) const;
  Result<std::uint32_t> next_sector(std::uint32_t number) const;
  Result<std::uint32_t> next_mini_sector(std::uint32_t number) const;
  /// The sectors of a chain that has no stated length. Those before an error are kept.
  std::vector<std::uint32_t> chain(std::uint32_t first, Budget& budget,
                                   std::optional<Error>& error);
  Status read_big(const Stream& stream, Budget& budget, const Take& take) const;
  Status read_mini(const Stream& stream, Budget& budget, const Take& take) const;

  Bytes bytes_;
  std::uint32_t sector_shift_ = 9;
  std::uint32_t mini_cutoff_ = 4096;
  std::uint32_t sectors_ = 0;  ///< Those that begin inside the file.
  bool long_sizes_ = false;    ///< Version 4: the high half of a size counts.
  std::uint32_t first_directory_ = 0;
  std::uint32_t first_mini_fat_ = 0;
  std::uint32_t first_difat_ = 0;
  std::vector<std::uint32_t> fat_sectors_;
  std::vector<std::uint32_t> mini_fat_sectors_;
  std::vector<std::uint32_t> mini_stream_sectors_;
  std::uint64_t mini_stream_bytes_ = 0;
  ClassId class_id_{};
  std::vector<Stream> streams_;
  std::optional<Error> damage_;
};

}  // namespace antidotary::ole2

// File: the pack as a container: a header, a table of named sections, the sections, each with its
// SHA-256; optionally signed. docs/formats/pack.md is its grammar.
//
// It is mapped read-only and opened by its header and table alone; what a section holds is read,
// distrustfully, by whoever asks for it. `verify` reads everything.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::pack {

/// How every pack begins, of whatever version.
inline constexpr std::string_view file_magic = "ANTIDOTARY PACK\n";
inline constexpr std::uint32_t format_version = 2;
/// The level of the ClamAV engine whose signatures this build reads.
inline constexpr std::uint32_t engine_level = 216;

using Sha256 = std::array<std::byte, 32>;

class FileWriter {
 public:
  /// Sections are written in the order in which they are added; a name is added once.
  /// `inputs`: digest of what the section was made from, so that a later build may take it over.
  void add(std::string name, Buffer bytes, const Sha256& inputs = {});
  /// The whole file. `signing_key`: an Ed25519 private key (32 bytes), or empty.
  /// Errors: bad_input (a key of another length), internal.
  Result<Buffer> finish(Bytes signing_key = {}) &&;

 private:
  struct Section {
    std::string name;
    Buffer bytes;
    Sha256 inputs{};
  };
  std::vector<Section> sections_;
};

class File {
 public:
  struct Section {
    std::string name;
    Bytes bytes;
    Sha256 digest{};
    Sha256 inputs{};
  };

  /// Checks the header and the table, which carry a digest of their own.
  /// Errors: not_this_format, unsupported (a newer format), truncated, malformed.
  static Result<File> open(Bytes file);

  const std::vector<Section>& sections() const { return sections_; }
  /// Empty where there is no such section.
  Bytes section(std::string_view name) const;
  /// Digest of header and table, and through these of all: the pack's identity, in hexadecimal.
  const std::string& id() const { return id_; }
  bool is_signed() const { return signature_.has_value(); }

  /// Reads every byte. Errors: malformed, naming the first section that is not as it was built, or
  /// the place between them that is not empty.
  Status verify_sections() const;
  /// Errors: refused (not signed, or not by this Ed25519 public key of 32 bytes).
  Status verify_signature(Bytes public_key) const;

 private:
  Status check_empty(std::size_t begin, std::size_t end) const;

  Bytes file_;
  std::vector<Section> sections_;
  std::string id_;
  std::optional<Buffer> signature_;
  Buffer signed_bytes_;
};

}  // namespace antidotary::pack

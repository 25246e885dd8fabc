// Allow: what a person decided is no threat here: an object by its digest, a signature by its
// name, an entry by its id; each with a reason and, perhaps, an end.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/digest.h"

namespace antidotary::scan {

struct Allowance {
  enum class Kind : std::uint8_t { digest, name, entry };
  Kind kind = Kind::digest;
  std::string what;  ///< Lower-case hexadecimal; a signature's name as shown; "win32/mimail".
  std::string reason;
  std::uint64_t made_s = 0;         ///< Seconds since 1970.
  std::uint64_t ends_s = 0;         ///< 0: never.
  std::optional<std::string> file;  ///< Whose digest it is, where a person named a file.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("kind", self.kind);
    visit("what", self.what);
    visit("reason", self.reason);
    visit("made_s", self.made_s);
    visit("ends_s", self.ends_s);
    visit("file", self.file);
  }
};
std::span<const std::string_view> enum_names(Allowance::Kind);

/// Findings that were not told, because somebody allowed what shows them.
struct Silenced {
  std::string by;  ///< "digest 0123..", "name Win.Test.A-1", "entry win32/mimail".
  std::uint64_t findings = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("by", self.by);
    visit("findings", self.findings);
  }
};
/// Adds to the line of the same allowance, or a line.
void add_silenced(std::vector<Silenced>& list, const std::string& by, std::uint64_t findings = 1);

/// The allowances that hold at one instant.
class AllowList {
 public:
  AllowList() = default;
  AllowList(const std::vector<Allowance>& allowances, std::uint64_t now_s);

  bool empty() const;
  bool allows_name(std::string_view name) const;
  bool allows_entry(std::string_view entry) const;
  /// True where a digest of the kind is allowed at all, so that it is worth computing.
  bool wants(DigestKind kind) const;
  bool allows_digest(std::string_view hex) const;
  /// What allows an object of these bytes, as Silenced::by; computes the digests that are wanted.
  std::optional<std::string> allowing(Bytes bytes) const;
  /// Changes where the list does: what was found clean under one list is asked again under another.
  std::string fingerprint() const;

 private:
  std::set<std::string, std::less<>> names_;
  std::set<std::string, std::less<>> entries_;
  std::set<std::string, std::less<>> digests_;
};

}  // namespace antidotary::scan

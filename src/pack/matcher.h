// Matcher: one object against the pack: digests and patterns in one pass over its bytes, then the
// rules that were met.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/budget.h"
#include "core/digest.h"
#include "match/program.h"
#include "pack/gaps.h"
#include "pack/pack.h"

namespace antidotary::pack {

/// An executable's layout, as far as offsets and conditions ask. File offsets.
struct Executable {
  struct Section {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;  ///< In the file, as the format aligns it.
  };
  std::uint64_t entry_point = 0;
  std::vector<Section> sections;
  std::vector<std::uint64_t>
      version_strings;  ///< Where each key of the version information begins.
  /// The lower-case "dll.function,..." list that imphash is made of; empty: none.
  std::string imports;
};

/// What is known of one object before it is matched.
struct Subject {
  Bytes bytes;
  Target target = Target::other;  ///< What it is; rules of Target::any are always tried as well.
  std::string type;               ///< "CL_TYPE_MSEXE".
  bool any_rules = true;          ///< Rules for any target see these bytes, not only its views.
  bool own_rules = true;          ///< So do the rules of its own target.
  std::vector<std::string> containers;  ///< Types from the outermost to the one that holds it.
  const Executable* executable = nullptr;
  /// 64-bit perceptual hash, computed only if a rule asks; null where it is no image.
  std::function<std::optional<std::uint64_t>()> image_hash;
  /// Whether an icon of the groups is in the executable, asked only if a rule asks; null: none.
  std::function<bool(const std::string& group1, const std::string& group2)> has_icon;
};

/// One part of why a signature hit.
struct Evidence {
  std::string what;  ///< "sha256", "md5 of section 2", "subsignature 3", "string $a".
  match::Span span;  ///< In the object.
};

struct Finding {
  std::string name;  ///< As shown.
  std::string kind;  ///< "digest", "section", "imports", "pattern", "member", "yara".
  Origin origin;
  std::vector<Evidence> evidence;  ///< At most 16.
  std::string handler_type;        ///< Not empty: no detection; look again as this type.
};

struct Digests {
  /// Lower-case hexadecimal, where it was computed: md5, sha1, sha256.
  std::array<std::string, 3> hex;
};

class Matcher {
 public:
  /// `pack` must outlive the matcher. Not for two threads at once.
  explicit Matcher(const Pack& pack);
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;
  ~Matcher();

  /// Makes ready for objects of every kind at once: the literals of each are read whole for it.
  /// Without it that happens when the first object of a kind comes. For whoever forks afterwards.
  void warm();

  /// All findings of `subject`; what was computed on the way is left in `digests`. What could not
  /// be asked (damaged code, an expression's own limit) is told by gaps().
  /// Errors: budget_spent (with what was found so far in `findings`).
  Status match(const Subject& subject, Budget& budget, std::vector<Finding>& findings,
               Digests& digests);
  /// A view of an object (normalised HTML or text): rules, no digests.
  Status match_view(const Subject& view, Budget& budget, std::vector<Finding>& findings);
  /// Why the last call of one of the match functions was not whole; empty: it was.
  const std::vector<Error>& gaps() const;
  /// True where one of the digests of `bytes` is allowed (fp, sfp): its findings do not count.
  bool allowed(Bytes bytes) const;
  /// A member of a container against the member rules (cdb).
  struct Member {
    std::string container_type;
    std::uint64_t container_size = 0;
    std::string name;
    std::uint64_t packed_size = 0;
    std::uint64_t real_size = 0;
    bool encrypted = false;
    std::uint64_t position = 0;  ///< 1-based.
    std::optional<std::uint64_t> checksum;
  };
  /// Errors: budget_spent (with what was found so far in `findings`).
  Status match_member(const Member& member, Budget& budget, std::vector<Finding>& findings) const;

 private:
  struct State;
  void find_digest(DigestKind kind, Scope scope, Bytes digest, std::uint64_t size,
                   const Evidence& evidence, std::vector<Finding>& findings);
  Status match_rules(const Subject& subject, bool with_digests, Budget& budget,
                     std::vector<Finding>& findings, Digests& digests);
  Status match_sections(const Subject& subject, Budget& budget, std::vector<Finding>& findings);
  Status decide_candidates(const Subject& subject, std::span<const Target> asked, Budget& budget,
                           std::vector<Finding>& findings);
  std::unique_ptr<State> state_;
};

}  // namespace antidotary::pack

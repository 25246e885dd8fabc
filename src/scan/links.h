// Links: whether a message's links lead elsewhere than they show, or to an address that is known
// as bad, by a pack's lists (pdb, wdb, gdb).
//
// A link is looked at where the host that it shows is one that a list guards; without lists nothing
// is. What a host is in what a link shows was asked of clamscan 1.4.6 (docs/formats/clamav.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/budget.h"
#include "match/regex.h"
#include "pack/links.h"
#include "scan/report.h"

namespace antidotary::scan {

/// A link of a page: where it leads and what it shows, as they stand but for entities.
struct Link {
  std::string real;
  std::string shown;
};

inline constexpr std::size_t links_max = 1'000;

/// The links of a page, at most `links_max`: anchors with their text, title and pictures, and
/// anchors inside a form with the form's address. Errors: budget_spent.
Result<std::vector<Link>> links_in(std::string_view html, Budget& budget);

/// The host that an address leads to; empty where it is none that leads to another computer.
std::string real_host(std::string_view address);
/// The host that a person sees in what a link shows; empty where it shows none.
std::string shown_host(std::string_view shown);

class LinkLists {
 public:
  /// The line of a list. Without one where it was no list that spoke.
  struct Place {
    std::uint32_t source = no_source;
    std::uint32_t line = 0;
  };
  /// Lines that cannot be compiled are passed over: the compiler of signatures refuses them.
  explicit LinkLists(const pack::Links& links = {});

  bool empty() const;
  /// What speaks against links besides the lists, where a user asks for it.
  struct Asked {
    bool ssl = false;    ///< Any that shows `https://` and leads elsewhere than to such.
    bool cloak = false;  ///< Any whose host has a control character in percent form.
  };
  struct Hit {
    std::string_view name;  ///< "Heuristics.Phishing.Email.SpoofedDomain"; for ever valid.
    Place place;
  };
  /// What speaks against `link`, or nothing. Errors: budget_spent (also of a regular expression).
  Result<std::optional<Hit>> judge(const Link& link, const Asked& asked, Budget& budget) const;

 private:
  struct Pattern {
    match::Regex regex;
    std::uint32_t source;
    std::uint32_t line;
  };
  Result<std::optional<Place>> pattern_for(const std::string& pair, Budget& budget) const;
  Result<bool> is_honest(const std::string& pair, Budget& budget) const;
  Result<std::optional<Hit>> suspect(const Link& link, const Asked& asked, const std::string& pair,
                                     Budget& budget) const;
  Result<std::optional<Hit>> judge_shown(const Link& link, const Asked& asked,
                                         Budget& budget) const;
  Result<std::optional<Hit>> judge_address(std::string_view address, Budget& budget) const;

  std::unordered_map<std::string, Place> guarded_;  ///< By host.
  std::unordered_map<std::string, Place> honest_;   ///< By "real:shown".
  std::vector<Pattern> guarded_patterns_;
  std::vector<Pattern> honest_patterns_;
  std::unordered_map<std::string, pack::LinkDigest> addresses_;  ///< By SHA-256.
};

}  // namespace antidotary::scan

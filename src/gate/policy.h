// Policy: what is done with a message by what was found in it, recipient by recipient.
//
// It decides nothing about what is hostile (that is the scan's), and carries nothing out (that is
// serve's). Law 4 is built in: what could not be read because we failed is never delivered.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scan/report.h"

namespace antidotary::gate {

/// What a scan says of a message, the gravest last.
enum class Finding : std::uint8_t {
  clean,
  released,    ///< A person let it out of the quarantine.
  suspicious,  ///< Signs of a threat, none of which convicts.
  opaque,      ///< Encrypted, or of a form that is not read.
  limited,     ///< A limit cut the reading.
  outbreak,    ///< Many like it came from many senders within a short time.
  failed,      ///< Damaged, or we failed.
  malware,
};
inline constexpr std::size_t findings = 8;
std::span<const std::string_view> enum_names(Finding);

enum class Action : std::uint8_t { accept, tag, discard, quarantine, tempfail, reject };
std::span<const std::string_view> enum_names(Action);

struct Judgement {
  Finding finding = Finding::clean;  ///< The gravest that holds.
  std::string entry;                 ///< "win32/mimail.a" where an entry convicts.
  std::vector<std::string> names;    ///< Of signatures and entries, as clamd's front tells them.
  std::string reason;                ///< What was not read, and which signs were seen.
  std::vector<Finding> beside = {};  ///< What else holds, the least grave first.
};

Judgement judge(const scan::Report& report);
/// What the report alone does not tell; the reason is put behind what stands there.
void add_finding(Judgement& judgement, Finding finding, const std::string& reason);

/// What a policy may do about a finding: what failed is neither delivered nor dropped.
bool allowed(Finding finding, Action action);

/// A condition and what follows from it. Empty lists hold for everything.
struct Rule {
  std::vector<std::string> recipients;  ///< "a@b", "@b", wildcards; case is ignored.
  std::vector<Finding> findings;
  std::vector<std::string> names;  ///< Wildcards over the judgement's names.
  Action action = Action::reject;
};

struct Policy {
  std::array<Action, findings> otherwise = {
      Action::accept,      // clean
      Action::accept,      // released
      Action::tag,         // suspicious
      Action::tag,         // opaque
      Action::quarantine,  // limited
      Action::quarantine,  // outbreak
      Action::tempfail,    // failed
      Action::reject,      // malware
  };
  std::vector<Rule> rules;  ///< The first that holds decides.

  /// The gravest action that a finding of the judgement asks for. Malware that is not delivered
  /// anyway is not tried again, and not kept, for what else was in the message.
  Action action(const Judgement& judgement, std::string_view recipient) const;
};

bool delivers(Action action);

}  // namespace antidotary::gate

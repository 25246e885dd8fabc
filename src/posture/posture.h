// Posture: what of a Windows computer would have stopped a threat, told from its disk alone.
//
// The statements are the encyclopedia's (entries/posture.h); this judges them against a computer's
// registry and files. A policy is asked before the local setting, every user is asked, and what is
// absent or unreadable is unknown, never passed over. It changes nothing: what is to change is
// handed to plan/ (mend.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entries/encyclopedia.h"
#include "entries/posture.h"
#include "host/computer.h"
#include "host/doubts.h"

namespace antidotary::posture {

/// Which Windows it is, as its registry says. All zero and empty where it does not.
struct Windows {
  std::string name;  ///< "Microsoft Windows XP".
  std::uint32_t build = 0;
  std::uint32_t service_pack = 0;
  std::uint64_t shutdown_filetime = 0;  ///< The last shutdown; 0: not recorded.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("build", self.build);
    visit("service_pack", self.service_pack);
    visit("shutdown_filetime", self.shutdown_filetime);
  }
};
Windows windows_of(host::Computer& computer);

/// A value, key or file that was asked, and what it said.
struct Observation {
  std::string where;  ///< `HKLM\...\EnableFirewall`, `WINDOWS/system32/mshtml.dll`.
  std::string said;   ///< "1", "6.0.2800.1106"; empty where there is none.
  bool present = false;
  bool unread = false;  ///< Not there to be seen, but not everything could be read.
  std::optional<host::RegistryFact> registry;  ///< With its data, where it is a value.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("where", self.where);
    visit("said", self.said);
    visit("present", self.present);
    visit("unread", self.unread);
    visit("registry", self.registry);
  }
};

/// One part of a check, for one user where users are asked.
struct PartResult {
  std::string name;  ///< Of the part; empty where the check has one.
  std::string user;  ///< Empty for the machine.
  entries::CheckVerdict verdict = entries::CheckVerdict::unknown;
  std::string reason;
  std::vector<Observation> observations;
  std::optional<std::uint32_t> mend;  ///< The number that the last observation may be given.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("user", self.user);
    visit("verdict", self.verdict);
    visit("reason", self.reason);
    visit("observations", self.observations);
    visit("mend", self.mend);
  }
};

struct CheckResult {
  std::string id;
  entries::CheckVerdict verdict = entries::CheckVerdict::unknown;  ///< The worst of its parts.
  std::vector<PartResult> parts;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("id", self.id);
    visit("verdict", self.verdict);
    visit("parts", self.parts);
  }
};

struct Posture {
  Windows windows;
  std::vector<CheckResult> checks;  ///< In the encyclopedia's order.
  std::vector<host::Unread> unread;
  std::vector<std::string> dirty_hives;     ///< Exact paths; what they said may be older than true.
  std::vector<std::string> replayed_hives;  ///< Read with their logs' changes; not to be written.
  std::vector<host::Doubt> doubts;          ///< About the volume; while one stands, no writing.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("windows", self.windows);
    visit("checks", self.checks);
    visit("unread", self.unread);
    visit("dirty_hives", self.dirty_hives);
    visit("replayed_hives", self.replayed_hives);
    visit("doubts", self.doubts);
  }
};

/// Judges every check of the encyclopedia.
Posture judge(const entries::Encyclopedia& encyclopedia, host::Computer& computer);
CheckResult judge(const entries::PostureCheck& check, const Windows& windows,
                  host::Computer& computer);

/// Checks that stand against an entry: those of its bulletins (and of the bulletins that supersede
/// them), and those that name its id, a class of it or a way in which it spreads.
std::vector<const entries::PostureCheck*> checks_for(const entries::Encyclopedia& encyclopedia,
                                                     const entries::Entry& entry);

}  // namespace antidotary::posture

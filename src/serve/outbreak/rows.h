// Rows: what the ledger of outbreaks keeps of a message and what it tells again. No address stands
// in them, only keyed hashes (addresses.h); what is stored is listed in docs/reference/serve.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gate/outbreak/watch.h"
#include "scan/leaf.h"

namespace antidotary::serve::outbreak {

using gate::outbreak::Outbreak;
using gate::outbreak::Person;

/// A message that was answered, with its attachments.
struct MailRow {
  std::uint64_t time_s = 0;
  std::string queue_id;
  std::string message_id;  ///< As it stands in the message; an attacker's choice.
  std::string client;
  Person sender_as_recipient = 0;      ///< Their address as it would be a recipient's; 0: none.
  Person sender = 0;                   ///< By its marks (gate/outbreak/marks.h), or the login.
  std::vector<Person> recipients;      ///< Each address in lower case.
  std::string finding;                 ///< gate::Finding
  std::string name;                    ///< The first signature or entry that hit; or empty.
  std::string outcome;                 ///< gate::Outcome::Whole
  std::string held_id;                 ///< In the quarantine of mail; or empty.
  std::vector<std::string> outbreaks;  ///< Those that it belongs to.
  std::vector<scan::Leaf> leaves;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("time_s", self.time_s);
    visit("queue_id", self.queue_id);
    visit("message_id", self.message_id);
    visit("client", self.client);
    visit("sender_as_recipient", self.sender_as_recipient);
    visit("sender", self.sender);
    visit("recipients", self.recipients);
    visit("finding", self.finding);
    visit("name", self.name);
    visit("outcome", self.outcome);
    visit("held_id", self.held_id);
    visit("outbreaks", self.outbreaks);
    visit("leaves", self.leaves);
  }
};

/// What is written together.
struct Batch {
  std::vector<MailRow> mails;
  std::vector<Outbreak> outbreaks;    ///< As they stand now.
  std::vector<std::string> released;  ///< Held messages that went on.

  bool empty() const { return mails.empty() && outbreaks.empty() && released.empty(); }

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("mails", self.mails);
    visit("outbreaks", self.outbreaks);
    visit("released", self.released);
  }
};

}  // namespace antidotary::serve::outbreak

#include "gate/milter/answer.h"

#include <algorithm>

#include "core/record.h"
#include "core/text.h"

namespace antidotary::gate::milter {
namespace {

constexpr std::size_t word_bytes_max = 200;
// RFC 5321, 4.5.3.1.5: a line of a reply is at most 512 octets.
constexpr std::size_t reply_bytes_max = 500;

/// A stranger's word in a reply or a field: printable ASCII without what either gives a meaning.
std::string safe(std::string_view words) {
  std::string out = escape_for_terminal(words.substr(0, word_bytes_max));
  for (char& one : out) {
    const auto byte = static_cast<unsigned char>(one);
    if (byte < 32 || byte > 126) one = '?';
    if (one == '%' || one == '"' || one == '\\') one = '_';
  }
  return out;
}

std::string modifications(const Terms& terms, const Message& message, const Judgement& judgement,
                          const Outcome& outcome, const Saying& saying) {
  std::string out;
  if (terms.may(act_change_fields)) {
    // The highest index first, so that taking one out does not renumber the next.
    for (auto one = message.forged().rbegin(); one != message.forged().rend(); ++one) {
      out += packet('m', number(one->index) + text(one->name) + text(""));
    }
  }
  if (terms.may(act_add_fields)) {
    const std::string value = field_value(judgement, saying);
    out += packet('i', number(0) + text(Message::own_fields) +
                           text(terms.keeps_blanks() ? " " + value : value));
  }
  if (terms.may(act_remove_recipients)) {
    for (const std::size_t index : outcome.removed) {
      out += packet('-', text(message.recipients()[index]));
    }
  }
  return out;
}

std::string reason_to_hold(const Judgement& judgement) {
  return text(fmt::format("Antidotary: {} {}", enum_name(judgement.finding),
                          safe(judgement.names.empty() ? judgement.reason : judgement.names[0])));
}

}  // namespace

std::string field_value(const Judgement& judgement, const Saying& saying) {
  std::string out(enum_name(judgement.finding));
  if (!judgement.entry.empty()) out += "; entry=" + safe(judgement.entry);
  if (!judgement.names.empty()) out += fmt::format("; name=\"{}\"", safe(judgement.names.front()));
  if (!judgement.reason.empty()) out += fmt::format("; reason=\"{}\"", safe(judgement.reason));
  out += fmt::format("; took={}ms", saying.took_ms);
  if (!saying.knowledge.empty()) out += fmt::format("; by=\"{}\"", safe(saying.knowledge));
  return out;
}

std::string refusal(const Judgement& judgement, const Saying& saying) {
  std::string out;
  switch (judgement.finding) {
    case Finding::malware:
      out = fmt::format("550 5.7.1 Refused: this message carries {}",
                        safe(!judgement.entry.empty()   ? judgement.entry
                             : !judgement.names.empty() ? judgement.names.front()
                                                        : "malicious software"));
      if (!judgement.entry.empty() && !saying.pages.empty()) {
        out += fmt::format(", see {}/{}.html", saying.pages, safe(judgement.entry));
      }
      break;
    case Finding::outbreak:
      out = "550 5.7.1 Refused: many messages like this one came within a short time";
      break;
    default:
      out = fmt::format("550 5.7.1 Refused: this message is {} ({})", enum_name(judgement.finding),
                        safe(judgement.reason));
      break;
  }
  std::replace(out.begin(), out.end(), '%', '_');
  return out.substr(0, reply_bytes_max);
}

std::string answer(const Terms& terms, const Message& message, const Judgement& judgement,
                   const Outcome& outcome, const Saying& saying) {
  switch (outcome.whole) {
    case Outcome::Whole::deliver:
      return modifications(terms, message, judgement, outcome, saying) + packet('c');
    case Outcome::Whole::hold:
      if (!terms.may(act_hold)) break;
      return modifications(terms, message, judgement, outcome, saying) +
             packet('q', reason_to_hold(judgement)) + packet('c');
    case Outcome::Whole::discard:
      return packet('d');
    case Outcome::Whole::reject:
      return packet('y', text(refusal(judgement, saying)));
    case Outcome::Whole::tempfail:
      break;
  }
  return packet('y', text("451 4.7.1 This message could not be looked into now, try again later"));
}

}  // namespace antidotary::gate::milter

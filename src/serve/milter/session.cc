#include "serve/milter/session.h"

#include <algorithm>
#include <numeric>

#include "core/record.h"
#include "core/text.h"
#include "files/root.h"
#include "gate/milter/answer.h"
#include "gate/release.h"

namespace antidotary::serve::milter {
namespace {

using gate::Action;
using gate::Finding;
using gate::Judgement;
using gate::milter::Packet;

void count(gate::Outcome::Whole whole, MailCounts& counts) {
  using Whole = gate::Outcome::Whole;
  ++(whole == Whole::deliver    ? counts.delivered
     : whole == Whole::hold     ? counts.held
     : whole == Whole::discard  ? counts.discarded
     : whole == Whole::tempfail ? counts.tempfailed
                                : counts.rejected);
}

std::string client_of(const gate::milter::Message& message) {
  const gate::milter::Client& client = message.client();
  return client.address.empty() ? client.name : client.address;
}

constexpr std::uint64_t ms_per_s = 1'000;
// What a mail server may send ahead while its message is scanned.
constexpr std::size_t ahead_bytes_max = 1 << 20;

}  // namespace

MilterSession::MilterSession(Gateway& gateway, std::uint64_t id, files::Fd socket,
                             std::function<void()> gone)
    : gateway_(gateway), id_(id), connection_(gateway.loop(), std::move(socket), std::move(gone)) {}

MilterSession::~MilterSession() {
  *alive_ = false;
  forget_scan();
  gateway_.scans().forget(id_);
}

Status MilterSession::start() {
  await();
  return connection_.start(*this);
}

void MilterSession::await() {
  connection_.limit_ms(at_work() ? 0 : gateway_.config().milter.timeout_s * ms_per_s);
}

bool MilterSession::idle() const {
  return !at_work() && !message_.begun() && connection_.unsent_bytes() == 0;
}

void MilterSession::received(Bytes bytes, std::vector<files::Fd>) {
  wire_.feed(bytes);
  await();
  go();
}

void MilterSession::ended() { connection_.drop(); }

void MilterSession::late() { connection_.drop(); }

void MilterSession::send(char command, std::string_view data) {
  connection_.send(gate::milter::packet(command, data));
}

/// Takes what is there, up to the end of a message that has to be scanned and kept first.
void MilterSession::go() {
  if (at_work() && !heed_while_at_work()) return;
  while (!at_work()) {
    const auto packet = wire_.next();
    if (!packet) break;
    if (!take(*packet)) return connection_.finish();
  }
  if (wire_.broken()) return connection_.drop();
  connection_.pause(at_work() && wire_.held_bytes() > ahead_bytes_max);
}

/// False where what came has to wait for the answer.
bool MilterSession::heed_while_at_work() {
  const auto next = wire_.peek();
  if (next == 'A' || next == 'Q' || next == 'K') {
    forget_message();
    return true;
  }
  connection_.pause(wire_.held_bytes() > ahead_bytes_max);
  return false;
}

bool MilterSession::take(const Packet& packet) {
  switch (packet.command) {
    case 'O':
      return negotiate(packet.data);
    case 'A':
      forget_message();
      return true;
    case 'K':
      forget_message();
      message_.reset_all();
      return true;
    case 'M':
      forget_scan();  // macros of this step came before it: the message keeps them
      break;
    case 'D':
    case 'C':
    case 'H':
    case 'R':
    case 'T':
    case 'L':
    case 'N':
    case 'B':
    case 'E':
    case 'U':
      break;
    default:
      return false;  // Q, and what nobody says
  }
  if (terms_.version == 0) return false;  // it has not said what it can
  const bool kept = keep(message_.take(packet));
  if (packet.command == 'E') {
    end_of_message();
  } else if (terms_.waits_after(packet.command)) {
    const bool skip = !kept && packet.command == 'B' && (terms_.steps & gate::milter::may_skip);
    send(skip ? 's' : 'c');
  }
  return true;
}

bool MilterSession::negotiate(Bytes offer) {
  const auto terms = gate::milter::agree(offer);
  if (!terms) {
    gateway_.log("a mail server was turned away: " + terms.error().what);
    return false;
  }
  terms_ = *terms;
  message_.keeps_blanks(terms_.keeps_blanks());
  send('O', terms_.data());
  return true;
}

/// False where nothing further of the message is kept.
bool MilterSession::keep(std::string_view bytes) {
  if (too_large_ || unkept_) return false;
  if (bytes.empty()) return true;
  if (bytes.size() > gateway_.config().milter.message_bytes_max - spool_.size_bytes()) {
    too_large_ = true;
  } else if (!spool_.append(as_bytes(bytes))) {
    unkept_ = true;
  }
  if (too_large_ || unkept_) spool_.clear();
  return !too_large_ && !unkept_;
}

void MilterSession::end_of_message() {
  began_ms_ = gateway_.loop().now_ms();
  const auto settle_unread = [this](Finding finding, const std::string& reason) {
    settle(Judgement{finding, {}, {}, reason});
  };
  if (message_.excessive()) return settle_unread(Finding::failed, "too many recipients or fields");
  if (too_large_) return settle_unread(Finding::limited, "the message is too large to be read");
  if (unkept_) return settle_unread(Finding::failed, "there is no room to keep the message");
  if (const auto judgement = released()) return settle(*judgement);
  auto object = spool_.share();
  if (!object) return settle_unread(Finding::failed, object.error().what);
  scanning_ = true;
  await();
  progress();
  gateway_.scans().submit(id_, {std::move(*object), spool_.size_bytes(), "message", {}},
                          [this, number = ++scan_number_](scan::Report&& report) {
                            if (scanning_ && number == scan_number_) scanned(report);
                          });
}

/// Tells a mail server that waits that we are still at it.
void MilterSession::progress() {
  progress_ = gateway_.loop().after_ms(gateway_.config().milter.progress_s * ms_per_s, [this] {
    send('p');
    progress();
  });
}

void MilterSession::scanned(const scan::Report& report) {
  scanning_ = false;
  gateway_.loop().cancel(progress_);
  Judgement judgement = gate::judge(report);
  look_for_outbreak(report, judgement);
  settle(judgement);
  go_on();
}

/// Later: we may be within `submit`, or within another session's turn.
void MilterSession::go_on() {
  gateway_.loop().later([this, alive = alive_] {
    if (*alive) go();
  });
}

void MilterSession::look_for_outbreak(const scan::Report& report, Judgement& judgement) {
  outbreak::Desk* const desk = gateway_.outbreaks();
  if (desk == nullptr || message_.excessive()) return;
  outbreak::Envelope envelope;
  envelope.queue_id = message_.queue_id();
  envelope.message_id = message_.message_id();
  envelope.client = client_of(message_);
  envelope.login = message_.login();
  envelope.sender = message_.sender();
  for (const std::string& one : message_.recipients()) {
    envelope.recipients.emplace_back(gate::milter::bare_address(one));
  }
  looked_ = desk->look(envelope, report, judgement, gateway_.now_unix_s());
}

/// A message that a person let out of the quarantine: once, unchanged, within the hour.
std::optional<Judgement> MilterSession::released() {
  held::Store* const store = gateway_.held();
  const auto mark = std::find_if(
      message_.forged().begin(), message_.forged().end(),
      [](const auto& one) { return equal_ascii_ignoring_case(one.name, gate::release_field); });
  if (store == nullptr || mark == message_.forged().end()) return std::nullopt;
  const auto doubtful = [this](std::string_view why) {
    gateway_.log(
        fmt::format("milter {}: a mark of a release is not heeded: {}", message_.queue_id(), why));
    return std::nullopt;
  };
  const auto read = gate::read_mark(mark->value, store->key(), gateway_.now_unix_s());
  if (!read) return doubtful(read.error().what);
  const auto object = spool_.share();
  if (!object) return doubtful(object.error().what);
  const auto bytes = files::Mapping::map(object->get());
  if (!bytes) return doubtful(bytes.error().what);
  if (gate::body_sha256(bytes->bytes()) != read->body_sha256) {
    return doubtful("the message is another one");
  }
  if (const Status used = store->use_nonce(read->nonce); !used) {
    return doubtful(used.error().kind == ErrorKind::busy ? "it was used before"
                                                         : used.error().what);
  }
  return Judgement{Finding::released, {}, {}, read->id};
}

gate::Means MilterSession::means() const {
  gate::Means out;
  out.remove_recipients = terms_.may(gate::milter::act_remove_recipients);
  out.hold = terms_.may(gate::milter::act_hold);
  // Half a message is not kept: it would be let go on as a whole one.
  out.quarantine = gateway_.keeper() != nullptr && !too_large_ && !unkept_;
  return out;
}

void MilterSession::settle(const Judgement& judgement) {
  gate::Outcome later;
  later.whole = gate::Outcome::Whole::tempfail;
  if (message_.excessive()) return answer(judgement, later);
  std::vector<Action> actions;
  for (const std::string& one : message_.recipients()) {
    actions.push_back(
        gateway_.policy().action(judgement, std::string(gate::milter::bare_address(one))));
  }
  const gate::Outcome outcome = gate::outcome_of(actions, means());
  if (outcome.keep) return keep_then_answer(judgement, outcome, outcome.kept_for);
  if (outcome.whole == gate::Outcome::Whole::reject && means().quarantine &&
      gateway_.config().quarantine.keep_rejected) {
    std::vector<std::size_t> all(actions.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return keep_then_answer(judgement, outcome, all);
  }
  answer(judgement, outcome);
}

/// The answer is given once the message is on the disk; one that has to be kept and cannot be is
/// refused for now. What is rejected anyhow is so whether or not there is room.
void MilterSession::keep_then_answer(const Judgement& judgement, const gate::Outcome& outcome,
                                     const std::vector<std::size_t>& recipients) {
  gate::Outcome unkept = outcome;
  if (outcome.keep) {
    unkept = gate::Outcome{};
    unkept.whole = gate::Outcome::Whole::tempfail;
  }
  auto object = spool_.share();
  if (!object) {
    gateway_.log("quarantine: " + object.error().what);
    return answer(judgement, unkept);
  }
  held::HeldMail mail;
  mail.queue_id = message_.queue_id();
  mail.client = client_of(message_);
  mail.login = message_.login();
  mail.sender = message_.sender();
  for (const std::size_t index : recipients) {
    mail.recipients.emplace_back(gate::milter::bare_address(message_.recipients()[index]));
  }
  mail.subject = message_.subject();
  mail.finding = judgement.finding;
  mail.entry = judgement.entry;
  mail.names = judgement.names;
  mail.reason = judgement.reason;
  keeping_ = gateway_.keeper()->keep(
      std::move(mail), std::move(*object), gateway_.now_unix_s(),
      [this, judgement, outcome, unkept](const Result<std::string>& id) {
        keeping_ = 0;
        gateway_.loop().cancel(progress_);
        gateway_.log(id ? fmt::format("milter {}: kept as {}", message_.queue_id(), *id)
                        : fmt::format("milter {}: cannot be kept: {}", message_.queue_id(),
                                      id.error().what));
        if (id) kept_id_ = *id;
        answer(judgement, id ? outcome : unkept);
        go_on();
      });
  await();
  progress();
}

/// Exactly one verdict.
void MilterSession::answer(const Judgement& judgement, const gate::Outcome& outcome) {
  gate::milter::Saying saying;
  saying.pages = gateway_.config().milter.pages;
  saying.took_ms = gateway_.loop().now_ms() - began_ms_;
  if (const Known* const known = gateway_.scans().known()) saying.knowledge = known->id();
  connection_.send(gate::milter::answer(terms_, message_, judgement, outcome, saying));
  gateway_.log(fmt::format("milter {}: {}{}{}, {}, {} recipients, {} ms", message_.queue_id(),
                           enum_name(judgement.finding),
                           judgement.names.empty() ? "" : " " + judgement.names.front(),
                           judgement.reason.empty() ? "" : " (" + judgement.reason + ")",
                           enum_name(outcome.whole), message_.recipients().size(), saying.took_ms));
  count(outcome.whole, gateway_.mail_counts());
  if (looked_) {
    gateway_.outbreaks()->settled(std::move(*looked_), judgement, outcome, kept_id_);
  } else if (judgement.finding == Finding::released && gateway_.outbreaks() != nullptr) {
    gateway_.outbreaks()->released(judgement.reason);
  }
  forget_message();
  await();
}

void MilterSession::forget_message() {
  forget_scan();
  message_.reset();
}

void MilterSession::forget_scan() {
  if (scanning_) gateway_.scans().forget(id_);
  if (keeping_ != 0) gateway_.keeper()->give_up(keeping_);
  scanning_ = false;
  keeping_ = 0;
  gateway_.loop().cancel(progress_);
  spool_.clear();
  looked_.reset();
  kept_id_.clear();
  too_large_ = unkept_ = false;
}

}  // namespace antidotary::serve::milter

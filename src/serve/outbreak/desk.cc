#include "serve/outbreak/desk.h"

#include <sys/random.h>

#include <algorithm>

#include "core/record.h"
#include "core/text.h"
#include "files/state.h"

namespace antidotary::serve::outbreak {
namespace {

using gate::Finding;
using gate::outbreak::Passing;
using gate::outbreak::Response;
using gate::outbreak::Rule;

constexpr std::size_t key_bytes = 32;

Buffer passing_key() {
  Buffer key(key_bytes);
  if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) key.clear();
  return key;
}

Passing passing_of(const MailRow& row) {
  return {row.time_s, row.sender, row.sender_as_recipient, row.recipients, row.leaves};
}

std::string_view words_of(Rule rule) {
  switch (rule) {
    case Rule::same:
      return "the same attachment";
    case Rule::fan_out:
      return "risky attachments of one shape from one sender";
    case Rule::shape:
      return "attachments of one shape with other bytes each time";
    case Rule::chain:
      break;
  }
  return "an attachment that one who got it passes on";
}

}  // namespace

Desk::Desk(Loop& loop, const OutbreakConfig& config, std::optional<files::Root> folder, Log log)
    : rules_(config.rules), log_(std::move(log)), watch_(config.rules) {
  const auto key = folder ? files::local_key(*folder) : Result<Buffer>(passing_key());
  if (folder && !key) log_("the outbreak ledger has no key: " + key.error().what);
  addresses_.emplace(key ? *key : passing_key());
  if (!folder || !key) {
    trouble_ = folder ? "there is no key for its addresses" : "there is no folder for it";
    return;
  }
  const std::uint64_t window_s = std::max({rules_.same.window_s, rules_.fan_out.window_s,
                                           rules_.shape.window_s, rules_.chain.window_s});
  Writer::Hears hears;
  hears.remembered = [this](const MailRow& row) { watch_.remember(passing_of(row)); };
  hears.outbreak = [this](const Outbreak& one) { heard(one); };
  hears.told = log_;
  writer_ = std::make_unique<Writer>(loop, std::move(*folder), config.keeping, window_s,
                                     std::move(hears));
}

void Desk::heard(const Outbreak& one) {
  const Outbreak* const known = watch_.find(one.id);
  if (known != nullptr && known->dismissed_s == 0 && one.dismissed_s != 0) {
    log_(fmt::format("outbreak {} was dismissed: {}", one.id, one.reason));
  }
  watch_.put(one);
}

std::optional<Desk::Looked> Desk::look(const Envelope& envelope, const scan::Report& report,
                                       gate::Judgement& judgement, std::uint64_t now_s) {
  if (report.leaves.empty()) return std::nullopt;
  Looked out;
  MailRow& row = out.row;
  row.time_s = now_s;
  row.queue_id = envelope.queue_id;
  row.message_id = envelope.message_id;
  row.client = envelope.client;
  row.sender = addresses_->sender(envelope.login, envelope.sender, envelope.client);
  if (!envelope.sender.empty()) {
    row.sender_as_recipient = addresses_->recipient(envelope.sender);
  }
  for (const std::string& one : envelope.recipients) {
    row.recipients.push_back(addresses_->recipient(one));
  }
  row.leaves = report.leaves;
  // What is known to be hostile needs no counting.
  if (judgement.finding == Finding::malware) return out;
  out.seen = watch_.look(passing_of(row));
  for (const std::string& id : out.seen.declared) {
    if (const Outbreak* const one = watch_.find(id)) tell(*one);
  }
  if (out.seen.hold) {
    gate::add_finding(judgement, Finding::outbreak, "outbreak " + out.seen.outbreaks.front());
  }
  return out;
}

void Desk::tell(const Outbreak& one) {
  ++declared_[static_cast<std::size_t>(one.rule)];
  const bool holds = rules_.of(one.rule).response == Response::hold;
  log_(fmt::format(
      "OUTBREAK {}: {}, {} \"{}\" ({}, {}), from {} senders to {} recipients or more; {} "
      "copies passed, new ones are {}",
      one.id, words_of(one.rule), enum_name(one.risk), one.name, one.format, one.key, one.senders,
      one.recipients, one.passed, holds ? "held" : "let through"));
}

void Desk::settled(Looked looked, const gate::Judgement& judgement, const gate::Outcome& outcome,
                   const std::string& held_id) {
  const bool held = outcome.whole != gate::Outcome::Whole::deliver || outcome.keep;
  watch_.settled(looked.seen, held);
  if (!writer_) return;
  MailRow& row = looked.row;
  row.finding = enum_name(judgement.finding);
  row.name = judgement.names.empty() ? std::string() : judgement.names.front();
  row.outcome = enum_name(outcome.whole);
  row.held_id = held_id;
  row.outbreaks = looked.seen.outbreaks;
  for (const std::string& id : row.outbreaks) {
    if (const Outbreak* const one = watch_.find(id)) writer_->write(*one);
  }
  writer_->write(std::move(row));
}

void Desk::released(const std::string& held_id) {
  if (writer_) writer_->release(held_id);
}

LedgerHealth Desk::health() const {
  if (writer_) return writer_->health();
  LedgerHealth out;
  out.trouble = trouble_;
  return out;
}

}  // namespace antidotary::serve::outbreak

// outbreaks: what was sent by many to many, what of it is held, and a person's word that it is
// honest.
#include "cli/desk.h"
#include "cli/times.h"
#include "core/text.h"
#include "serve/outbreak/ledger.h"

namespace antidotary::cli {
namespace {

using gate::outbreak::Outbreak;
using serve::outbreak::Copy;
using serve::outbreak::Ledger;

/// A ledger with the folder that it stands in.
struct OpenLedger {
  std::unique_ptr<files::Root> folder;
  Ledger ledger;
};

Result<OpenLedger> open_ledger(const Invocation& invocation) {
  const files::Root state = ANTIDOTARY_TRY(open_state(invocation));
  auto folder = std::make_unique<files::Root>(ANTIDOTARY_TRY(serve::outbreak::find_folder(state)));
  Ledger ledger = ANTIDOTARY_TRY(Ledger::read(*folder));
  return OpenLedger{std::move(folder), std::move(ledger)};
}

std::string_view state_of(const Outbreak& one, std::uint64_t now_s) {
  if (one.dismissed_s != 0) return "dismissed";
  return gate::outbreak::is_active(one, now_s) ? "active" : "over";
}

/// Its key is a SHA-256, by which the ledger knows its copies.
bool is_of_bytes(const Outbreak& one) {
  return one.rule == gate::outbreak::Rule::same || one.rule == gate::outbreak::Rule::chain;
}

Json json_of(const Outbreak& one, std::uint64_t now_s) {
  Json out = typed("outbreak", to_json(one));
  out.set("state", state_of(one, now_s));
  return out;
}

void print_outbreak(const Outbreak& one, std::uint64_t now_s) {
  print(fmt::format("{}  {}  {} \"{}\" ({})\n", one.id, state_of(one, now_s), enum_name(one.risk),
                    escape_for_terminal(one.name), escape_for_terminal(one.format)));
  print(fmt::format("    since {}, last {}: {} senders, {} recipients, {} copies passed, {} held\n",
                    shown_time(one.began_s), shown_time(one.last_s), one.senders, one.recipients,
                    one.passed, one.held));
  if (one.dismissed_s != 0) {
    print(fmt::format("    dismissed {}: {}\n", shown_time(one.dismissed_s),
                      escape_for_terminal(one.reason)));
  }
}

Result<Outbreak> find(const Ledger& ledger, const std::string& id) {
  for (Outbreak& one : ANTIDOTARY_TRY(ledger.outbreaks())) {
    if (one.id == id) return std::move(one);
  }
  return fail(ErrorKind::not_found, "no outbreak '{}'; 'antidotary outbreaks' lists them", id);
}

void print_copy(const Invocation& invocation, const Copy& copy) {
  const serve::outbreak::MailRow& mail = copy.mail;
  if (invocation.has("json")) {
    Json out;
    out.set("schema", "antidotary-report/1");
    out.set("type", "copy");
    out.set("time_s", mail.time_s);
    out.set("queue_id", mail.queue_id);
    out.set("message_id", mail.message_id);
    out.set("client", mail.client);
    out.set("recipients", std::uint64_t{mail.recipients.size()});
    out.set("outcome", mail.outcome);
    out.set("finding", mail.finding);
    out.set("held", mail.held_id);
    out.set("released", copy.released);
    return print_line(out);
  }
  const std::string held = mail.held_id.empty() ? "" : "  held as " + mail.held_id;
  print(fmt::format("    {}  {}  {}  from {}  to {}{}{}\n", shown_time(mail.time_s),
                    escape_for_terminal(mail.queue_id), escape_for_terminal(mail.message_id),
                    escape_for_terminal(mail.client), mail.recipients.size(),
                    held.empty() ? "  " + escape_for_terminal(mail.outcome) : held,
                    copy.released ? " (released)" : ""));
}

}  // namespace

Exit run_outbreaks(const Invocation& invocation) {
  const auto opened = open_ledger(invocation);
  if (!opened) return complain(opened.error());
  const auto all = opened->ledger.outbreaks();
  if (!all) return complain(all.error());
  const std::uint64_t now_s = unix_seconds();
  bool active = false;
  for (const Outbreak& one : *all) {
    const bool counts = gate::outbreak::is_active(one, now_s);
    active = active || counts;
    if (!counts && invocation.has("active")) continue;
    if (invocation.has("json")) {
      print_line(json_of(one, now_s));
    } else {
      print_outbreak(one, now_s);
    }
  }
  return active ? Exit::found : Exit::clean;
}

Exit run_outbreaks_show(const Invocation& invocation) {
  const auto opened = open_ledger(invocation);
  if (!opened) return complain(opened.error());
  const auto one = find(opened->ledger, invocation.arguments[0]);
  if (!one) return complain(one.error());
  const std::uint64_t now_s = unix_seconds();
  if (invocation.has("json")) {
    print_line(json_of(*one, now_s));
  } else {
    print_outbreak(*one, now_s);
    print(fmt::format("    {}\n", escape_for_terminal(one->key)));
  }
  if (!is_of_bytes(*one)) return Exit::clean;
  const Status told =
      opened->ledger.copies(one->key, [&](const Copy& copy) { print_copy(invocation, copy); });
  return told ? Exit::clean : complain(told.error());
}

Exit run_outbreaks_dismiss(const Invocation& invocation) {
  const bool revoke = invocation.has("revoke");
  const std::string reason = invocation.value("reason");
  if (!revoke && reason.empty()) {
    return complain("dismiss takes --reason: whoever comes after you wants to know why");
  }
  auto opened = open_ledger(invocation);
  if (!opened) return complain(opened.error());
  const auto one = find(opened->ledger, invocation.arguments[0]);
  if (!one) return complain(one.error());
  const Status done =
      opened->ledger.dismiss(one->id, revoke ? "" : reason, revoke ? 0 : unix_seconds());
  if (!done) return complain(done.error());
  print(fmt::format("{}: copies are {}\n", one->id,
                    revoke ? "looked for again" : "no longer held, within seconds"));
  if (revoke || !is_of_bytes(*one)) return Exit::clean;
  const Status told = opened->ledger.copies(one->key, [](const Copy& copy) {
    if (copy.mail.held_id.empty() || copy.released) return;
    print(
        fmt::format("antidotary quarantine release {}\n", escape_for_terminal(copy.mail.held_id)));
  });
  return told ? Exit::clean : complain(told.error());
}

}  // namespace antidotary::cli

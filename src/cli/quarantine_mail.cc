#include "cli/quarantine_mail.h"

#include <fcntl.h>
#include <sys/random.h>

#include "cli/desk.h"
#include "core/text.h"
#include "files/act.h"
#include "gate/release.h"
#include "serve/held/smtp.h"
#include "serve/held/store.h"

namespace antidotary::cli {
namespace {

using serve::held::HeldMail;
using serve::held::Store;

Result<Store> open_store(const Invocation& invocation) {
  const files::Root state = ANTIDOTARY_TRY(open_state(invocation));
  return Store::open(state, {});
}

/// Where no mail was ever kept, none is made.
bool has_store(const Invocation& invocation) {
  const auto state = open_state(invocation);
  return state && files::Root::open(state->path() + "/mail").has_value();
}

Exit write_to(const Buffer& content, const std::string& path) {
  const auto file = files::act::create(AT_FDCWD, path, 0600);
  if (!file) return complain(file.error());
  if (const Status written = files::act::write_all(file->get(), content); !written) {
    return complain(written.error());
  }
  print(fmt::format("written to {}\n", escape_for_terminal(path)));
  return Exit::clean;
}

Result<std::string> new_mark(const HeldMail& mail, const Buffer& content, Bytes key) {
  Buffer nonce(16);
  if (::getrandom(nonce.data(), nonce.size(), 0) != static_cast<ssize_t>(nonce.size())) {
    return fail(ErrorKind::io, "no random bytes");
  }
  const gate::ReleaseMark mark{mail.id, unix_seconds() + gate::release_s_max, to_hex(nonce),
                               gate::body_sha256(content)};
  return fmt::format("{}: {}", gate::release_field, gate::write_mark(mark, key));
}

Exit let_go(const Invocation& invocation, Store& store, const HeldMail& mail,
            const Buffer& content) {
  const auto mark = new_mark(mail, content, store.key());
  if (!mark) return complain(mark.error());
  serve::held::Letter letter;
  letter.sender = mail.sender;
  letter.recipients = invocation.has("to") ? invocation.all("to") : mail.recipients;
  letter.first_line = *mark;
  letter.message = content;
  const auto begun = store.begin_release(mail.id, unix_seconds(), invocation.has("again"));
  if (!begun) {
    return begun.error().kind == ErrorKind::busy
               ? complain(
                     fmt::format("{} was released before; --again releases it once more", mail.id))
               : complain(begun.error());
  }
  const serve::held::Sent sent =
      invocation.has("sendmail")
          ? serve::held::send_by(invocation.value("sendmail"), letter)
          : serve::held::send_to(invocation.has("smtp") ? invocation.value("smtp") : "127.0.0.1:25",
                                 letter);
  if (!sent && sent.error().in_doubt) {
    return complain(fmt::format("{}: {} may or may not go on; --again releases it once more",
                                sent.error().error.what, mail.id));
  }
  if (!sent) {
    static_cast<void>(store.give_up_release(*begun));
    return complain(sent.error().error);
  }
  print(fmt::format("{} was handed on to {}\n", mail.id,
                    escape_for_terminal(join(letter.recipients, ", "))));
  return Exit::clean;
}

}  // namespace

bool is_mail(const Invocation& invocation) {
  return !invocation.arguments.empty() && invocation.arguments[0].starts_with("mail-");
}

Exit list_mail(const Invocation& invocation) {
  if (!has_store(invocation)) return Exit::clean;
  const auto store = open_store(invocation);
  if (!store) return complain(store.error());
  Exit exit = Exit::clean;
  for (const HeldMail& mail : store->list([&exit](const std::string& what) {
         complain(what);
         exit = Exit::incomplete;
       })) {
    if (invocation.has("json")) {
      print_line(typed("mail", to_json(mail)));
      continue;
    }
    print(fmt::format("{}  {:>9} bytes  {}  from {} to {}: {}{}\n", mail.id, mail.size_bytes,
                      escape_for_terminal(mail.names.empty() ? std::string(enum_name(mail.finding))
                                                             : mail.names.front()),
                      escape_for_terminal(mail.sender.empty() ? "<>" : mail.sender),
                      escape_for_terminal(join(mail.recipients, ", ")),
                      escape_for_terminal(mail.subject),
                      mail.released_unix_s != 0 ? "  (released)" : ""));
  }
  return exit;
}

Exit show_mail(const Invocation& invocation) {
  const auto store = open_store(invocation);
  if (!store) return complain(store.error());
  const auto mail = store->find(invocation.arguments[0]);
  if (!mail) return complain(mail.error());
  print_record(invocation, typed("mail", to_json(*mail)));
  return Exit::clean;
}

Exit release_mail(const Invocation& invocation) {
  auto store = open_store(invocation);
  if (!store) return complain(store.error());
  const auto mail = store->find(invocation.arguments[0]);
  if (!mail) return complain(mail.error());
  const auto content = store->content(mail->id);
  if (!content) return complain(content.error());
  if (invocation.arguments.size() > 1) return write_to(*content, invocation.arguments[1]);
  return let_go(invocation, *store, *mail, *content);
}

Exit forget_mail(const Invocation& invocation) {
  auto store = open_store(invocation);
  if (!store) return complain(store.error());
  if (const Status forgotten = store->forget(invocation.arguments[0]); !forgotten) {
    return complain(forgotten.error());
  }
  print("forgotten\n");
  return Exit::clean;
}

}  // namespace antidotary::cli

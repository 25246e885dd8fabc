// quarantine list, show, restore, release, forget.
#include "cli/desk.h"
#include "cli/quarantine_mail.h"
#include "core/text.h"
#include "remedy/run.h"

namespace antidotary::cli {
namespace {

// The quarantine needs no worker: nothing of a hive is computed here.
Exit with_remedy(const Invocation& invocation, Exit (*act)(const Invocation&, remedy::Remedy&)) {
  const auto state = open_state(invocation);
  if (!state) return complain(state.error());
  auto remedy = remedy::Remedy::open(*state, nullptr, unix_seconds);
  if (!remedy) return complain(remedy.error());
  return act(invocation, *remedy);
}

Json item_json(const remedy::QuarantinedItem& item) { return typed("quarantined", to_json(item)); }

Exit list(const Invocation& invocation, remedy::Remedy& remedy) {
  const auto items = remedy.quarantine();
  if (!items) return complain(items.error());
  for (const auto& item : *items) {
    if (invocation.has("json")) {
      print_line(item_json(item));
    } else {
      const std::string part = item.offset ? fmt::format(", at byte {}", *item.offset) : "";
      print(fmt::format("{}  {:>9} bytes  {}.{}  {}{}{}\n", item.id, item.size_bytes, item.entry,
                        item.variant, escape_for_terminal(item.path), part,
                        item.restored ? "  (restored)" : ""));
    }
  }
  return Exit::clean;
}

Exit show(const Invocation& invocation, remedy::Remedy& remedy) {
  const auto items = remedy.quarantine();
  if (!items) return complain(items.error());
  for (const auto& item : *items) {
    if (item.id != invocation.arguments[0]) continue;
    print_record(invocation, item_json(item));
    return Exit::clean;
  }
  return complain(fmt::format("no item '{}' in quarantine; 'antidotary quarantine list' names them",
                              invocation.arguments[0]));
}

Exit restore(const Invocation& invocation, remedy::Remedy& remedy) {
  const auto step = remedy.restore(invocation.arguments[0]);
  if (!step) return complain(step.error());
  if (invocation.has("json")) {
    print_line(to_json(*step));
  } else {
    print(fmt::format("{}: {}\n", enum_name(step->outcome), escape_for_terminal(step->what)));
    if (!step->detail.empty()) print(fmt::format("  {}\n", escape_for_terminal(step->detail)));
  }
  const bool done = step->outcome == remedy::StepOutcome::undone;
  return done ? Exit::clean : Exit::incomplete;
}

Exit release(const Invocation& invocation, remedy::Remedy& remedy) {
  const auto written = remedy.export_item(invocation.arguments[0], invocation.arguments[1]);
  if (!written) return complain(written.error());
  print(fmt::format("written to {}\n", escape_for_terminal(invocation.arguments[1])));
  return Exit::clean;
}

Exit forget(const Invocation& invocation, remedy::Remedy& remedy) {
  const auto forgotten = remedy.forget(invocation.arguments[0]);
  if (!forgotten) return complain(forgotten.error());
  print("forgotten; the journal keeps its record\n");
  return Exit::clean;
}

}  // namespace

// Mail is kept beside what runs took (cli/quarantine_mail.cc); its ids tell it apart.
Exit run_quarantine_list(const Invocation& invocation) {
  const Exit mail = list_mail(invocation);
  const Exit items = with_remedy(invocation, list);
  return mail == Exit::clean ? items : mail;
}
Exit run_quarantine_show(const Invocation& invocation) {
  return is_mail(invocation) ? show_mail(invocation) : with_remedy(invocation, show);
}
Exit run_quarantine_restore(const Invocation& invocation) {
  if (is_mail(invocation)) {
    return complain("mail is not put back but let go on: 'antidotary quarantine release'");
  }
  return with_remedy(invocation, restore);
}
Exit run_quarantine_export(const Invocation& invocation) {
  if (is_mail(invocation)) return release_mail(invocation);
  if (invocation.arguments.size() < 2) {
    return complain(
        "release takes the FILE to write to: 'antidotary quarantine release ITEM FILE'");
  }
  return with_remedy(invocation, release);
}
Exit run_quarantine_forget(const Invocation& invocation) {
  return is_mail(invocation) ? forget_mail(invocation) : with_remedy(invocation, forget);
}

}  // namespace antidotary::cli

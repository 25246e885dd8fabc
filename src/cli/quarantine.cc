// quarantine list, show, restore, release, forget.
#include "cli/desk.h"
#include "cli/quarantine_mail.h"
#include "cli/times.h"
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

/// Where it was, whole.
std::string place_of(const remedy::QuarantinedItem& item) {
  const std::string slash = item.root.ends_with('/') ? "" : "/";
  const std::string part = item.offset ? fmt::format(", at byte {}", *item.offset) : "";
  return escape_for_terminal(item.root + slash + item.path) + part;
}

std::string threat_of(const remedy::QuarantinedItem& item) {
  if (item.entry.empty()) return "";
  return item.variant.empty() ? item.entry : item.entry + "." + item.variant;
}

Exit list(const Invocation& invocation, remedy::Remedy& remedy) {
  const auto items = remedy.quarantine();
  if (!items) return complain(items.error());
  for (const auto& item : *items) {
    if (invocation.has("json")) {
      print_line(item_json(item));
      continue;
    }
    const std::string threat = threat_of(item);
    print(fmt::format("{}  {:>9} bytes  {}  {}{}\n", item.id, item.size_bytes, place_of(item),
                      escape_for_terminal(threat.empty() ? item.reason : threat),
                      item.restored ? "  (restored)" : ""));
  }
  return Exit::clean;
}

void tell(const remedy::QuarantinedItem& item) {
  const auto row = [](std::string_view what, const std::string& value) {
    if (!value.empty()) print(fmt::format("  {:<9} {}\n", what, value));
  };
  print(item.id + "\n");
  row("was", place_of(item));
  row("threat", threat_of(item));
  row("because", escape_for_terminal(item.reason));
  row("taken", item.taken_unix_s == 0
                   ? ""
                   : fmt::format("{} by run {}", shown_time(item.taken_unix_s), item.run));
  row("size", fmt::format("{} bytes", item.size_bytes));
  row("SHA-256", item.sha256);
  row("is", item.restored ? "put back where it was; this is a copy" : "in quarantine");
  row("problem", escape_for_terminal(item.problem));
}

Exit show(const Invocation& invocation, remedy::Remedy& remedy) {
  const auto items = remedy.quarantine();
  if (!items) return complain(items.error());
  for (const auto& item : *items) {
    if (item.id != invocation.arguments[0]) continue;
    if (invocation.has("json")) {
      print_line(item_json(item));
    } else {
      tell(item);
    }
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

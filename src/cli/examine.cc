// examine HOST: a Windows disk, infected or not, by what, how sure, why. Changes nothing.
#include "cli/allow_book.h"
#include "cli/desk.h"
#include "core/text.h"

namespace antidotary::cli {
namespace {

Exit exit_of(diagnosis::Verdict verdict) {
  switch (verdict) {
    case diagnosis::Verdict::clean:
      return Exit::clean;
    case diagnosis::Verdict::incomplete:
      return Exit::incomplete;
    default:
      return Exit::found;
  }
}

void tell_json(const files::Root& root, const diagnosis::Examination& examination) {
  for (const auto& diagnosis : examination.diagnoses) {
    Json line;
    line.set("schema", "antidotary-report/1");
    line.set("type", "diagnosis");
    line.set("path", root.path());
    line.set("entry", diagnosis.entry);
    // One variant is a name; several are what the evidence cannot tell apart.
    if (diagnosis.variants.size() == 1) line.set("variant", diagnosis.variants[0]);
    const Json whole = to_json(diagnosis);
    for (const auto& [name, value] : *whole.object()) {
      if (name != "entry") line.set(name, value);
    }
    print_line(line);
  }
  Json line;
  line.set("schema", "antidotary-report/1");
  line.set("type", "examination");
  line.set("path", root.path());
  line.set("verdict", enum_name(examination.verdict()));
  line.set("windows", enum_name(examination.windows));
  line.set("windows_directory", examination.windows_directory);
  line.set("users", to_json(examination.users));
  line.set("unread", to_json(examination.unread));
  line.set("dirty_hives", to_json(examination.dirty_hives));
  line.set("replayed_hives", to_json(examination.replayed_hives));
  if (!examination.silenced.empty()) line.set("silenced", to_json(examination.silenced));
  line.set("jail", to_json(jail::layers()));
  print_line(line);
}

void tell_start_ups(const diagnosis::Examination& examination) {
  for (const auto& start : examination.start_ups) {
    Json line;
    line.set("schema", "antidotary-report/1");
    line.set("type", "start-up");
    line.set("where", start.where);
    line.set("command", start.command);
    line.set("target", start.target);
    print_line(line);
  }
}

}  // namespace

Exit run_examine(const Invocation& invocation) {
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  const auto root = files::Root::open(invocation.arguments[0]);
  if (!root) return complain(root.error());
  const scan::AllowList allow = allowances_of(invocation);
  scan::Knowledge knowledge;
  knowledge.encyclopedia = &*encyclopedia;
  knowledge.allow = &allow;
  worker::Worker worker(knowledge, proof::whole_disk());
  const auto examination = worker.examine(*root);
  if (!examination) return complain(with_context(examination.error(), root->path()));
  if (examination->windows == host::WindowsKind::none) {
    return complain(
        fmt::format("{} holds no Windows folder (WINDOWS or WINNT with its system "
                    "folder); name the disk's root, or use 'antidotary scan'",
                    root->path()));
  }
  if (invocation.has("json")) {
    if (invocation.has("autoruns")) tell_start_ups(*examination);
    tell_json(*root, *examination);
  } else {
    diagnosis::Examination shown = *examination;
    if (!invocation.has("autoruns")) shown.start_ups.clear();
    print(publish::examination(*encyclopedia, shown, root->path(), paper(invocation)));
  }
  tell_silenced(examination->silenced);
  return whole_or_incomplete(*encyclopedia, exit_of(examination->verdict()));
}

}  // namespace antidotary::cli

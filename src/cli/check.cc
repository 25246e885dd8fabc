// check HOST: what would have prevented it: a table of settings and updates, told from the disk.
#include <algorithm>

#include "cli/desk.h"
#include "cli/disk_words.h"
#include "cli/runs.h"
#include "cli/write_file.h"
#include "core/text.h"
#include "entries/names.h"
#include "posture/mend.h"
#include "publish/characteristics.h"
#include "publish/html/host_report.h"
#include "publish/posture.h"

namespace antidotary::cli {
namespace {

using entries::CheckVerdict;

/// The ids of --for NAME or of --only ID; empty: all.
Result<std::vector<std::string>> chosen_checks(const Invocation& invocation,
                                               const entries::Encyclopedia& encyclopedia) {
  std::vector<std::string> out = invocation.all("only");
  for (const std::string& id : out) {
    if (encyclopedia.find_check(id) == nullptr) {
      return fail(ErrorKind::bad_input,
                  "there is no check \"{}\"; 'antidotary check --list' names "
                  "all",
                  id);
    }
  }
  if (!invocation.has("for")) return out;
  const std::string name = invocation.value("for");
  const entries::Entry* const entry = encyclopedia.find(name);
  if (entry == nullptr) {
    return fail(ErrorKind::bad_input,
                "there is no entry \"{}\"; write its id, as in "
                "win32/mimail ('antidotary names resolve' finds it)",
                name);
  }
  for (const auto* check : posture::checks_for(encyclopedia, *entry)) out.push_back(check->id);
  if (out.empty()) {
    return fail(ErrorKind::bad_input, "no check speaks of {}", entry->title);
  }
  return out;
}

Exit list_checks(const entries::Encyclopedia& encyclopedia) {
  for (const entries::PostureCheck& check : encyclopedia.checks()) {
    print(escape_for_terminal(fmt::format("{:<22}{}", check.id, check.title)) + "\n");
  }
  return Exit::clean;
}

bool wanted(const std::vector<std::string>& ids, const std::string& id) {
  return ids.empty() || std::find(ids.begin(), ids.end(), id) != ids.end();
}

Exit outcome_of(const posture::Posture& posture, const std::vector<std::string>& ids) {
  const bool whole =
      posture.unread.empty() && posture.dirty_hives.empty() && posture.doubts.empty();
  Exit out = whole ? Exit::clean : Exit::incomplete;
  for (const posture::CheckResult& result : posture.checks) {
    if (!wanted(ids, result.id)) continue;
    if (result.verdict == CheckVerdict::fail) return Exit::found;
    if (result.verdict == CheckVerdict::unknown) out = Exit::incomplete;
  }
  return out;
}

void tell_json(const sources::Evidence& evidence, const std::string& volume,
               const entries::Encyclopedia& encyclopedia, const posture::Posture& posture,
               const std::vector<std::string>& ids) {
  for (const posture::CheckResult& result : posture.checks) {
    if (!wanted(ids, result.id)) continue;
    const entries::PostureCheck* const check = encyclopedia.find_check(result.id);
    Json line = typed("check", to_json(result));
    line.set("path", evidence.path());
    if (!volume.empty()) line.set("volume", volume);
    line.set("title", check->title);
    line.set("risk", check->risk);
    line.set("mend", check->mend);
    line.set("references", to_json(check->references));
    print_line(line);
  }
  Json line = typed("posture", to_json(posture.windows));
  line.set("path", evidence.path());
  if (!volume.empty()) line.set("volume", volume);
  line.set("doubts", to_json(posture.doubts));
  line.set("unread", to_json(posture.unread));
  line.set("dirty_hives", to_json(posture.dirty_hives));
  print_line(line);
}

Exit mend(const Invocation& invocation, const scan::Knowledge& knowledge, const files::Root& root,
          const posture::Posture& posture, const std::vector<std::string>& ids) {
  const plan::Plan plan = posture::plan_to_mend(*knowledge.encyclopedia, posture, ids, root.path());
  const bool applies = invocation.has("apply") && plan.changes_anything();
  if (!applies) {
    print(invocation.has("json") ? to_json(plan).dump() + "\n"
                                 : publish::plan_text(plan, paper(invocation)));
    return outcome_of(posture, ids);
  }
  const auto state = open_state(invocation);
  if (!state) return complain(state.error());
  proof::Clinic clinic(knowledge);
  auto remedy = clinic.remedy(*state, unix_seconds);
  if (!remedy) return complain(remedy.error());
  const Uninterrupted guard;
  const auto run = remedy->apply(root, plan);
  if (!run) return complain(run.error());
  tell_run(invocation, *run);
  return exit_of(*run);
}

}  // namespace

Exit run_check(const Invocation& invocation) {
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  if (invocation.has("list")) return list_checks(*encyclopedia);
  if (invocation.arguments.empty()) {
    return complain(
        "check wants the root of a Windows disk or its image: antidotary check /mnt/windows");
  }
  const auto ids = chosen_checks(invocation, *encyclopedia);
  if (!ids) return complain(ids.error());
  const auto evidence = sources::Evidence::open(invocation.arguments[0]);
  if (!evidence) return complain(evidence.error());
  const bool mends = invocation.has("mend") || invocation.has("apply");
  if (mends && evidence->root() == nullptr) {
    return complain(evidence->path() +
                    ": settings are not mended inside a disk image; mount it and name the mount");
  }
  scan::Knowledge knowledge;
  knowledge.encyclopedia = &*encyclopedia;
  worker::Worker worker(knowledge, proof::whole_disk());
  const auto disk = worker.check(*evidence);
  if (!disk) return complain(with_context(disk.error(), evidence->path()));
  if (disk->installations.empty()) return complain_no_windows(*evidence, disk->volumes);
  if (mends) {
    if (disk->installations.size() > 1) {
      return complain(evidence->path() + " holds several Windows; mending takes one at a time");
    }
    return whole_or_incomplete(*encyclopedia, mend(invocation, knowledge, *evidence->root(),
                                                   disk->installations[0].answer, *ids));
  }
  if (invocation.has("oval")) {
    if (disk->installations.size() > 1) {
      return complain(evidence->path() + " holds several Windows; --oval takes one at a time");
    }
    const Status written =
        write_file(invocation.value("oval"),
                   publish::system_characteristics(*encyclopedia, disk->installations[0].answer,
                                                   unix_seconds()));
    if (!written) return complain(written.error());
  }
  if (invocation.has("html")) {
    std::vector<publish::HostReport> reports;
    for (const auto& [volume, posture] : disk->installations) {
      reports.push_back(
          {place_of(*evidence, volume), !volume.empty(), nullptr, nullptr, &posture, *ids});
    }
    const Status written = write_file(
        invocation.value("html"),
        publish::host_page(*encyclopedia, reports, unread_of(disk->volumes), making_now()));
    if (!written) return complain(written.error());
  }
  if (invocation.has("json")) tell_volumes(*evidence, disk->volumes);
  Exit out = any_unread(disk->volumes) ? Exit::incomplete : Exit::clean;
  for (const auto& [volume, posture] : disk->installations) {
    if (invocation.has("json")) {
      tell_json(*evidence, volume, *encyclopedia, posture, *ids);
    } else {
      if (disk->installations.size() > 1 || !volume.empty()) {
        print(escape_for_terminal(place_of(*evidence, volume)) + "\n");
      }
      print(publish::posture_text(*encyclopedia, posture, *ids, paper(invocation)));
    }
    out = worse(out, outcome_of(posture, *ids));
  }
  return whole_or_incomplete(*encyclopedia, out);
}

}  // namespace antidotary::cli

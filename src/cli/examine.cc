// examine HOST: a Windows disk, infected or not, by what, how sure, why. Changes nothing.
#include "cli/allow_book.h"
#include "cli/desk.h"
#include "cli/disk_words.h"
#include "cli/write_file.h"
#include "core/text.h"
#include "plan/plan.h"
#include "publish/html/host_report.h"

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

/// A line of the report, of one Windows.
Json line_of(std::string_view type, const sources::Evidence& evidence, const std::string& volume) {
  Json line;
  line.set("schema", "antidotary-report/1");
  line.set("type", type);
  line.set("path", evidence.path());
  if (!volume.empty()) line.set("volume", volume);
  return line;
}

void tell_json(const sources::Evidence& evidence, const std::string& volume,
               const diagnosis::Examination& examination) {
  for (const auto& diagnosis : examination.diagnoses) {
    Json line = line_of("diagnosis", evidence, volume);
    line.set("entry", diagnosis.entry);
    // One variant is a name; several are what the evidence cannot tell apart.
    if (diagnosis.variants.size() == 1) line.set("variant", diagnosis.variants[0]);
    const Json whole = to_json(diagnosis);
    for (const auto& [name, value] : *whole.object()) {
      if (name != "entry") line.set(name, value);
    }
    print_line(line);
  }
  Json line = line_of("examination", evidence, volume);
  line.set("verdict", enum_name(examination.verdict()));
  line.set("windows", enum_name(examination.windows));
  line.set("windows_directory", examination.windows_directory);
  line.set("users", to_json(examination.users));
  line.set("deleted_cut", examination.deleted_cut);
  line.set("unread", to_json(examination.unread));
  line.set("dirty_hives", to_json(examination.dirty_hives));
  line.set("replayed_hives", to_json(examination.replayed_hives));
  line.set("doubts", to_json(examination.doubts));
  if (!examination.silenced.empty()) line.set("silenced", to_json(examination.silenced));
  line.set("jail", to_json(jail::layers()));
  print_line(line);
}

/// A line for each record of a list.
template <class Record>
void tell_each(std::string_view type, const sources::Evidence& evidence, const std::string& volume,
               const std::vector<Record>& records) {
  for (const Record& record : records) {
    Json line = line_of(type, evidence, volume);
    const Json whole = to_json(record);
    for (const auto& [name, value] : *whole.object()) line.set(name, value);
    print_line(line);
  }
}

/// One Windows, told; how it ends.
Exit tell(const Invocation& invocation, const entries::Encyclopedia& encyclopedia,
          const sources::Evidence& evidence, const std::string& volume,
          const diagnosis::Examination& examination) {
  if (invocation.has("json")) {
    if (invocation.has("autoruns")) {
      tell_each("start-up", evidence, volume, examination.start_ups);
    }
    tell_each("deleted", evidence, volume, examination.deleted);
    tell_each("hosts-line", evidence, volume, examination.hosts_lines);
    tell_json(evidence, volume, examination);
  } else {
    diagnosis::Examination shown = examination;
    if (!invocation.has("autoruns")) shown.start_ups.clear();
    print(publish::examination(encyclopedia, shown, evidence.path(), paper(invocation), volume));
  }
  tell_silenced(examination.silenced);
  return exit_of(examination.verdict());
}

Status write_page(const Invocation& invocation, const entries::Encyclopedia& encyclopedia,
                  const sources::Evidence& evidence, const worker::DiskExamination& disk,
                  worker::Worker& worker) {
  const auto posture = ANTIDOTARY_TRY(worker.check(evidence));
  std::vector<plan::Plan> plans;
  for (const auto& [volume, examination] : disk.installations) {
    plans.push_back(plan::make_plan(encyclopedia, examination, evidence.path()));
  }
  std::vector<publish::HostReport> reports;
  for (std::size_t i = 0; i < disk.installations.size(); ++i) {
    const auto& [volume, examination] = disk.installations[i];
    // The same Windows in the same order: both requests looked for them in the same way.
    const bool judged = posture.installations.size() == disk.installations.size() &&
                        posture.installations[i].volume == volume;
    reports.push_back({place_of(evidence, volume),
                       !volume.empty(),
                       &examination,
                       &plans[i],
                       judged ? &posture.installations[i].answer : nullptr,
                       {}});
  }
  return write_file(
      invocation.value("html"),
      publish::host_page(encyclopedia, reports, unread_of(disk.volumes), making_now()));
}

}  // namespace

Exit run_examine(const Invocation& invocation) {
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  const auto evidence = sources::Evidence::open(invocation.arguments[0]);
  if (!evidence) return complain(evidence.error());
  const scan::AllowList allow = allowances_of(invocation);
  scan::Knowledge knowledge;
  knowledge.encyclopedia = &*encyclopedia;
  knowledge.allow = &allow;
  worker::Worker worker(knowledge, proof::whole_disk());
  const bool hashes = invocation.has("autoruns") || invocation.has("html");
  const auto disk = worker.examine(*evidence, {.hash_start_ups = hashes});
  if (!disk) return complain(with_context(disk.error(), evidence->path()));
  if (invocation.has("json")) {
    tell_volumes(*evidence, disk->volumes);
  } else if (!disk->installations.empty()) {
    print(volumes_text(disk->form, disk->volumes));
  }
  if (disk->installations.empty()) return complain_no_windows(*evidence, disk->volumes);
  Exit out = any_unread(disk->volumes) ? Exit::incomplete : Exit::clean;
  for (const auto& [volume, examination] : disk->installations) {
    if (&volume != &disk->installations.front().volume && !invocation.has("json")) print("\n");
    out = worse(out, tell(invocation, *encyclopedia, *evidence, volume, examination));
  }
  if (invocation.has("html")) {
    const Status written = write_page(invocation, *encyclopedia, *evidence, *disk, worker);
    if (!written) return complain(written.error());
  }
  return whole_or_incomplete(*encyclopedia, out);
}

}  // namespace antidotary::cli

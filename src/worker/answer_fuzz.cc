// Property: whatever bytes a worker answers with, the parent refuses them or reads something that
// it writes back and reads again as the same; memory stays in proportion to the bytes.
#include <cstdlib>

#include "core/record.h"
#include "formats/regf/editor.h"
#include "scan/specimens.h"
#include "sources/tree_wire.h"
#include "worker/distrust.h"

using namespace antidotary;

namespace {

template <class Record>
void check(const Result<Record>& read) {
  if (!read) return;
  const Buffer wire = to_wire(*read);
  const auto again = from_wire<Record>(wire);
  if (!again || to_wire(*again) != wire) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto& known = scan::specimens::encyclopedia();
  const Bytes wire = view_of(data, size);
  const auto report = worker::believe_report(wire, {&known}, "name");
  if (report) {
    for (const auto& detection : report->detections) {
      if (known.find(detection.entry) == nullptr || detection.path.front() != "name") abort();
    }
  }
  check(report);
  check(from_wire<scan::Report>(wire));
  check(worker::believe_examination(wire, known));
  check(worker::believe_posture(wire, known));
  check(from_wire<diagnosis::Examination>(wire));
  const auto edits = worker::believe_edits(wire, 1000);
  if (edits) {
    for (const auto& edit : *edits) {
      if (edit.offset >= 1000 || edit.before.size() > 1000 - edit.offset) abort();
    }
  }
  check(edits);
  const Error error = sources::error_from_wire(wire);
  if (name_of(error.kind).empty()) abort();
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  scan::Report report;
  report.objects = 1;
  report.detections.push_back(
      {"test/eicar", "standard", "x", "file", {}, true, {"name"}, {{"sha256", "00"}}});
  report.unread.push_back({scan::Gap::failed, {"name", "member"}, "damaged"});
  diagnosis::Examination examination;
  host::Finding finding;
  finding.entry = "test/eicar";
  finding.variant = "standard";
  finding.change = "test-file";
  finding.kind = "file";
  finding.file.emplace().path = "WINDOWS/eicar.com";
  examination.diagnoses.push_back({"test/eicar", {"a"}, {}, {}, {finding}, {}, {finding}, "why"});
  examination.dirty_hives.push_back("WINDOWS/y");
  const std::vector<regf::Edit> edits = {{1, Buffer(3), Buffer(3)}, {7, Buffer(1), Buffer(1)}};
  Buffer wire;
  switch (index) {
    case 0:
      wire = to_wire(report);
      break;
    case 1:
      wire = to_wire(examination);
      break;
    case 2:
      wire = to_wire(edits);
      break;
    case 3:
      wire = sources::wire_of({ErrorKind::changed, "changed", 5});
      break;
    default:
      return 0;
  }
  out.clear();
  for (const std::byte one : wire) out.push_back(std::to_integer<std::uint8_t>(one));
  return 1;
}

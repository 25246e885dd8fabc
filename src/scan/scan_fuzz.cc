// Property: whatever is scanned, paths begin with the object's name and stay within the depth,
// nothing beyond the purse is brought out, and the report survives its wire form.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/demand.h"
#include "core/record.h"
#include "scan/scanner.h"
#include "scan/specimens.h"

namespace {

using namespace antidotary;

void check_path(const std::vector<std::string>& path, std::size_t length_max) {
  demand(!path.empty() && path.front() == "object" && path.size() <= length_max);
}

const scan::Scanner& scanner() {
  static const scan::Scanner one(scan::specimens::encyclopedia());
  return one;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Limits limits;
  limits.steps_max = 1'000'000;
  limits.bytes_max = 1 << 20;
  limits.object_bytes_max = 256 << 10;
  limits.objects_max = 200;
  limits.depth_max = 6;
  Budget budget(limits);
  const scan::Report report = scanner().scan(view_of(data, size), "object", budget);
  demand(budget.bytes_used() <= limits.bytes_max);
  demand(budget.objects_used() <= limits.objects_max);
  demand(report.objects >= 1);
  // A level a container, the object itself, and a member that was missed.
  for (const auto& unread : report.unread) check_path(unread.path, limits.depth_max + 2u);
  for (const auto& found : report.detections) {
    check_path(found.path, limits.depth_max + 2u);
    demand(!found.entry.empty() && !found.marks.empty());
  }
  demand(!budget.spent() || !report.unread.empty());
  const auto back = from_wire<scan::Report>(to_wire(report));
  demand(back && to_json(*back).dump() == to_json(report).dump());
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  namespace specimens = scan::specimens;
  const std::vector<std::string> seeds = {
      specimens::lure(),
      "From a@example.org Fri Aug  1 12:00:00 2003\n" + specimens::lure() + "\n",
      specimens::zip_of({{"eicar.com", specimens::eicar()}}),
      specimens::zip_of({{"a.zip", specimens::encrypted_zip_of({{"b", "b"}})}}),
      specimens::overlapping_zip(5),
      specimens::Mail{}.text("x").attach_message(specimens::lure()).finish(),
  };
  if (index >= seeds.size()) return 0;
  out.assign(seeds[index].begin(), seeds[index].end());
  return 1;
}

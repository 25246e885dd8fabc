// Any bytes as hives: a computer is examined to the end, and what was not read is never silent.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "core/bytes.h"
#include "host/sample_disk.h"

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  using antidotary::host::SampleDisk;
  SampleDisk disk;
  disk.run("Pad", "C:\\WINDOWS\\notepad.exe");
  auto& service = disk.system.at("ControlSet002\\Services\\Net");
  service.set("Start", 4, SampleDisk::number(2));
  service.set_text("ImagePath", "\\SystemRoot\\System32\\svchost.exe");
  disk.lay();
  const std::string paths[] = {disk.software_path(), "WINDOWS/system32/config/SYSTEM",
                               disk.home() + "/NTUSER.DAT"};
  if (index >= std::size(paths)) return 0;
  const antidotary::Buffer& bytes = disk.tree.content(paths[index]);
  const unsigned char* begin = antidotary::as_octets(antidotary::Bytes(bytes));
  out.assign(begin, begin + bytes.size());
  return 1;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antidotary;
  host::SampleDisk disk;
  disk.lay();
  const Bytes bytes = view_of(data, size);
  const std::string user = disk.home() + "/NTUSER.DAT";
  for (const std::string& path :
       {disk.software_path(), std::string("WINDOWS/system32/config/SYSTEM"), user}) {
    disk.tree.bytes(path, to_buffer(bytes));
  }
  Limits limits;
  limits.steps_max = 200'000;
  disk.budget = Budget(limits);
  host::Computer& computer = disk.look();
  for (const host::StartUp& start : host::start_ups(computer)) {
    // What a hive says never names a file that the tree does not hold.
    if (!start.target.empty() && !disk.tree.open(start.target)) std::abort();
  }
  for (const std::string_view directory : {"%temp%", "%startup%", "%programfiles%"}) {
    for (const std::string& folder : computer.folders(directory)) {
      if (!disk.tree.list(folder)) std::abort();
    }
  }
  const auto hive = regf::Hive::open(bytes, disk.budget);
  if (!hive && computer.unread().empty()) std::abort();
  return 0;
}

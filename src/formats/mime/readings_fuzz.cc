// Property: readings end within the budget, lie inside the message where they say so, and none is
// handed out twice; and whatever the tree has as a decoded leaf is among them or was known.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/demand.h"
#include "core/text.h"
#include "formats/mime/message.h"
#include "formats/mime/names.h"
#include "formats/mime/readings.h"

namespace {
using namespace antidotary;
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes message = view_of(data, std::min<std::size_t>(size, 16u << 10));
  Limits limits;
  limits.steps_max = 20'000'000;
  Budget budget(limits);
  mime::Known known;
  mime::Known seen;
  std::uint64_t bytes = 0;
  const auto status =
      mime::read_all_ways(message, known, budget, [&](const mime::Reading& reading) -> Status {
        demand(reading.bytes.size() >= mime::reading_bytes_min);
        demand(seen.add(reading.bytes));
        demand(reading.names.size() <= mime::names_max);
        for (const std::string& name : reading.names) demand(!name.empty() && is_utf8(name));
        if (reading.view) {
          demand(address_of(reading.bytes) >= address_of(message));
          demand(address_of(reading.bytes) + reading.bytes.size() <=
                 address_of(message) + message.size());
        } else {
          bytes += reading.bytes.size();
        }
        demand(bytes <= message.size() * mime::readings_ratio_max + mime::readings_floor_bytes);
        return {};
      });
  if (!status) return 0;
  Budget again;
  const auto tree = mime::read_message(message, again);
  if (!tree || tree->cut) return 0;
  for (const mime::Part& part : tree->parts) {
    if (part.multipart) continue;
    const auto decoded = mime::decode(part.encoding, tree->body(part), size);
    if (decoded.bytes.size() < 2 * mime::reading_bytes_min) continue;
    if (part.encoding == mime::Encoding::base64) demand(!known.add(decoded.bytes));
  }
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  static const std::string seeds[] = {
      "From: a\r\nContent-Type: multipart/mixed; boundary=x; boundary=y\r\n\r\n--x\r\n"
      "Content-Transfer-Encoding: base64\r\nContent-Type: a/b; name*0=c; name*1=.exe\r\n\r\n"
      "VGhlIHBheWxvYWQg=b2YgdGhpcyB0ZXN0\r\nIHNlZWQ=\r\n--x--\r\n--y\r\n\r\nbegin 644 z\r\n"
      "#0V%T\r\n`\r\nend\r\n",
      "A: b\nContent-Transfer-Encoding: x-yencode\n\n=ybegin line=128 size=4 "
      "name=x\nabcd=n\n=yend\n",
      "A: b\r\rC=3D d\n \n=41=\n=4 x =zz\r--q\rContent-Type: a\r\r(This file must be converted "
      "with",
  };
  if (index >= std::size(seeds)) return 0;
  out.assign(seeds[index].begin(), seeds[index].end());
  return 1;
}

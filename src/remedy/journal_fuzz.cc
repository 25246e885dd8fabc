// Any bytes as a journal, and the same bytes as lines with good MACs: events or an error, whole
// lines never beyond the bytes, and what was read is a prefix that reads the same again.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "core/digest.h"
#include "remedy/journal.h"
#include "remedy/ledger.h"

using namespace antidotary;

namespace {

constexpr auto key = octets('k');
constexpr const char* run_id = "20261123-221500-4f2a";

}  // namespace

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index > 1) return 0;
  out.clear();
  for (std::size_t line = 0; line <= index * 2; ++line) {
    remedy::Event event;
    if (line == 0) event.begin.emplace();
    if (line == 1) event.bytes = remedy::BytesIntent{"p", 1, 2, true, 3, 4, {{5, {}, {}}}};
    if (line == 2) event.file.emplace();
    const std::string json = to_json(event).dump() + '\n';
    out.insert(out.end(), json.begin(), json.end());
  }
  return 1;
}

namespace {

// Each line as if it had been written here.
std::string with_macs(std::string_view text) {
  std::string signed_lines;
  std::string mac = run_id;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string covered = mac + '\n' + std::string(text.substr(0, end));
    mac = hmac_sha256_hex(key, as_bytes(std::string_view(covered)));
    signed_lines += mac + ' ' + std::string(text.substr(0, end)) + '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return signed_lines;
}

void check(Bytes bytes) {
  const auto content = remedy::read_journal(bytes, key, run_id);
  if (!content) return;
  if (content->whole_bytes > bytes.size()) std::abort();
  const auto again = remedy::read_journal(bytes.first(content->whole_bytes), key, run_id);
  if (!again || again->events.size() != content->events.size()) std::abort();
  (void)remedy::Ledger::read({}, content->events);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = view_of(data, size);
  check(bytes);
  const std::string lines = with_macs(as_text(bytes));
  check(as_bytes(std::string_view(lines)));
  return 0;
}

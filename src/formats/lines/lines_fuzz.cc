// Property: every part lies in the text, lines in order and apart, values and programs within.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/bytes.h"
#include "formats/lines/lines.h"

namespace lines = antidotary::lines;

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

void demand_within(lines::Part inner, lines::Part outer) {
  demand(inner.offset >= outer.offset && inner.size <= outer.size &&
         inner.offset - outer.offset <= outer.size - inner.size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = antidotary::as_text(antidotary::view_of(data, size));
  std::size_t next = 0;
  lines::Cursor cursor(text);
  while (const auto line = cursor.next()) {
    demand(line->offset >= next && line->offset <= size && line->size <= size - line->offset);
    demand(line->of(text).find_first_of("\r\n") == text.npos);
    next = line->offset + line->size + 1;
  }
  for (const lines::Setting& setting : lines::settings(text, "windows", "run")) {
    demand_within(setting.value, setting.line);
    for (const lines::Part& word : lines::words(text, setting.value)) {
      demand(word.size > 0);
      demand_within(word, setting.value);
    }
  }
  return 0;
}

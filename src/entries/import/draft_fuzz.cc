// Property: whatever is imported, its files read back without one error, as a draft whose every
// change is weak; or it is refused.
#include <cstdlib>

#include "core/bytes.h"
#include "entries/import/draft.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antidotary;
  // NOLINTNEXTLINE: the one place where a fuzzer's bytes become text.
  const std::string text(data, data + size);
  const auto draft = entries::import_draft({text, "win32/example", ""});
  if (!draft) return 0;
  std::vector<entries::Problem> problems;
  const auto all = entries::Encyclopedia::read(entries::files_of(*draft), problems);
  if (!problems.empty() || all.entries().size() != 1) std::abort();
  for (const auto& variant : all.entries()[0].variants) {
    for (const auto& change : variant.changes) {
      if (change->evidence != entries::Grade::weak) std::abort();
    }
  }
  return 0;
}

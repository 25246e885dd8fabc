#include "publish/report_words.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>

#include "core/text.h"
#include "publish/page.h"

namespace antidotary::publish {

using diagnosis::Certainty;
using diagnosis::Verdict;

Said said_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::clean:
      return {"CLEAN", Tone::green, "nothing was found"};
    case Verdict::infected:
      return {"INFECTED", Tone::red, "it is there and would run"};
    case Verdict::traces:
      return {"TRACES", Tone::yellow, "it was there; nothing that was found of it can run"};
    case Verdict::lure:
      return {"LURE", Tone::yellow, "its message has arrived; nothing shows that it ran"};
    case Verdict::suspicious:
      return {"SUSPICIOUS", Tone::yellow, "too little to say that it is there"};
    case Verdict::incomplete:
      break;
  }
  return {"INCOMPLETE", Tone::yellow, "nothing was found, but not everything could be read"};
}

std::string_view word_of(Certainty certainty) {
  switch (certainty) {
    case Certainty::possible:
      return "possible";
    case Certainty::probable:
      return "probable";
    case Certainty::certain:
      break;
  }
  return "certain";
}

std::string sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text.ends_with('.') ? text : text + '.';
}

std::string place_of(const host::Finding& finding) {
  if (!finding.container.empty()) return join(finding.container, " > ");
  return finding.where.empty() ? finding.change : finding.where;
}

std::vector<std::pair<std::string, std::vector<std::string>>> slight_places(
    const entries::Encyclopedia& encyclopedia, const std::vector<host::Finding>& findings) {
  std::vector<std::pair<std::string, std::vector<std::string>>> places;
  for (const host::Finding& finding : findings) {
    const std::string place = place_of(finding);
    const std::string title = title_of(encyclopedia, finding.entry, {finding.variant});
    auto at = std::find_if(places.begin(), places.end(),
                           [&](const auto& one) { return one.first == place; });
    if (at == places.end()) at = places.insert(places.end(), {place, {}});
    if (std::find(at->second.begin(), at->second.end(), title) == at->second.end()) {
      at->second.push_back(title);
    }
  }
  return places;
}

std::string windows_in_words(const diagnosis::Examination& examination) {
  std::string out;
  switch (examination.windows) {
    case host::WindowsKind::none:
      return "no Windows was found here";
    case host::WindowsKind::nt:
      out = "of the NT line (NT, 2000, XP or later)";
      break;
    case host::WindowsKind::win9x:
      out = "95, 98 or Me";
      break;
  }
  return "Windows " + out + ", in the folder " + examination.windows_directory;
}

std::string time_text(std::int64_t unix_ns) {
  constexpr std::int64_t second = 1'000'000'000;
  const std::int64_t unix_s = unix_ns / second;  // at most the year 2262
  if (unix_s <= 0) return "";
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(unix_s)));
}

std::string not_looked_for(const entries::Encyclopedia& encyclopedia) {
  std::size_t named_only = 0;
  for (const entries::Entry& entry : encyclopedia.entries()) {
    for (const entries::Variant& variant : entry.variants) named_only += !variant.checkable();
  }
  std::string out = "Nothing. A threat that is not in the encyclopedia is not looked for";
  if (named_only > 0) {
    out += fmt::format("; nor are {} variants in it that are known by name only", named_only);
  }
  return out + '.';
}

}  // namespace antidotary::publish

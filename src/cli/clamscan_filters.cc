#include "cli/clamscan_filters.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/bytes.h"

namespace antidotary::cli {

Result<ClamscanFilters> ClamscanFilters::of(const ClamscanOptions& options) {
  ClamscanFilters out;
  for (const char* name : {"include", "exclude", "include-dir", "exclude-dir"}) {
    for (const std::string& text : options.all(name)) {
      auto regex = match::Regex::compile(text, {});
      if (!regex) return tl::unexpected(with_context(regex.error(), fmt::format("--{}", name)));
      out.regexes_[name].push_back(std::move(*regex));
    }
  }
  return out;
}

bool ClamscanFilters::leaves_out(const std::string& suffix, const std::string& path) const {
  const auto excluded = regexes_.find("exclude" + suffix);
  if (excluded != regexes_.end() && fits(excluded->second, path)) return true;
  const auto included = regexes_.find("include" + suffix);
  return included != regexes_.end() && !fits(included->second, path);
}

bool ClamscanFilters::fits(const std::vector<match::Regex>& regexes,
                           const std::string& path) const {
  return std::any_of(regexes.begin(), regexes.end(), [&](const match::Regex& regex) {
    const auto span = regex.find(as_bytes(std::string_view(path)), 0, false);
    return span && *span;
  });
}

}  // namespace antidotary::cli

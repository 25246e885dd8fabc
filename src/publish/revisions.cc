#include "publish/revisions.h"

#include "core/text.h"
#include "entries/dates.h"

namespace antidotary::publish {

Result<std::vector<Revision>> read_revisions(std::string_view text) {
  std::vector<Revision> out;
  std::size_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t blank = line.find(' ');
    const std::size_t colon = line.find(": ");
    const bool whole = blank == 10 && colon != line.npos && colon > blank + 1;
    if (!whole || !entries::is_day(line.substr(0, blank))) {
      return fail(ErrorKind::bad_input,
                  "line {} of CHANGES is not 'YYYY-MM-DD ID: what changed'; write it so", number);
    }
    out.push_back({std::string(line.substr(0, 10)),
                   std::string(line.substr(blank + 1, colon - blank - 1)),
                   std::string(trim(line.substr(colon + 2)))});
    if (out.size() > 1 && out[out.size() - 2].date < out.back().date) {
      return fail(ErrorKind::bad_input,
                  "line {} of CHANGES is newer than the one above it; the "
                  "newest come first",
                  number);
    }
  }
  return out;
}

std::pair<std::string, std::string> span_of(const std::vector<Revision>& revisions,
                                            std::string_view id) {
  std::pair<std::string, std::string> out;
  bool own = false;
  for (const Revision& one : revisions) {
    const bool of_all = one.id == "all";
    if (!id.empty() && !of_all && one.id != id) continue;
    if (out.second.empty()) out.second = one.date;
    // Newest first. An entry began with its oldest own line; what changed all before it was not of
    // it.
    own = own || (!id.empty() && !of_all);
    if (!own || !of_all) out.first = one.date;
  }
  return out;
}

}  // namespace antidotary::publish

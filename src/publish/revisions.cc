#include "publish/revisions.h"

#include "core/text.h"

namespace antidotary::publish {
namespace {

bool is_date(std::string_view text) {
  if (text.size() != 10) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  }
  return true;
}

}  // namespace

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
    if (!whole || !is_date(line.substr(0, blank))) {
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
  for (const Revision& one : revisions) {
    const bool its = id.empty() || one.id == id || one.id == "all";
    if (!its) continue;
    // Newest first. An entry begins with a line of its own, where it has one.
    if (out.second.empty()) out.second = one.date;
    if (id.empty() || one.id == id || out.first.empty()) out.first = one.date;
  }
  return out;
}

}  // namespace antidotary::publish

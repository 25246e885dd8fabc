#include "signatures/yara/include_walk.h"

#include <set>
#include <utility>
#include <vector>

namespace antidotary::signatures::yara {
namespace {

constexpr std::string_view blanks = " \t\r\n";

/// The names in `include "name"`, wherever that stands.
std::vector<std::string> names_in(std::string_view text) {
  constexpr std::string_view word = "include";
  std::vector<std::string> out;
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at)) {
    at += word.size();
    const std::size_t quote = text.find_first_not_of(blanks, at);
    if (quote == text.npos || text[quote] != '"') continue;
    const std::size_t end = text.find('"', quote + 1);
    if (end == text.npos) break;
    out.emplace_back(text.substr(quote + 1, end - quote - 1));
  }
  return out;
}

}  // namespace

void walk_includes(
    const std::string& root, std::string_view text, const ReadInclude& read,
    const std::function<void(const std::string& path, const Result<std::string>& text)>& each) {
  std::set<std::string> seen;
  std::vector<std::pair<std::string, std::string>> due{{root, std::string(text)}};
  while (!due.empty()) {
    const auto [path, content] = std::move(due.back());
    due.pop_back();
    for (const std::string& written : names_in(content)) {
      const auto resolved = resolve_include(path, written);
      if (!resolved || !seen.insert(*resolved).second) continue;
      if (seen.size() > includes_max) {
        each(*resolved, fail(ErrorKind::budget_spent, "more than {} includes", includes_max));
        return;
      }
      auto included = read(root, *resolved);
      each(*resolved, included);
      if (included) due.emplace_back(*resolved, std::move(*included));
    }
  }
}

}  // namespace antidotary::signatures::yara

// Kinds: the look-up by name, and what several kinds share; the table itself is generated from the
// files of kinds/.
#include "publish/kinds.h"

namespace antidotary::publish {

const Kind* find_kind(std::string_view name) {
  for (const Kind* kind : kinds()) {
    if (kind->name == name) return kind;
  }
  return nullptr;
}

std::string by_hand_in_turn(const entries::Change& change) {
  const Kind* kind = find_kind(change.kind());
  const std::string text = kind == nullptr ? "" : kind->by_hand(change);
  if (text.empty() || change.keep.empty()) return text;
  return "When all else is gone, and not before (" + change.keep + "): " + text;
}

Json json_list(const std::vector<std::string>& texts) {
  Json::Array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

std::string with_commas(std::uint64_t number) {
  std::string out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3;) {
    at -= 3;
    out.insert(at, 1, ',');
  }
  return out;
}

}  // namespace antidotary::publish

#include "pack/regex_cache.h"

namespace antidotary::pack {

match::RegexOptions regex_options(const std::string& flags) {
  const auto has = [&flags](char letter) { return flags.find(letter) != std::string::npos; };
  match::RegexOptions out;
  out.nocase = has('i');
  out.dot_all = has('s');
  out.multi_line = has('m');
  out.extended = has('x');
  out.anchored = has('A');
  out.dollar_end = has('E');
  out.ungreedy = has('U');
  return out;
}

const match::Regex* RegexCache::find(std::uint32_t rule, std::uint32_t sub, const RegexUse& use,
                                     Gaps& gaps) {
  if (compiled_.size() >= kept_max) compiled_.clear();
  const std::pair key{rule, sub};
  auto place = compiled_.find(key);
  if (place == compiled_.end()) {
    auto regex = match::Regex::compile(use.regex, regex_options(use.flags));
    place = compiled_.emplace(key, std::move(regex)).first;
  }
  if (place->second) return &*place->second;
  gaps.add(place->second.error());
  return nullptr;
}

}  // namespace antidotary::pack

#include "signatures/clamav/index.h"

#include <algorithm>

#include "core/digest.h"
#include "core/text.h"

namespace antidotary::signatures::clamav {
namespace {

constexpr std::size_t sha256_digits = 64;
constexpr std::string_view seal_mark = "DSIG:";

}  // namespace

Index::Index(Bytes info, const PublicKey& key) {
  std::string_view text = as_text(info);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (line.starts_with(seal_mark)) {
      const std::string_view seal = trim(line.substr(seal_mark.size()));
      seal_ = is_sealed_by_pss(info.first(at), seal, key) ? Seal::whole : Seal::broken;
      return;  // what is behind it nothing covers
    }
    const auto fields = split(line, ':');
    if (fields.size() == 3 && fields[2].size() == sha256_digits) {
      members_[std::string(fields[0])] = {std::string(fields[1]), ascii_lower(fields[2])};
    }
    at = std::min(end + 1, text.size());
  }
}

Status Index::check(std::string_view name, Bytes content) {
  const auto stated = members_.find(name);
  if (stated == members_.end()) return {};
  const auto& [size, sha256] = stated->second;
  if (std::to_string(content.size()) != size || sha256_hex(content) != sha256) {
    return fail(ErrorKind::bad_input,
                "its member {} is not what its .info says: it is damaged; fetch it again", name);
  }
  members_.erase(stated);
  return {};
}

Status Index::check_all_seen() const {
  if (members_.empty()) return {};
  return fail(ErrorKind::bad_input, "its member {} is missing: it is cut; fetch it again",
              members_.begin()->first);
}

}  // namespace antidotary::signatures::clamav

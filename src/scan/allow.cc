#include "scan/allow.h"

#include <algorithm>
#include <array>

namespace antidotary::scan {

std::span<const std::string_view> enum_names(Allowance::Kind) {
  static constexpr std::array<std::string_view, 3> names = {"digest", "name", "entry"};
  return names;
}

namespace {

/// The mark of what is not ClamAV's own says nothing of which signature it is.
std::string_view without_suffix(std::string_view name) {
  constexpr std::string_view suffix = ".UNOFFICIAL";
  if (name.size() > suffix.size() && name.ends_with(suffix)) name.remove_suffix(suffix.size());
  return name;
}

}  // namespace

AllowList::AllowList(const std::vector<Allowance>& allowances, std::uint64_t now_s) {
  for (const Allowance& one : allowances) {
    if (one.ends_s != 0 && one.ends_s <= now_s) continue;
    switch (one.kind) {
      case Allowance::Kind::digest:
        digests_.insert(one.what);
        break;
      case Allowance::Kind::name:
        names_.emplace(without_suffix(one.what));
        break;
      case Allowance::Kind::entry:
        entries_.insert(one.what);
        break;
    }
  }
}

bool AllowList::empty() const { return names_.empty() && entries_.empty() && digests_.empty(); }

// A person may name a signature by its own name or as it is shown; both are kept by the former.
bool AllowList::allows_name(std::string_view name) const {
  return names_.contains(without_suffix(name));
}

bool AllowList::allows_entry(std::string_view entry) const { return entries_.contains(entry); }

bool AllowList::wants(DigestKind kind) const {
  const std::size_t digits = kind == DigestKind::md5 ? 32 : kind == DigestKind::sha1 ? 40 : 64;
  return std::any_of(digests_.begin(), digests_.end(),
                     [digits](const std::string& one) { return one.size() == digits; });
}

bool AllowList::allows_digest(std::string_view hex) const { return digests_.contains(hex); }

std::optional<std::string> AllowList::allowing(Bytes bytes) const {
  for (const DigestKind kind : digest_kinds) {
    if (!wants(kind)) continue;
    const std::string hex = hex_digest(kind, bytes);
    if (allows_digest(hex)) return "digest " + hex;
  }
  return std::nullopt;
}

void add_silenced(std::vector<Silenced>& list, const std::string& by, std::uint64_t findings) {
  const auto same =
      std::find_if(list.begin(), list.end(), [&](const Silenced& one) { return one.by == by; });
  if (same == list.end()) {
    list.push_back({by, findings});
  } else {
    same->findings += findings;
  }
}

std::string AllowList::fingerprint() const {
  Digester digester(DigestKind::sha256);
  for (const auto* set : {&names_, &entries_, &digests_}) {
    for (const std::string& one : *set) {
      digester.update(as_bytes(std::string_view(one)));
      digester.update(as_bytes(std::string_view("\n")));
    }
    digester.update(as_bytes(std::string_view("\n")));
  }
  return digester.finish_hex();
}

}  // namespace antidotary::scan

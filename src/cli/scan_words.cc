// What all forms of output say alike.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "cli/scan_output.h"
#include "core/text.h"

namespace antidotary::cli {

namespace {

/// A likeness of names is not enough: "Test.Thing" is not the EICAR file. A listed label is, and a
/// family that the label's own grammar names.
std::string entry_named(const entries::Resolution& resolution) {
  if (resolution.matches.empty()) return "";
  const entries::NameMatch& first = resolution.matches[0];
  const bool listed =
      resolution.kind == entries::Resolution::Kind::one && first.vendor_name != nullptr;
  if (!listed && first.confidence == entries::Confidence::possible) return "";
  const entries::Entry* const family = resolution.family();
  return family == nullptr ? "" : family->id;
}

}  // namespace

std::string entry_of(const entries::Names& names, const scan::Alert& alert) {
  constexpr std::string_view unofficial = ".UNOFFICIAL";
  std::string_view name = alert.name;
  if (name.ends_with(unofficial)) name.remove_suffix(unofficial.size());
  if (std::string entry = entry_named(names.resolve(name)); !entry.empty()) return entry;
  for (const scan::Mark& mark : alert.meta) {
    if (mark.what != "family") continue;
    if (std::string entry = entry_named(names.resolve(mark.value)); !entry.empty()) return entry;
  }
  return "";
}

YaraPlaces yara_places_of(const pack::Pack& pack) {
  YaraPlaces out;
  const auto rules = pack.yara_texts();
  if (!rules) return out;
  for (const pack::YaraText& rule : *rules) {
    const std::string place =
        rule.line == 0 ? rule.path : fmt::format("{}:{}", rule.path, rule.line);
    out.emplace(std::pair(rule.source, rule.shown), place);
  }
  return out;
}

std::string source_of(const ScanContext& context, const scan::Alert& alert) {
  const pack::Pack* const pack = context.pack;
  if (pack == nullptr || alert.source >= pack->sources().size()) return "";
  if (alert.kind == "yara" && context.yara_places != nullptr) {
    const auto place = context.yara_places->find({alert.source, alert.name});
    if (place != context.yara_places->end()) return place->second;
  }
  const std::string& path = pack->sources()[alert.source].path;
  return alert.line == 0 ? path : fmt::format("{}:{}", path, alert.line);
}

std::string limit_words(const std::string& reason) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> flags = {
      {{"depth_max", "max-recursion"},
       {"objects_max", "max-files"},
       {"object_bytes_max", "max-filesize"},
       {"bytes_max", "max-scansize"},
       {"time_ms_max", "max-scantime"},
       {"ratio_max", "max-ratio"}}};
  for (const auto& [limit, flag] : flags) {
    if (reason.find(fmt::format("limit {} ", limit)) == reason.npos) continue;
    return fmt::format("{} (--{} sets it)", reason, flag);
  }
  return reason;
}

std::string place_of(const std::vector<std::string>& path) { return join(path, " > "); }

std::string proof_line(const scan::Proof& proof) {
  constexpr std::size_t shown_max = 48;
  // A digest is of the whole: no part of it is what matched.
  const bool whole = proof.what == "md5" || proof.what == "sha1" || proof.what == "sha256";
  if (whole && proof.offset == 0) {
    return fmt::format("{} of the whole object, {} bytes", proof.what, proof.length);
  }
  std::string hex;
  std::string text;
  const std::size_t lead =
      static_cast<std::size_t>(proof.offset - std::min(proof.offset, proof.around_offset));
  const std::size_t end =
      lead + static_cast<std::size_t>(std::min<std::uint64_t>(proof.length, proof.around.size()));
  for (std::size_t i = 0; i < std::min(shown_max, proof.around.size()); ++i) {
    const auto byte = std::to_integer<unsigned>(proof.around[i]);
    if (i == lead) hex += '[';
    if (i > 0 && i != lead && i != end) hex += ' ';
    if (i == end && end > lead) hex += ']';
    hex += fmt::format("{:02x}", byte);
    text += byte >= 0x20 && byte < 0x7f ? static_cast<char>(byte) : '.';
  }
  if (std::count(hex.begin(), hex.end(), '[') > std::count(hex.begin(), hex.end(), ']')) {
    hex += proof.length > shown_max || proof.around.size() > shown_max ? " ..]" : "]";
  }
  return fmt::format("{} at offset {}, {} bytes: {}  {}", proof.what, proof.offset, proof.length,
                     hex, text);
}

}  // namespace antidotary::cli

// What all forms of output say alike.
#include <fmt/core.h>

#include <algorithm>

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

std::string source_of(const pack::Pack* pack, const scan::Alert& alert) {
  if (pack == nullptr || alert.source >= pack->sources().size()) return "";
  const std::string& path = pack->sources()[alert.source].path;
  return alert.line == 0 ? path : fmt::format("{}:{}", path, alert.line);
}

std::string place_of(const std::vector<std::string>& path) { return join(path, " > "); }

std::string proof_line(const scan::Proof& proof) {
  constexpr std::size_t shown_max = 48;
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
  return fmt::format("{} at offset {}, {} bytes: {}  {}", proof.what, proof.offset, proof.length,
                     hex, text);
}

}  // namespace antidotary::cli

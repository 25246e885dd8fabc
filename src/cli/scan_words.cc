// What all forms of output say alike.
#include <fmt/core.h>

#include <algorithm>

#include "cli/scan_output.h"
#include "core/text.h"

namespace antidotary::cli {

std::string entry_of(const entries::Names& names, const std::string& signature) {
  constexpr std::string_view unofficial = ".UNOFFICIAL";
  std::string name = signature;
  if (name.ends_with(unofficial)) name.resize(name.size() - unofficial.size());
  const entries::Resolution resolution = names.resolve(name);
  if (resolution.kind != entries::Resolution::Kind::one || resolution.matches.empty()) return "";
  // A likeness of names is not enough here: "Test.Thing" is not the EICAR file.
  if (resolution.matches[0].vendor_name == nullptr) return "";
  return resolution.matches[0].entry->id;
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

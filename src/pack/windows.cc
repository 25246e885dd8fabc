#include "pack/windows.h"

#include <algorithm>

namespace antidotary::pack {
namespace {

/// From `base` plus the offset's shift, so many bytes further as its slack allows.
std::optional<match::Window> from(std::uint64_t base, const Offset& offset, std::uint64_t size) {
  const std::uint64_t distance =
      static_cast<std::uint64_t>(offset.shift < 0 ? -(offset.shift + 1) : offset.shift);
  std::uint64_t lo = 0;
  if (offset.shift < 0) {
    if (distance + 1 > base) return std::nullopt;
    lo = base - distance - 1;
  } else {
    if (distance > size || base > size - distance) return std::nullopt;
    lo = base + distance;
  }
  if (lo >= size) return std::nullopt;
  return match::Window{lo, lo + std::min(offset.slack, size - lo)};
}

std::optional<match::Window> in_section(const Offset& offset, const Executable& executable,
                                        std::size_t number, std::uint64_t size) {
  if (number >= executable.sections.size()) return std::nullopt;
  const Executable::Section& section = executable.sections[number];
  if (offset.kind != Offset::Kind::section_end) return from(section.offset, offset, size);
  if (section.offset >= size) return std::nullopt;
  // Behind its last byte as well, as clamscan has it.
  return match::Window{section.offset,
                       section.offset + std::min(section.size, size - section.offset)};
}

}  // namespace

std::optional<match::Window> window_of(const Offset& offset, const Subject& subject) {
  const std::uint64_t size = subject.bytes.size();
  const Executable* const executable = subject.executable;
  switch (offset.kind) {
    case Offset::Kind::any:
      return match::Window{};
    case Offset::Kind::start:
      return from(0, offset, size);
    case Offset::Kind::end:
      return from(size, offset, size);
    case Offset::Kind::entry_point:
      if (executable == nullptr) return std::nullopt;
      return from(executable->entry_point, offset, size);
    case Offset::Kind::section:
    case Offset::Kind::section_end:
      if (executable == nullptr) return std::nullopt;
      return in_section(offset, *executable, offset.number, size);
    case Offset::Kind::last_section:
      if (executable == nullptr || executable->sections.empty()) return std::nullopt;
      return in_section(offset, *executable, executable->sections.size() - 1, size);
    case Offset::Kind::version_info: {
      if (executable == nullptr || executable->version_strings.empty()) return std::nullopt;
      const auto& places = executable->version_strings;
      const auto [lo, hi] = std::minmax_element(places.begin(), places.end());
      return match::Window{*lo, *hi};
    }
    case Offset::Kind::macro_group:
      return std::nullopt;  // met by the rules that name the group, never by itself
  }
  return std::nullopt;
}

bool begins_rightly(const Offset& offset, const Subject& subject, std::uint64_t begin) {
  if (offset.kind != Offset::Kind::version_info) return true;
  if (subject.executable == nullptr) return false;
  const auto& places = subject.executable->version_strings;
  return std::find(places.begin(), places.end(), begin) != places.end();
}

}  // namespace antidotary::pack

#include "formats/executable/macho.h"

#include <array>
#include <optional>

#include "core/reader.h"

namespace antidotary::executable {
namespace {

// Load commands.
constexpr std::uint32_t segment_32 = 0x01, segment_64 = 0x19, thread = 0x04, unix_thread = 0x05,
                        main_entry = 0x80000028;
constexpr std::size_t command_bytes = 8;
// Of a section, `offset` follows `size`.
constexpr std::size_t section_address_at = 32;

/// Numbers of the file's class and byte order at places that the caller has checked.
class Numbers {
 public:
  Numbers(bool wide, bool big) : wide_(wide), big_(big) {}

  bool wide() const { return wide_; }
  std::size_t word_bytes() const { return wide_ ? 8 : 4; }
  std::uint32_t half(Bytes bytes, std::size_t at) const {
    return static_cast<std::uint32_t>(load(bytes, at, 4));
  }
  /// An address, an offset or a size.
  std::uint64_t word(Bytes bytes, std::size_t at) const { return load(bytes, at, word_bytes()); }
  std::uint64_t load(Bytes bytes, std::size_t at, std::size_t width) const {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t place = big_ ? at + i : at + width - 1 - i;
      out = out << 8 | std::to_integer<std::uint64_t>(bytes[place]);
    }
    return out;
  }

 private:
  bool wide_;
  bool big_;
};

Result<Numbers> numbers_of(Bytes file) {
  const std::uint32_t magic = file.size() < 4 ? 0 : load_u32_le(file, 0);
  switch (magic) {
    case 0xfeedface:
      return Numbers(false, false);
    case 0xfeedfacf:
      return Numbers(true, false);
    case 0xcefaedfe:
      return Numbers(false, true);
    case 0xcffaedfe:
      return Numbers(true, true);
    default:
      return fail(ErrorKind::not_this_format, "no Mach-O");
  }
}

/// Where a thread's state keeps the address at which it starts.
struct State {
  std::uint32_t machine;
  std::uint32_t flavor;
  std::size_t at;  ///< From the state's first byte.
  std::size_t bytes;
};
constexpr std::uint32_t power = 18, power_64 = 0x01000012;
constexpr std::array states = {
    State{power, 1, 0, 4},         // srr0
    State{power_64, 5, 0, 8},      // srr0
    State{7, 1, 40, 4},            // x86: eip
    State{0x01000007, 4, 128, 8},  // x86-64: rip
    State{12, 1, 60, 4},           // ARM: pc
    State{0x0100000c, 6, 256, 8},  // ARM64: pc
};

struct Start {
  std::uint64_t address = 0;
  bool must_map = false;
};

/// The start of a thread command. None: a state that is not known, or is cut.
std::optional<Start> start_of(Bytes command, std::uint32_t machine, const Numbers& numbers) {
  constexpr std::size_t state_at = 16;
  if (command.size() < state_at) return std::nullopt;
  const std::uint32_t flavor = numbers.half(command, 8);
  for (const State& state : states) {
    if (state.machine != machine || state.flavor != flavor) continue;
    if (command.size() < state_at + state.at + state.bytes) return std::nullopt;
    return Start{numbers.load(command, state_at + state.at, state.bytes),
                 machine == power || machine == power_64};
  }
  return std::nullopt;
}

class Commands {
 public:
  Commands(Bytes file, const Numbers& numbers, Budget& budget)
      : file_(file), numbers_(numbers), budget_(budget) {}

  Result<Layout> read() {
    const std::size_t header_bytes = numbers_.wide() ? 32 : 28;
    if (file_.size() < header_bytes) {
      return fail_at(file_.size(), ErrorKind::truncated, "the header is cut");
    }
    machine_ = numbers_.half(file_, 4);
    const std::uint32_t count = numbers_.half(file_, 16);
    std::size_t at = header_bytes;
    for (std::uint32_t i = 0; i < count; ++i) {
      const Bytes command = ANTIDOTARY_TRY(command_at(at));
      ANTIDOTARY_CHECK(take(command));
      at += command.size();
    }
    ANTIDOTARY_CHECK(set_entry_point());
    return std::move(layout_);
  }

 private:
  Result<Bytes> command_at(std::size_t at) {
    ANTIDOTARY_CHECK(budget_.step());
    if (command_bytes > file_.size() - at) {
      return fail_at(at, ErrorKind::truncated, "a load command is cut");
    }
    const std::uint32_t size = numbers_.half(file_, at + 4);
    if (size < command_bytes) {
      return fail_at(at, ErrorKind::malformed, "a load command of {} bytes", size);
    }
    if (size > file_.size() - at) {
      return fail_at(at, ErrorKind::truncated, "a load command is cut");
    }
    return file_.subspan(at, size);
  }

  Status take(Bytes command) {
    const std::uint32_t kind = numbers_.half(command, 0);
    if (kind == (numbers_.wide() ? segment_64 : segment_32)) return take_segment(command);
    if (kind == thread || kind == unix_thread) {
      if (const auto start = start_of(command, machine_, numbers_)) start_ = start;
    } else if (kind == main_entry && command.size() >= 16) {
      offset_ = numbers_.load(command, 8, 8);
    }
    return {};
  }

  Status take_segment(Bytes command) {
    const std::size_t head_bytes = numbers_.wide() ? 72 : 56;
    const std::size_t row_bytes = numbers_.wide() ? 80 : 68;
    if (command.size() < head_bytes) {
      return fail(ErrorKind::malformed, "a segment of {} bytes", command.size());
    }
    const std::uint32_t count = numbers_.half(command, head_bytes - 8);
    if (count > (command.size() - head_bytes) / row_bytes) {
      return fail(ErrorKind::malformed, "a segment with {} sections that it has no room for",
                  count);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      ANTIDOTARY_CHECK(budget_.step());
      const Bytes row = command.subspan(head_bytes + i * row_bytes, row_bytes);
      const std::size_t width = numbers_.word_bytes();
      addresses_.push_back(numbers_.word(row, section_address_at));
      layout_.sections.push_back({numbers_.half(row, section_address_at + 2 * width),
                                  numbers_.word(row, section_address_at + width)});
    }
    return {};
  }

  Status set_entry_point() {
    if (!start_) {
      layout_.entry_point = offset_.value_or(0);
      return {};
    }
    if (start_->address == 0) return {};
    for (std::size_t i = 0; i < addresses_.size(); ++i) {
      ANTIDOTARY_CHECK(budget_.step());
      const Section& section = layout_.sections[i];
      const std::uint64_t inside = start_->address - addresses_[i];
      if (start_->address < addresses_[i] || inside >= section.size) continue;
      // May wrap in a damaged file; an offset outside the file matches nothing.
      layout_.entry_point = section.offset + inside;
      return {};
    }
    if (!start_->must_map) return {};
    return fail(ErrorKind::malformed, "the entry point lies in no section");
  }

  Bytes file_;
  Numbers numbers_;
  Budget& budget_;
  Layout layout_;
  std::vector<std::uint64_t> addresses_;  ///< Of layout_.sections.
  std::uint32_t machine_ = 0;
  std::optional<Start> start_;
  std::optional<std::uint64_t> offset_;  ///< LC_MAIN's.
};

}  // namespace

Result<Layout> read_macho(Bytes file, Budget& budget) {
  const Numbers numbers = ANTIDOTARY_TRY(numbers_of(file));
  return Commands(file, numbers, budget).read();
}

}  // namespace antidotary::executable

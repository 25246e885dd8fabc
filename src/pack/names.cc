#include "pack/names.h"

#include <fmt/core.h>

#include <unordered_map>
#include <vector>

#include "core/reader.h"

namespace antidotary::pack {
namespace {

// The section: magic u32, templates u32, their index (u32 each, one more), bytes of the templates,
// then the records. A record: template varint, then a varint for each number in it. A template is
// its source (u32) and its text, in which a number is '\1'.
constexpr std::uint32_t section_magic = 0x31534d4e;  // "NMS1"
constexpr std::size_t header_bytes = 8;
constexpr char hole = '\1';
// Longer runs of digits, and such with leading zeros, are text.
constexpr std::size_t digits_max = 18;
constexpr std::size_t name_bytes_max = 4096;

void append_varint(Buffer& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<std::byte>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<std::byte>(value));
}

Result<std::uint64_t> varint(Reader& reader) {
  std::uint64_t out = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t byte = ANTIDOTARY_TRY(reader.u8());
    out |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return out;
  }
  return fail(ErrorKind::malformed, "a number that does not end");
}

bool is_digit(char one) { return one >= '0' && one <= '9'; }

}  // namespace

struct NamesBuilder::State {
  std::unordered_map<std::string, std::uint32_t> numbers;
  std::vector<std::string> templates;
  Buffer records;
  // Kept between calls, so that a name costs no memory of its own.
  std::string text;
  std::vector<std::uint64_t> holes;
  std::string last_text;
  std::uint32_t last_number = 0;
};

NamesBuilder::NamesBuilder() : state_(std::make_unique<State>()) {}
NamesBuilder::NamesBuilder(NamesBuilder&&) noexcept = default;
NamesBuilder& NamesBuilder::operator=(NamesBuilder&&) noexcept = default;
NamesBuilder::~NamesBuilder() = default;

std::uint32_t NamesBuilder::add(std::string_view name, std::uint32_t source) {
  State& state = *state_;
  name = name.substr(0, name_bytes_max);
  state.text.clear();
  state.holes.clear();
  for (int shift = 0; shift < 32; shift += 8) state.text += static_cast<char>(source >> shift);
  for (std::size_t i = 0; i < name.size();) {
    std::size_t end = i;
    while (end < name.size() && is_digit(name[end])) ++end;
    const bool number = end > i && end - i <= digits_max && (name[i] != '0' || end - i == 1);
    if (!number) {
      const std::size_t next = end > i ? end : i + 1;
      for (; i < next; ++i) state.text += name[i] == hole ? '?' : name[i];
      continue;
    }
    std::uint64_t value = 0;
    for (; i < end; ++i) value = value * 10 + static_cast<std::uint64_t>(name[i] - '0');
    state.text += hole;
    state.holes.push_back(value);
  }
  if (state.text != state.last_text || state.templates.empty()) {
    const auto [place, fresh] =
        state.numbers.try_emplace(state.text, static_cast<std::uint32_t>(state.templates.size()));
    if (fresh) state.templates.push_back(state.text);
    state.last_text = state.text;
    state.last_number = place->second;
  }
  const auto reference = static_cast<std::uint32_t>(state.records.size());
  append_varint(state.records, state.last_number);
  for (const std::uint64_t value : state.holes) append_varint(state.records, value);
  return reference;
}

Buffer NamesBuilder::finish() && {
  Buffer out;
  append_u32_le(out, section_magic);
  append_u32_le(out, static_cast<std::uint32_t>(state_->templates.size()));
  std::uint32_t end = 0;
  append_u32_le(out, end);
  for (const std::string& one : state_->templates) {
    append_u32_le(out, end += static_cast<std::uint32_t>(one.size()));
  }
  for (const std::string& one : state_->templates) {
    const Bytes bytes = as_bytes(std::string_view(one));
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  out.insert(out.end(), state_->records.begin(), state_->records.end());
  return out;
}

Result<Names> Names::open(Bytes section) {
  Names out;
  if (section.empty()) return out;
  if (section.size() < header_bytes || load_u32_le(section, 0) != section_magic) {
    return fail(ErrorKind::malformed, "no section of names");
  }
  const std::uint64_t count = load_u32_le(section, 4);
  const std::uint64_t index_bytes = (count + 1) * 4;
  if (section.size() - header_bytes < index_bytes) {
    return fail(ErrorKind::malformed, "names that are cut");
  }
  out.index_ = section.subspan(header_bytes, static_cast<std::size_t>(index_bytes));
  const Bytes rest = section.subspan(header_bytes + static_cast<std::size_t>(index_bytes));
  const std::uint32_t templates = load_u32_le(out.index_, static_cast<std::size_t>(count) * 4);
  if (templates > rest.size()) return fail(ErrorKind::malformed, "names that are cut");
  out.templates_ = rest.first(templates);
  out.records_ = rest.subspan(templates);
  return out;
}

Result<Names::Name> Names::at(std::uint32_t reference) const {
  Reader reader(records_, reference);
  const std::uint64_t number = ANTIDOTARY_TRY(varint(reader));
  if (index_.size() < 8 || number >= index_.size() / 4 - 1) {
    return fail(ErrorKind::malformed, "a name that is not there");
  }
  const std::uint32_t begin = load_u32_le(index_, static_cast<std::size_t>(number) * 4);
  const std::uint32_t end = load_u32_le(index_, static_cast<std::size_t>(number) * 4 + 4);
  if (begin > end || end > templates_.size() || end - begin < 4) {
    return fail(ErrorKind::malformed, "a name that is damaged");
  }
  Name out;
  out.source = load_u32_le(templates_, begin);
  for (const char one : as_text(templates_.subspan(begin + 4, end - begin - 4))) {
    if (one != hole) {
      out.text += one;
    } else {
      out.text += std::to_string(ANTIDOTARY_TRY(varint(reader)));
    }
  }
  return out;
}

}  // namespace antidotary::pack

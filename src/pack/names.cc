#include "pack/names.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/reader.h"
#include "pack/varint.h"

namespace antidotary::pack {
namespace {

// docs/formats/pack.md states the section. A template is its source (u32) and its text, in which a
// number is '\1'.
constexpr std::uint32_t section_magic = 0x31534d4e;  // "NMS1"
constexpr std::size_t header_bytes = 8;
constexpr std::size_t source_bytes = 4;
constexpr char hole = '\1';
// Longer runs of digits, and such with leading zeros, are text.
constexpr std::size_t digits_max = 18;
constexpr std::size_t name_bytes_max = 4096;
constexpr std::size_t section_bytes_max = std::numeric_limits<std::uint32_t>::max();

bool is_digit(char one) { return one >= '0' && one <= '9'; }

/// A name taken apart: `text` is appended with holes for its numbers.
void take_apart(std::string_view name, std::string& text, std::vector<std::uint64_t>& numbers) {
  name = name.substr(0, name_bytes_max);
  for (std::size_t i = 0; i < name.size();) {
    if (!is_digit(name[i])) {
      text += name[i] == hole ? '?' : name[i];
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < name.size() && is_digit(name[end])) ++end;
    if (end - i > digits_max || (name[i] == '0' && end - i > 1)) {
      text.append(name.substr(i, end - i));
      i = end;
      continue;
    }
    std::uint64_t value = 0;
    for (; i < end; ++i) value = value * 10 + static_cast<std::uint64_t>(name[i] - '0');
    text += hole;
    numbers.push_back(value);
  }
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t out = 0xcbf29ce484222325;
  for (const char one : text) out = (out ^ static_cast<unsigned char>(one)) * 0x100000001b3;
  return out ^ out >> 29;
}

}  // namespace

struct NamesBuilder::State {
  struct Template {
    std::uint64_t hash = 0;
    std::size_t end = 0;  ///< Of its text, in `texts`.
    std::uint32_t last = no_name;
    std::uint32_t last_bytes = 0;
  };
  // Open addressing over one string of all texts: a name costs no memory but its record.
  std::vector<std::uint32_t> slots = std::vector<std::uint32_t>(1024, no_name);
  std::vector<Template> templates;
  std::string texts;
  Buffer records;
  // Kept between calls, so that they are allocated once.
  std::string text;
  std::vector<std::uint64_t> numbers;
  CodeWriter record;

  std::string_view text_of(std::size_t number) const {
    const std::size_t begin = number == 0 ? 0 : templates[number - 1].end;
    return std::string_view(texts).substr(begin, templates[number].end - begin);
  }
  void grow();
  std::uint32_t number_of_text();
};

void NamesBuilder::State::grow() {
  slots.assign(slots.size() * 2, no_name);
  for (std::size_t i = 0; i < templates.size(); ++i) {
    std::size_t slot = templates[i].hash & (slots.size() - 1);
    while (slots[slot] != no_name) slot = (slot + 1) & (slots.size() - 1);
    slots[slot] = static_cast<std::uint32_t>(i);
  }
}

std::uint32_t NamesBuilder::State::number_of_text() {
  const std::uint64_t hash = hash_of(text);
  std::size_t slot = hash & (slots.size() - 1);
  for (; slots[slot] != no_name; slot = (slot + 1) & (slots.size() - 1)) {
    const std::uint32_t number = slots[slot];
    if (templates[number].hash == hash && text_of(number) == text) return number;
  }
  slots[slot] = static_cast<std::uint32_t>(templates.size());
  texts += text;
  templates.push_back({hash, texts.size(), no_name, 0});
  if (templates.size() * 2 > slots.size()) grow();
  return static_cast<std::uint32_t>(templates.size() - 1);
}

NamesBuilder::NamesBuilder() : state_(std::make_unique<State>()) {}
NamesBuilder::NamesBuilder(NamesBuilder&&) noexcept = default;
NamesBuilder& NamesBuilder::operator=(NamesBuilder&&) noexcept = default;
NamesBuilder::~NamesBuilder() = default;

std::uint32_t NamesBuilder::add(std::string_view name, std::uint32_t source) {
  State& state = *state_;
  constexpr std::size_t most = 2 * name_bytes_max;  // of what one name can add
  if (state.records.size() > section_bytes_max - most ||
      state.texts.size() > section_bytes_max - most) {
    return no_name;
  }
  state.text.clear();
  state.numbers.clear();
  for (unsigned shift = 0; shift < 32; shift += 8) {
    state.text += static_cast<char>(static_cast<unsigned char>(source >> shift));
  }
  take_apart(name, state.text, state.numbers);
  const std::uint32_t number = state.number_of_text();
  state.record.clear();
  state.record.number(number);
  for (const std::uint64_t value : state.numbers) state.record.number(value);
  const Buffer& record = state.record.written();
  State::Template& used = state.templates[number];
  if (used.last != no_name && used.last_bytes == record.size() &&
      std::equal(record.begin(), record.end(), &state.records[used.last])) {
    return used.last;
  }
  used.last = static_cast<std::uint32_t>(state.records.size());
  used.last_bytes = static_cast<std::uint32_t>(record.size());
  state.records.insert(state.records.end(), record.begin(), record.end());
  return used.last;
}

Buffer NamesBuilder::finish() && {
  Buffer out;
  out.reserve(header_bytes + (state_->templates.size() + 1) * 4 + state_->texts.size() +
              state_->records.size());
  append_u32_le(out, section_magic);
  append_u32_le(out, static_cast<std::uint32_t>(state_->templates.size()));
  append_u32_le(out, 0);
  for (const auto& one : state_->templates) {
    append_u32_le(out, static_cast<std::uint32_t>(one.end));
  }
  const Bytes texts = as_bytes(std::string_view(state_->texts));
  out.insert(out.end(), texts.begin(), texts.end());
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

Result<Bytes> Names::template_at(std::uint64_t number) const {
  if (number >= templates()) return fail(ErrorKind::malformed, "a name that is not there");
  const std::uint32_t begin = load_u32_le(index_, static_cast<std::size_t>(number) * 4);
  const std::uint32_t end = load_u32_le(index_, static_cast<std::size_t>(number) * 4 + 4);
  if (begin > end || end > templates_.size() || end - begin < source_bytes ||
      end - begin > source_bytes + name_bytes_max) {
    return fail(ErrorKind::malformed, "a name that is damaged");
  }
  return templates_.subspan(begin, end - begin);
}

Result<Names::Name> Names::at(std::uint32_t reference) const {
  if (reference >= records_.size()) return fail(ErrorKind::malformed, "a name that is not there");
  CodeReader record(records_.subspan(reference));
  const Bytes whole = ANTIDOTARY_TRY(template_at(record.number()));
  Name out;
  out.source = load_u32_le(whole, 0);
  for (const char one : as_text(whole.subspan(source_bytes))) {
    if (one != hole) {
      out.text += one;
    } else {
      out.text += std::to_string(record.number());
    }
  }
  if (!record.ok()) return fail(ErrorKind::malformed, "a name that is cut");
  return out;
}

Result<std::vector<std::uint32_t>> Names::find(const std::vector<std::string_view>& wanted) const {
  using Numbers = std::vector<std::uint64_t>;
  std::map<std::string, std::vector<Numbers>, std::less<>> by_text;
  for (const std::string_view name : wanted) {
    std::string text;
    Numbers numbers;
    take_apart(name, text, numbers);
    by_text[text].push_back(std::move(numbers));
  }
  struct Known {
    std::size_t holes = 0;
    const std::vector<Numbers>* wanted = nullptr;
  };
  std::vector<Known> known;
  for (std::size_t i = 0; i < templates(); ++i) {
    const std::string_view text = as_text(ANTIDOTARY_TRY(template_at(i))).substr(source_bytes);
    const auto place = by_text.find(text);
    known.push_back({static_cast<std::size_t>(std::count(text.begin(), text.end(), hole)),
                     place == by_text.end() ? nullptr : &place->second});
  }
  std::vector<std::uint32_t> out;
  CodeReader records(records_);
  Numbers numbers;
  while (!records.at_end()) {
    const auto reference = static_cast<std::uint32_t>(records.at());
    const std::uint64_t number = records.number();
    if (!records.ok() || number >= known.size()) {
      return fail(ErrorKind::malformed, "names that are damaged");
    }
    numbers.clear();
    for (std::size_t i = 0; i < known[number].holes; ++i) numbers.push_back(records.number());
    const auto* sought = known[number].wanted;
    if (sought != nullptr && std::find(sought->begin(), sought->end(), numbers) != sought->end()) {
      out.push_back(reference);
    }
  }
  if (!records.ok()) return fail(ErrorKind::malformed, "names that are cut");
  return out;
}

}  // namespace antidotary::pack

#include "pack/yara_section.h"

#include <yara.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "core/digest.h"
#include "core/reader.h"

namespace antidotary::pack {
namespace {

constexpr std::string_view magic = "AYAR";
constexpr std::uint32_t section_version = 1;
constexpr std::size_t digest_bytes = 32;
constexpr std::size_t prefix_bytes = 8;  // magic, version

void append(Buffer& out, Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void append_text(Buffer& out, std::string_view text) {
  append_u32_le(out, static_cast<std::uint32_t>(text.size()));
  append(out, as_bytes(text));
}

Result<std::string> read_text(Reader& reader) {
  const std::uint32_t size = ANTIDOTARY_TRY(reader.u32_le());
  return to_string(ANTIDOTARY_TRY(reader.take(size)));
}

Buffer digest_of(Bytes bytes) { return from_hex(sha256_hex(bytes)).value_or(Buffer{}); }

Result<YaraPart> read_part(Reader& reader) {
  YaraPart part;
  const std::uint32_t spaces = ANTIDOTARY_TRY(reader.u32_le());
  for (std::uint32_t i = 0; i < spaces; ++i) {
    YaraSpace space;
    space.source = ANTIDOTARY_TRY(reader.u32_le());
    const std::uint8_t naming = ANTIDOTARY_TRY(reader.u8());
    if (naming > static_cast<std::uint8_t>(YaraNaming::unofficial)) {
      return fail_at(reader.offset(), ErrorKind::malformed, "no way of naming is {}", naming);
    }
    space.naming = static_cast<YaraNaming>(naming);
    space.name = ANTIDOTARY_TRY(read_text(reader));
    part.spaces.push_back(std::move(space));
  }
  const std::uint64_t size = ANTIDOTARY_TRY(reader.u64_le());
  if (size > reader.remaining()) {
    return fail_at(reader.offset(), ErrorKind::truncated, "compiled YARA rules are cut short");
  }
  part.stream = ANTIDOTARY_TRY(reader.take(static_cast<std::size_t>(size)));
  return part;
}

}  // namespace

std::string shown_yara(const std::string& rule, YaraNaming naming) {
  switch (naming) {
    case YaraNaming::official:
      return "YARA." + rule;
    case YaraNaming::unofficial:
      return "YARA." + rule + ".UNOFFICIAL";
    case YaraNaming::plain:
      break;
  }
  return rule;
}

Buffer write_yara_section(const YaraSection& section) {
  Buffer body;
  append_u32_le(body, YR_VERSION_HEX);
  append_u32_le(body, static_cast<std::uint32_t>(section.ignored.size()));
  for (const std::string& rule : section.ignored) append_text(body, rule);
  append_u32_le(body, static_cast<std::uint32_t>(section.parts.size()));
  for (const YaraPart& part : section.parts) {
    append_u32_le(body, static_cast<std::uint32_t>(part.spaces.size()));
    for (const YaraSpace& space : part.spaces) {
      append_u32_le(body, space.source);
      body.push_back(static_cast<std::byte>(space.naming));
      append_text(body, space.name);
    }
    append_u64_le(body, part.stream.size());
    append(body, part.stream);
  }
  Buffer out;
  append(out, as_bytes(magic));
  append_u32_le(out, section_version);
  append(out, digest_of(body));
  append(out, body);
  return out;
}

Result<YaraSection> read_yara_section(Bytes bytes) {
  Reader reader(bytes);
  const Bytes start = ANTIDOTARY_TRY(reader.take(magic.size()));
  if (as_text(start) != magic) {
    return fail_at(0, ErrorKind::malformed, "not a section of compiled YARA rules");
  }
  const std::uint32_t version = ANTIDOTARY_TRY(reader.u32_le());
  if (version != section_version) {
    return fail(ErrorKind::unsupported, "YARA rules in a form of another version ({})", version);
  }
  const Bytes digest = ANTIDOTARY_TRY(reader.take(digest_bytes));
  const Buffer real = digest_of(bytes.subspan(prefix_bytes + digest_bytes));
  if (!std::equal(digest.begin(), digest.end(), real.begin(), real.end())) {
    return fail(ErrorKind::malformed, "the compiled YARA rules are not as they were built");
  }
  const std::uint32_t libyara = ANTIDOTARY_TRY(reader.u32_le());
  if (libyara != YR_VERSION_HEX) {
    return fail(ErrorKind::unsupported,
                "YARA rules compiled by libyara {}.{}.{}, here is {}: build the pack again",
                libyara >> 16, (libyara >> 8) & 0xff, libyara & 0xff, YR_VERSION);
  }
  YaraSection section;
  const std::uint32_t ignored = ANTIDOTARY_TRY(reader.u32_le());
  for (std::uint32_t i = 0; i < ignored; ++i) {
    section.ignored.push_back(ANTIDOTARY_TRY(read_text(reader)));
  }
  const std::uint32_t parts = ANTIDOTARY_TRY(reader.u32_le());
  for (std::uint32_t i = 0; i < parts; ++i) {
    section.parts.push_back(ANTIDOTARY_TRY(read_part(reader)));
  }
  if (!reader.at_end()) {
    return fail_at(reader.offset(), ErrorKind::malformed, "bytes follow the compiled YARA rules");
  }
  return section;
}

Status check_yara_stream(Bytes stream) {
  Reader reader(stream);
  const Bytes start = ANTIDOTARY_TRY(reader.take(4));
  if (as_text(start) != "YARA") {
    return fail_at(0, ErrorKind::not_this_format, "not a file of compiled YARA rules");
  }
  const std::uint8_t version = ANTIDOTARY_TRY(reader.u8());
  if (version != YR_ARENA_FILE_VERSION) {
    return fail_at(4, ErrorKind::unsupported,
                   "rules compiled by another YARA (form {}, here {}); compile them with YARA {}",
                   version, YR_ARENA_FILE_VERSION, YR_VERSION);
  }
  const std::uint8_t count = ANTIDOTARY_TRY(reader.u8());
  if (count != YR_NUM_SECTIONS) {
    return fail_at(5, ErrorKind::malformed, "compiled YARA rules have {} buffers, not {}", count,
                   YR_NUM_SECTIONS);
  }
  std::array<std::uint32_t, YR_NUM_SECTIONS> sizes{};
  std::uint64_t next = reader.offset() + std::uint64_t{12} * count;
  for (std::uint32_t& size : sizes) {
    const std::uint64_t offset = ANTIDOTARY_TRY(reader.u64_le());
    size = ANTIDOTARY_TRY(reader.u32_le());
    // An empty buffer's place is not said.
    if ((size != 0 && offset != next) || size > stream.size() - next) {
      return fail_at(reader.offset(), ErrorKind::malformed, "a buffer of rules lies outside");
    }
    next += size;
  }
  ANTIDOTARY_CHECK(reader.seek(static_cast<std::size_t>(next)));
  while (!reader.at_end()) {
    const std::uint32_t buffer = ANTIDOTARY_TRY(reader.u32_le());
    const std::uint32_t offset = ANTIDOTARY_TRY(reader.u32_le());
    if (buffer >= sizes.size() || offset > sizes[buffer] ||
        sizes[buffer] - offset < sizeof(YR_ARENA_REF)) {
      return fail_at(reader.offset(), ErrorKind::malformed, "a reference lies outside its buffer");
    }
    // What stands there is a buffer's number and an offset in it, or all ones for none.
    std::uint64_t start_of = 6 + std::uint64_t{12} * count;
    for (std::uint32_t i = 0; i < buffer; ++i) start_of += sizes[i];
    const auto at = static_cast<std::size_t>(start_of + offset);
    const std::uint32_t to = load_u32_le(stream, at);
    const std::uint32_t to_offset = load_u32_le(stream, at + 4);
    const bool none = to == UINT32_MAX && to_offset == UINT32_MAX;
    if (!none && (to >= sizes.size() || to_offset > sizes[to])) {
      return fail_at(at, ErrorKind::malformed, "a reference leads outside the rules");
    }
  }
  return {};
}

}  // namespace antidotary::pack

// TNEF ("winmail.dat"): the parts of a message as Outlook sends them: attachments by their long
// names, embedded messages and the body.
//
// Spec: [MS-OXTNEF] version 15.0.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/reader.h"
#include "core/text.h"
#include "unpack/codecs/rtf_compressed.h"
#include "unpack/documents/derived.h"
#include "unpack/documents/package.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

// 2.1.3.2
constexpr std::uint32_t attachment_begins = 0x00069002;
constexpr std::uint32_t attachment_title = 0x00018010;
constexpr std::uint32_t attachment_data = 0x0006800f;
constexpr std::uint32_t attachment_properties = 0x00069005;
constexpr std::uint32_t message_properties = 0x00069003;

constexpr std::size_t values_max = 4096;

struct Property {
  std::uint16_t id = 0;
  std::uint16_t type = 0;
  Bytes value;
};

std::size_t fixed_bytes(std::uint16_t type) {
  switch (type) {
    case 0x0002:
    case 0x0003:
    case 0x0004:
    case 0x000a:
    case 0x000b:
      return 4;
    case 0x0005:
    case 0x0006:
    case 0x0007:
    case 0x0014:
    case 0x0040:
      return 8;
    case 0x0048:
      return 16;
    default:
      return 0;
  }
}

Status skip_padding(Reader& reader, std::size_t size) {
  return reader.skip(std::min((4 - size % 4) % 4, reader.remaining()));
}

// 2.1.3.4: a named property says its name before its value.
Status skip_name(Reader& reader) {
  ANTIDOTARY_CHECK(reader.skip(16));
  const std::uint32_t kind = ANTIDOTARY_TRY(reader.u32_le());
  const std::uint32_t size = ANTIDOTARY_TRY(reader.u32_le());
  if (kind == 0) return {};
  ANTIDOTARY_CHECK(reader.skip(size));
  return skip_padding(reader, size);
}

/// What can be read of the properties; the rest, where they are damaged, is an error.
Status read_properties(Bytes bytes, Budget& budget, std::vector<Property>& out) {
  Reader reader(bytes);
  const std::uint32_t count = ANTIDOTARY_TRY(reader.u32_le());
  for (std::uint32_t i = 0; i < count; ++i) {
    ANTIDOTARY_CHECK(budget.step(8));
    Property one;
    one.type = ANTIDOTARY_TRY(reader.u16_le());
    one.id = ANTIDOTARY_TRY(reader.u16_le());
    if (one.id >= 0x8000) ANTIDOTARY_CHECK(skip_name(reader));
    const bool many = (one.type & 0x1000u) != 0;
    const std::size_t fixed = fixed_bytes(one.type & 0x0fffu);
    const std::uint32_t values = many || fixed == 0 ? ANTIDOTARY_TRY(reader.u32_le()) : 1;
    if (values > values_max) return fail(ErrorKind::malformed, "too many values of a property");
    for (std::uint32_t value = 0; value < values; ++value) {
      ANTIDOTARY_CHECK(budget.step());
      const std::size_t size = fixed != 0 ? fixed : ANTIDOTARY_TRY(reader.u32_le());
      one.value = ANTIDOTARY_TRY(reader.take(size));
      ANTIDOTARY_CHECK(skip_padding(reader, size));
      out.push_back(one);
    }
  }
  return {};
}

class Message {
 public:
  Message(Bytes bytes, Budget& budget, const Visitor& visitor)
      : reader_(bytes), budget_(budget), visitor_(visitor) {}

  Status run() {
    ANTIDOTARY_CHECK(reader_.skip(6));
    Status status;
    // Some writers pad the end.
    while (status && reader_.remaining() > 1) status = attribute();
    const Status last = finish();
    return status ? last : status;
  }

 private:
  Status attribute() {
    ANTIDOTARY_CHECK(budget_.step());
    const std::uint8_t level = ANTIDOTARY_TRY(reader_.u8());
    const std::uint32_t id = ANTIDOTARY_TRY(reader_.u32_le());
    const std::uint32_t size = ANTIDOTARY_TRY(reader_.u32_le());
    const bool cut = size > reader_.remaining();
    const Bytes data =
        ANTIDOTARY_TRY(reader_.take(std::min<std::size_t>(size, reader_.remaining())));
    ANTIDOTARY_CHECK(take(id, data));
    if (cut) return fail(ErrorKind::truncated, "an attribute is longer than the file");
    // A level is 1 or 2: else the row of attributes is lost.
    const std::uint16_t stated = ANTIDOTARY_TRY(reader_.u16_le());
    ANTIDOTARY_CHECK(budget_.step(data.size() / 16));
    std::uint32_t sum = 0;
    for (const std::byte b : data) sum += std::to_integer<std::uint32_t>(b);
    if (level < 1 || level > 2) damaged_ = true;
    // Some writers sum otherwise: no reader minds.
    if ((sum & 0xffff) != stated) visitor_.tell_odd("checksum_wrong");
    return {};
  }

  Status take(std::uint32_t id, Bytes data) {
    switch (id) {
      case attachment_begins:
        return finish();
      case attachment_title:
        title_ = as_text(data);
        title_ = title_.substr(0, title_.find('\0'));
        return {};
      case attachment_data:
        if (!data_.empty()) ANTIDOTARY_CHECK(finish());
        data_ = data;
        return {};
      case attachment_properties:
      case message_properties:
        return properties(data, id == attachment_properties);
      default:
        if (data.size() < 16) return {};
        return hand_out_view(fmt::format("attribute {:#x}", id), data, budget_, visitor_);
    }
  }

  Status properties(Bytes data, bool of_attachment) {
    std::vector<Property> all;
    const Status status = read_properties(data, budget_, all);
    if (!status && status.error().kind == ErrorKind::budget_spent) return status;
    if (!status) visitor_.missed({"", status.error()});
    for (const Property& one : all) ANTIDOTARY_CHECK(property(one, of_attachment));
    return {};
  }

  Status property(const Property& one, bool of_attachment) {
    const bool wide = (one.type & 0x0fffu) == 0x1f;
    if (of_attachment && (one.id == 0x3707 || (one.id == 0x3704 && long_name_.empty()))) {
      const std::string text = wide ? utf8_from_utf16_le(one.value) : to_string(one.value);
      long_name_ = file_name_of(std::string_view(text).substr(0, text.find('\0')));
    }
    if (one.id == 0x3701 && one.value.size() > 16) {
      // 2.1.3.4: an object begins with the identity of its interface.
      const bool object = (one.type & 0x0fffu) == 0x0d;
      const Bytes value = object ? one.value.subspan(16) : one.value;
      return hand_out_view(object ? "embedded message" : "attachment", value, budget_, visitor_);
    }
    if (one.id == 0x1009) {
      const Brought text = unpack_compressed_rtf(one.value, budget_);
      return hand_out_derived("body.rtf", text, budget_, visitor_);
    }
    if (one.id == 0x1013) return hand_out_view("body.html", one.value, budget_, visitor_);
    return {};
  }

  // The attachment whose attributes have all been read.
  Status finish() {
    const std::string title = is_utf8(title_) ? std::string(title_) : utf8_from_windows1252(title_);
    const std::string name = !long_name_.empty() ? long_name_ : file_name_of(title);
    const Bytes data = std::exchange(data_, {});
    title_ = {};
    long_name_.clear();
    if (std::exchange(damaged_, false)) {
      visitor_.missed({name, Error{ErrorKind::malformed, "a checksum is wrong", std::nullopt}});
    }
    if (data.empty()) return {};
    return hand_out_view(name.empty() ? "attachment" : name, data, budget_, visitor_);
  }

  Reader reader_;
  Budget& budget_;
  const Visitor& visitor_;
  std::string_view title_;
  std::string long_name_;
  Bytes data_;
  bool damaged_ = false;
};

void open_tnef(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const Status status = Message(bytes, budget, visitor).run();
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> tnef_openers() {
  static constexpr std::array rows = {Opener{Format::tnef, &open_tnef}};
  return rows;
}

}  // namespace antidotary::unpack

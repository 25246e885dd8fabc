// Compound files: each stream is a child by its path; what programs hide in streams (macros,
// packages, packed objects, the bodies and attachments of messages) is derived beside it.
//
// Specs: [MS-CFB], [MS-OVBA], [MS-PPT], [MS-OXMSG] 2.2 (names of a message's streams), the
// published description of HWP 5.
#include <fmt/core.h>

#include <array>

#include "core/reader.h"
#include "core/text.h"
#include "formats/ole2/compound.h"
#include "unpack/codecs/inflate.h"
#include "unpack/codecs/rtf_compressed.h"
#include "unpack/codecs/vba.h"
#include "unpack/documents/derived.h"
#include "unpack/documents/names.h"
#include "unpack/documents/package.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;
using ole2::Stream;

// {000C108x-0000-0000-C000-000000000046}: a package, patch or transform of Windows Installer.
bool is_installer(const ole2::ClassId& id) {
  return id[1] == std::byte{0x10} && id[2] == std::byte{0x0c} && id[3] == std::byte{0} &&
         id[8] == std::byte{0xc0} && id[15] == std::byte{0x46} &&
         (id[0] >= std::byte{0x80} && id[0] <= std::byte{0x8f});
}

std::string with_storage(const Stream& stream, const std::string& name) {
  return stream.storage.empty() ? name : stream.storage + "/" + name;
}

class Document {
 public:
  Document(const ole2::Compound& file, Budget& budget, const Visitor& visitor)
      : file_(file),
        budget_(budget),
        visitor_(visitor),
        installer_(is_installer(file.class_id())) {}

  Status run() {
    ANTIDOTARY_CHECK(read_hangul_header());
    std::size_t number = 0;
    for (const Stream& stream : file_.streams()) {
      const std::size_t mine = number++;
      if (stream.size == 0) continue;
      if (visitor_.wanted && !visitor_.wanted(mine)) continue;
      ANTIDOTARY_CHECK(open(stream, mine + 1));
    }
    if (macros_) visitor_.tell_odd("macros");
    return {};
  }

 private:
  Brought read(const Stream& stream) {
    Brought out;
    const Status status =
        file_.read(stream, budget_, [&](Bytes piece) { return bring(out, piece, budget_); });
    if (!status && !out.error) {
      out.error = status.error();
      out.purse_empty = status.error().kind == ErrorKind::budget_spent;
    }
    return out;
  }

  // HWP 5: a header says whether the other streams are packed, or locked by a password.
  Status read_hangul_header() {
    const Stream* const header = file_.find("FileHeader");
    if (header == nullptr || header->size < 40) return {};
    const Brought brought = read(*header);
    if (brought.purse_empty) return tl::unexpected(*brought.error);
    if (!as_text(brought.bytes).starts_with("HWP Document File") || brought.bytes.size() < 40) {
      return {};
    }
    const std::uint32_t flags = load_u32_le(brought.bytes, 36);
    hangul_packed_ = (flags & 1u) != 0;
    if ((flags & 2u) != 0) miss_encrypted();
    return {};
  }

  void miss_encrypted() {
    if (std::exchange(encrypted_, true)) return;
    visitor_.missed({"", Error{ErrorKind::encrypted, "the document is encrypted", std::nullopt}});
  }

  std::string name_of(const Stream& stream) {
    return installer_ ? with_storage(stream, installer_name(stream.name)) : stream.path;
  }

  Status open(const Stream& stream, std::uint64_t position) {
    const std::string name = name_of(stream);
    if (visitor_.member) {
      visitor_.member({name, stream.size, stream.size, false, position, std::nullopt});
    }
    if (!stream.reached) visitor_.tell_odd("stream_outside_tree", name);
    if (const auto paid = budget_.new_object(); !paid) {
      visitor_.missed({name, paid.error()});
      return paid;
    }
    const Brought brought = read(stream);
    hand_out(attachment_name(stream).value_or(name), brought, visitor_);
    if (brought.purse_empty) return tl::unexpected(*brought.error);
    return derive(stream, name, brought.bytes);
  }

  Status derive(const Stream& stream, const std::string& name, Bytes bytes) {
    ANTIDOTARY_CHECK(budget_.step(bytes.size() / 64 + 1));
    if (stream.name == "\1Ole10Native") return derive_package(name, bytes);
    if (stream.name == "EncryptedPackage" || stream.name == "EncryptedSummary") miss_encrypted();
    if (stream.name == "WordDocument" && bytes.size() >= 12 &&
        (load_u16_le(bytes, 10) & 0x0100u) != 0) {
      miss_encrypted();
    }
    const bool workbook = stream.name == "Workbook" || stream.name == "Book";
    if (workbook && workbook_is_encrypted(bytes)) miss_encrypted();
    if (stream.name == "PowerPoint Document") {
      return derive_from_powerpoint(bytes, budget_, visitor_);
    }
    if (stream.name.starts_with("__substg1.0_")) return derive_message(stream, bytes);
    if (hangul_packed_ && is_hangul_body(stream)) {
      const Inflated inflated = inflate(bytes, Wrapping::none, budget_);
      return hand_out_derived(name + ".inflated", inflated.brought, budget_, visitor_);
    }
    return derive_macro(name, bytes);
  }

  static bool is_hangul_body(const Stream& stream) {
    const std::string_view first = std::string_view(stream.path).substr(0, stream.path.find('/'));
    return first == "BodyText" || first == "BinData" || first == "Scripts" || first == "DocInfo" ||
           first == "ViewText" || first == "DocHistory";
  }

  Status derive_package(const std::string& name, Bytes bytes) {
    const auto package = read_ole10_native(bytes);
    if (!package || package->data.empty()) return {};
    const std::string label = package->name.empty() ? name + ".content" : package->name;
    ANTIDOTARY_CHECK(hand_out_view(label, package->data, budget_, visitor_));
    if (package->cut) {
      visitor_.missed(
          {label, Error{ErrorKind::truncated, "the embedded file is cut", std::nullopt}});
    }
    return {};
  }

  Status derive_macro(const std::string& name, Bytes bytes) {
    ANTIDOTARY_CHECK(budget_.step(bytes.size() / 16));
    const std::size_t at = find_vba(bytes);
    if (at == std::string_view::npos) return {};
    macros_ = true;
    const Brought text = unpack_vba(bytes.subspan(at), budget_);
    return hand_out_derived(name + ".vba", text, budget_, visitor_);
  }

  // [MS-OXMSG] 2.2: the name ends in a property's number and its type.
  static std::string_view property_of(const Stream& stream) {
    const std::string_view name = stream.name;
    return name.starts_with("__substg1.0_") && name.size() >= 20 ? name.substr(12, 8)
                                                                 : std::string_view();
  }

  // The name that the sender gave to an attachment, beside whose bytes it stands.
  std::optional<std::string> attachment_name(const Stream& stream) {
    if (property_of(stream) != "37010102") return std::nullopt;
    // Each look is through all names. An empty purse shows at the next step.
    static_cast<void>(budget_.step(file_.streams().size() * 4));
    for (const std::string_view property : {"3707001F", "3707001E", "3704001F", "3704001E"}) {
      const Stream* const found =
          file_.find(stream.storage + "/__substg1.0_" + std::string(property));
      if (found == nullptr || found->size > 2048) continue;
      const Brought name = read(*found);
      const std::string text =
          property.ends_with('F') ? utf8_from_utf16_le(name.bytes) : to_string(name.bytes);
      std::string out = file_name_of(std::string_view(text).substr(0, text.find('\0')));
      if (!out.empty()) return out;
    }
    return std::nullopt;
  }

  Status derive_message(const Stream& stream, Bytes bytes) {
    const std::string_view property = property_of(stream);
    if (property == "10090102") {
      const Brought text = unpack_compressed_rtf(bytes, budget_);
      return hand_out_derived(with_storage(stream, "body.rtf"), text, budget_, visitor_);
    }
    const bool body = property.starts_with("1000") || property.starts_with("1013");
    if (!body || !property.ends_with("001F")) return {};
    Brought text;
    const std::string utf8 = utf8_from_utf16_le(bytes);
    bring(text, as_bytes(utf8), budget_);
    const bool html = property.starts_with("1013");
    return hand_out_derived(with_storage(stream, html ? "body.html" : "body.txt"), text, budget_,
                            visitor_);
  }

  const ole2::Compound& file_;
  Budget& budget_;
  const Visitor& visitor_;
  bool installer_;
  bool hangul_packed_ = false;
  bool encrypted_ = false;
  bool macros_ = false;
};

void open_ole2(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const auto file = ole2::Compound::open(bytes, budget);
  if (!file) {
    visitor.missed({"", file.error()});
    return;
  }
  const Status status = Document(*file, budget, visitor).run();
  if (!status) visitor.missed({"", status.error()});
  if (file->damage()) visitor.missed({"", *file->damage()});
}

}  // namespace

std::span<const Opener> ole2_openers() {
  static constexpr std::array rows = {Opener{Format::ole2, &open_ole2}};
  return rows;
}

}  // namespace antidotary::unpack

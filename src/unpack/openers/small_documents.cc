// Formats that hold one thing each: shortcuts (what they start, and what is appended), Flash
// (the unpacked film) and OneNote sections (the files dropped into them).
//
// Specs: [MS-SHLLINK] version 8.0; SWF File Format 19, chapter 2; [MS-ONESTORE] 2.6.13.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/reader.h"
#include "core/text.h"
#include "unpack/codecs/inflate.h"
#include "unpack/documents/derived.h"
#include "unpack/library_archive.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;
using namespace std::string_view_literals;

std::string as_utf8(std::string_view raw) {
  return is_utf8(raw) ? std::string(raw) : utf8_from_windows1252(raw);
}
std::string up_to_nul(const std::string& text) { return text.substr(0, text.find('\0')); }

// 2.1 to 2.5: which parts there are stands in flags.
class Shortcut {
 public:
  Shortcut(Bytes bytes, Budget& budget, const Visitor& visitor)
      : bytes_(bytes), reader_(bytes), budget_(budget), visitor_(visitor) {}

  Status run() {
    const Status status = read();
    if (!out_.empty()) {
      Brought brought;
      bring(brought, as_bytes(out_), budget_);
      ANTIDOTARY_CHECK(hand_out_derived("shortcut.txt", brought, budget_, visitor_));
    }
    ANTIDOTARY_CHECK(status);
    const Bytes rest = bytes_.subspan(reader_.offset());
    return rest.empty() ? Status{} : hand_out_view("overlay", rest, budget_, visitor_);
  }

 private:
  Status read() {
    ANTIDOTARY_CHECK(reader_.skip(20));
    const std::uint32_t flags = ANTIDOTARY_TRY(reader_.u32_le());
    ANTIDOTARY_CHECK(reader_.seek(0x4c));
    if ((flags & 1u) != 0) ANTIDOTARY_CHECK(reader_.skip(ANTIDOTARY_TRY(reader_.u16_le())));
    if ((flags & 2u) != 0) ANTIDOTARY_CHECK(link_info());
    static constexpr std::array names = {"name", "relative path", "folder", "arguments", "icon"};
    for (unsigned i = 0; i < names.size(); ++i) {
      if ((flags >> (i + 2) & 1u) == 0) continue;
      const std::size_t count = ANTIDOTARY_TRY(reader_.u16_le());
      const bool wide = (flags & 0x80u) != 0;
      const Bytes raw = ANTIDOTARY_TRY(reader_.take(wide ? count * 2 : count));
      say(names[i], wide ? utf8_from_utf16_le(raw) : as_utf8(as_text(raw)));
    }
    return extra();
  }

  Status link_info() {
    const std::size_t begin = reader_.offset();
    const std::uint32_t size = ANTIDOTARY_TRY(reader_.u32_le());
    if (size < 4) return fail(ErrorKind::malformed, "the place of the target is damaged");
    const Bytes rest = ANTIDOTARY_TRY(reader_.take(size - 4));
    const Bytes info = bytes_.subspan(begin, rest.size() + 4);
    if (info.size() < 20) return {};
    const std::uint32_t path = load_u32_le(info, 16);
    if (path != 0 && path < info.size()) {
      say("target", as_utf8(up_to_nul(to_string(info.subspan(path)))));
    }
    return {};
  }

  // 2.5: blocks until one of less than four bytes.
  Status extra() {
    while (reader_.remaining() >= 4) {
      ANTIDOTARY_CHECK(budget_.step());
      const std::uint32_t size = ANTIDOTARY_TRY(reader_.u32_le());
      if (size < 4) break;
      const Bytes block = ANTIDOTARY_TRY(reader_.take(size - 4));
      // The targets with variables, and icons with them: 260 bytes, then UTF-16.
      const std::uint32_t mark = block.size() >= 784 ? load_u32_le(block, 0) : 0;
      if (mark == 0xa0000001 || mark == 0xa0000006 || mark == 0xa0000007) {
        say(mark == 0xa0000007 ? "icon" : "target",
            up_to_nul(utf8_from_utf16_le(block.subspan(264, 520))));
      }
    }
    return {};
  }

  void say(std::string_view what, const std::string& value) {
    if (!value.empty()) out_ += fmt::format("{}: {}\n", what, up_to_nul(value));
  }

  Bytes bytes_;
  Reader reader_;
  Budget& budget_;
  const Visitor& visitor_;
  std::string out_;
};

void open_shortcut(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const Status status = Shortcut(bytes, budget, visitor).run();
  if (!status) visitor.missed({"", status.error()});
}

// The film as it would stand unpacked in a file of its own.
Status hand_out_film(Bytes head, Brought body, Budget& budget, const Visitor& visitor) {
  Buffer film = to_buffer(as_bytes("FWS"sv));
  film.insert(film.end(), head.begin() + 3, head.begin() + 8);
  body.bytes.insert(body.bytes.begin(), film.begin(), film.end());
  return hand_out_derived("film", body, budget, visitor);
}

// ZWS: the packed size, then properties and data of LZMA; .lzma wants the real size between them.
Result<Brought> read_lzma_film(Bytes bytes, Budget& budget) {
  if (bytes.size() < 17) return fail(ErrorKind::truncated, "the film's head is cut");
  Buffer head = to_buffer(bytes.subspan(12, 5));
  append_u64_le(head, ~0ull);
  ArchiveSource source(head, bytes.subspan(17));
  const ArchiveReader reader(archive_read_new());
  if (!reader || archive_read_support_filter_lzma(reader.get()) != ARCHIVE_OK ||
      archive_read_support_format_raw(reader.get()) != ARCHIVE_OK) {
    return fail(ErrorKind::unsupported, "this build reads no LZMA");
  }
  ANTIDOTARY_CHECK(source.open(reader.get()));
  archive_entry* entry = nullptr;
  const int code = archive_read_next_header(reader.get(), &entry);
  if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
    return fail(ErrorKind::malformed, "{}", ArchiveSource::sentence(reader.get()));
  }
  Brought out = read_data(reader.get(), source, budget);
  // The stated length says where it ends; writers leave out the end mark.
  const std::size_t stated = load_u32_le(bytes, 4);
  if (out.error && !out.purse_empty && out.bytes.size() + 8 >= stated) out.error.reset();
  return out;
}

void open_flash(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  // What is not packed shows itself.
  if (bytes.size() < 8 || bytes[0] == std::byte{'F'}) return;
  Status status;
  if (bytes[0] == std::byte{'C'}) {
    Brought body = inflate(bytes.subspan(8), Wrapping::zlib, budget).brought;
    status = hand_out_film(bytes, std::move(body), budget, visitor);
  } else {
    auto body = read_lzma_film(bytes, budget);
    status = body ? hand_out_film(bytes, std::move(*body), budget, visitor)
                  : Status(tl::unexpected(body.error()));
  }
  if (!status) visitor.missed({"", status.error()});
}

constexpr std::string_view file_begins =
    "\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac"sv;
constexpr std::string_view file_ends =
    "\x22\xa7\xfb\x71\x79\x0f\x0b\x4a\xbb\x13\x89\x92\x56\x42\x6b\x24"sv;

// Files lie between two marks; the tables that lead to them need not be believed.
Status onenote_files(Bytes bytes, Budget& budget, const Visitor& visitor) {
  constexpr std::size_t head_bytes = 16 + 8 + 4 + 8;
  const std::string_view text = as_text(bytes);
  ANTIDOTARY_CHECK(budget.step(bytes.size() / 16 + 1));
  std::size_t at = 0;
  unsigned count = 0;
  while ((at = text.find(file_begins, at)) != std::string_view::npos) {
    const std::string name = fmt::format("file {}", ++count);
    if (head_bytes > bytes.size() - at) return fail(ErrorKind::truncated, "a file's head is cut");
    const std::uint64_t stated = load_u64_le(bytes, at + 16);
    const Bytes rest = bytes.subspan(at + head_bytes);
    const bool cut = stated > rest.size();
    const Bytes data = rest.first(cut ? rest.size() : static_cast<std::size_t>(stated));
    ANTIDOTARY_CHECK(hand_out_view(name, data, budget, visitor));
    if (cut) visitor.missed({name, Error{ErrorKind::truncated, "the file is cut", std::nullopt}});
    // A forged length must not hide the next one.
    at += head_bytes;
  }
  unsigned ends = 0;
  for (at = text.find(file_ends); at != std::string_view::npos; at = text.find(file_ends, at + 1)) {
    ++ends;
  }
  if (ends <= count) return {};
  return fail(ErrorKind::malformed, "{} of {} files have no head", ends - count, ends);
}

void open_onenote(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const Status status = onenote_files(bytes, budget, visitor);
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> small_documents_openers() {
  static constexpr std::array rows = {Opener{Format::lnk, &open_shortcut},
                                      Opener{Format::swf, &open_flash},
                                      Opener{Format::onenote, &open_onenote}};
  return rows;
}

}  // namespace antidotary::unpack

#include "scan/type_marks.h"

#include <algorithm>
#include <array>

#include "pack/type_names.h"

namespace antidotary::scan {
namespace {

using formats::ClamType;
using formats::Format;
using formats::RawMatch;

constexpr std::string_view html = "CL_TYPE_HTML";
constexpr std::string_view any = "CL_TYPE_ANY";

/// Fixed bytes, or nothing where the pattern has more than those.
std::string plain_bytes(const match::Pattern& pattern) {
  std::string out;
  if (pattern.parts.size() != 1) return out;
  for (const match::Unit& unit : pattern.parts[0].units) {
    const auto* const one = std::get_if<match::Position>(&unit);
    if (one == nullptr || one->mask != 0xff) return {};
    out.push_back(static_cast<char>(one->value));
  }
  return out;
}

struct Opened {
  std::string_view type;
  Format format;
};
constexpr std::array opened = {
    Opened{"CL_TYPE_ZIP", Format::zip},         Opened{"CL_TYPE_GZ", Format::gzip},
    Opened{"CL_TYPE_BZ", Format::bzip2},        Opened{"CL_TYPE_XZ", Format::xz},
    Opened{"CL_TYPE_7Z", Format::seven_zip},    Opened{"CL_TYPE_RAR", Format::rar},
    Opened{"CL_TYPE_ARJ", Format::arj},         Opened{"CL_TYPE_MSCAB", Format::cab},
    Opened{"CL_TYPE_MSCHM", Format::chm},       Opened{"CL_TYPE_MSSZDD", Format::szdd},
    Opened{"CL_TYPE_POSIX_TAR", Format::tar},   Opened{"CL_TYPE_OLD_TAR", Format::tar},
    Opened{"CL_TYPE_CPIO_OLD", Format::cpio},   Opened{"CL_TYPE_CPIO_ODC", Format::cpio},
    Opened{"CL_TYPE_CPIO_NEWC", Format::cpio},  Opened{"CL_TYPE_CPIO_CRC", Format::cpio},
    Opened{"CL_TYPE_LHA_LZH", Format::lha},     Opened{"CL_TYPE_XAR", Format::xar},
    Opened{"CL_TYPE_ISO9660", Format::iso9660}, Opened{"CL_TYPE_MSOLE2", Format::ole2},
    Opened{"CL_TYPE_PDF", Format::pdf},         Opened{"CL_TYPE_RTF", Format::rtf},
    Opened{"CL_TYPE_SWF", Format::swf},         Opened{"CL_TYPE_ONENOTE", Format::onenote},
    Opened{"CL_TYPE_TNEF", Format::tnef},       Opened{"CL_TYPE_UUENCODED", Format::uuencode},
    Opened{"CL_TYPE_BINHEX", Format::binhex},   Opened{"CL_TYPE_SCRENC", Format::script_encoded},
    Opened{"CL_TYPE_HTML", Format::html},       Opened{"CL_TYPE_MAIL", Format::message},
    Opened{"CL_TYPE_MHTML", Format::message},
};

Format format_of(std::string_view type) {
  const auto* const found = std::find_if(opened.begin(), opened.end(),
                                         [&](const Opened& one) { return one.type == type; });
  return found == opened.end() ? Format::unknown : found->format;
}

TypeMarks::Type given(std::string_view type, Bytes bytes, bool in_head) {
  TypeMarks::Type out;
  out.name = type;
  out.format = format_of(type);
  out.raw = formats::raw_match(type, bytes);
  // What a definition calls HTML by its head is matched by its views, as other such HTML is.
  if (type == html && in_head) out.raw = RawMatch::digests;
  return out;
}

}  // namespace

TypeMarks::TypeMarks(const std::vector<pack::Magic>& definitions) {
  for (const pack::Magic& magic : definitions) {
    const auto strength = pack::strength_of(magic.type);
    if (!strength) continue;
    const auto offset = static_cast<std::uint64_t>(std::max<std::int64_t>(magic.offset.shift, 0));
    if (magic.kind == 0) {
      std::string bytes = plain_bytes(magic.pattern);
      if (bytes.empty() || magic.offset.kind != pack::Offset::Kind::start) continue;
      magics_.push_back({static_cast<std::size_t>(offset), std::move(bytes), magic.type});
    } else if (magic.kind == 1 && !pack::is_embedded_type(magic.type) && magic.type != any) {
      const auto anchors = match::anchors(magic.pattern);
      if (anchors.empty()) continue;
      auto program = match::compile(magic.pattern, anchors.front());
      if (!program) continue;
      match::Window window;
      if (magic.offset.kind == pack::Offset::Kind::start) {
        window = {offset, offset + magic.offset.slack};
      }
      marks_.push_back({window, std::move(*program), magic.from_type, magic.type, *strength});
    }
  }
  std::reverse(magics_.begin(), magics_.end());
}

Result<bool> TypeMarks::stands(const Mark& mark, Bytes where, Budget& budget) {
  const auto program = match::Program::open(mark.program);
  if (!program) return false;
  const std::string_view text = as_text(where);
  const std::string_view anchor = as_text(program->anchor());
  for (std::size_t at = text.find(anchor); at != text.npos; at = text.find(anchor, at + 1)) {
    if (ANTIDOTARY_TRY(program->match_at(where, at, mark.window, budget))) return true;
  }
  return false;
}

const TypeMarks::Magic* TypeMarks::magic_of(Bytes head) const {
  const std::string_view text = as_text(head);
  for (const Magic& magic : magics_) {
    if (magic.offset <= text.size() && text.substr(magic.offset).starts_with(magic.bytes)) {
      return &magic;
    }
  }
  return nullptr;
}

Result<const TypeMarks::Mark*> TypeMarks::mark_of(Bytes head, std::string_view charset,
                                                  Budget& budget) const {
  const Mark* strongest = nullptr;
  ANTIDOTARY_CHECK(budget.step(marks_.size()));
  for (const Mark& mark : marks_) {
    if (mark.from != any && mark.from != charset) continue;
    if (strongest != nullptr && strongest->strength >= mark.strength) continue;
    if (ANTIDOTARY_TRY(stands(mark, head, budget))) strongest = &mark;
  }
  return strongest;
}

Result<bool> TypeMarks::shows_html(Bytes bytes, Budget& budget) const {
  for (const Mark& mark : marks_) {
    if (mark.type != html || mark.from != any) continue;
    ANTIDOTARY_CHECK(budget.step(bytes.size() / 64 + 1));
    if (ANTIDOTARY_TRY(stands(mark, bytes, budget))) return true;
  }
  return false;
}

Result<TypeMarks::Type> TypeMarks::type_of(Bytes bytes, Budget& budget) const {
  const ClamType own = formats::tell_clam_type(bytes);
  const Type built_in{std::string(own.type), formats::raw_match(own.type, bytes)};
  if (magics_.empty() && marks_.empty()) return built_in;
  if (own.type == any) return built_in;  // too short to be looked at
  const Bytes head = bytes.first(std::min(bytes.size(), formats::clam_head_bytes));
  if (const Magic* const magic = magic_of(head)) return given(magic->type, bytes, true);
  if (own.by == ClamType::By::magic) return built_in;
  const Mark* const mark = ANTIDOTARY_TRY(mark_of(head, own.charset, budget));
  if (mark != nullptr) {
    const bool stronger =
        own.by == ClamType::By::charset || mark->strength > pack::strength_of(own.type).value_or(0);
    return stronger ? given(mark->type, bytes, true) : built_in;
  }
  if (own.by == ClamType::By::charset && own.type == "CL_TYPE_TEXT_ASCII" &&
      ANTIDOTARY_TRY(shows_html(bytes, budget))) {
    return given(html, bytes, false);
  }
  return built_in;
}

}  // namespace antidotary::scan

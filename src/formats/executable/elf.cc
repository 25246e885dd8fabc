#include "formats/executable/elf.h"

#include <optional>

#include "core/reader.h"

namespace antidotary::executable {
namespace {

/// "ELF Identification".
constexpr std::size_t class_at = 4, order_at = 5, ident_bytes = 16;
constexpr std::uint8_t class_32 = 1, class_64 = 2, order_little = 1, order_big = 2;

/// Where the fields of each record stand, by class.
struct Fields {
  // The header.
  std::size_t header_bytes, entry, segments, sections, segment_bytes, segment_count, section_bytes,
      section_count;
  // A row of the program header table.
  std::size_t row_bytes, row_offset, row_address, row_memory;
  // A row of the section header table.
  std::size_t section_row_bytes, section_offset, section_size;
};
constexpr Fields narrow = {52, 24, 28, 32, 42, 44, 46, 48, 32, 4, 8, 20, 40, 16, 20};
constexpr Fields wide = {64, 24, 32, 40, 54, 56, 58, 60, 56, 8, 16, 40, 64, 24, 32};

/// Numbers of the file's class and byte order at places that the caller has checked.
class Numbers {
 public:
  Numbers(bool is_wide, bool is_big) : wide_(is_wide), big_(is_big) {}

  std::uint64_t half(Bytes bytes, std::size_t at) const { return load(bytes, at, 2); }
  /// An address, an offset or a size.
  std::uint64_t word(Bytes bytes, std::size_t at) const { return load(bytes, at, wide_ ? 8 : 4); }

 private:
  std::uint64_t load(Bytes bytes, std::size_t at, std::size_t width) const {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t place = big_ ? at + i : at + width - 1 - i;
      out = out << 8 | std::to_integer<std::uint64_t>(bytes[place]);
    }
    return out;
  }

  bool wide_;
  bool big_;
};

/// A table of `count` rows. Errors: malformed, truncated.
Result<Bytes> table_of(Bytes file, std::uint64_t offset, std::uint64_t count, std::size_t row_bytes,
                       std::uint64_t stated_row_bytes) {
  if (count == 0) return Bytes();
  if (stated_row_bytes != row_bytes) {
    return fail(ErrorKind::malformed, "rows of {} bytes, {} are meant", stated_row_bytes,
                row_bytes);
  }
  if (offset > file.size() || count > (file.size() - offset) / row_bytes) {
    return fail_at(offset, ErrorKind::truncated, "a table is cut");
  }
  return file.subspan(static_cast<std::size_t>(offset),
                      static_cast<std::size_t>(count) * row_bytes);
}

/// Through the first segment that holds it, of whatever type. Errors: malformed, budget_spent.
Result<std::uint64_t> entry_offset(std::uint64_t entry, Bytes segments, const Fields& fields,
                                   const Numbers& numbers, Budget& budget) {
  if (entry == 0 || segments.empty()) return std::uint64_t{0};
  for (std::size_t at = 0; at < segments.size(); at += fields.row_bytes) {
    ANTIDOTARY_CHECK(budget.step());
    const std::uint64_t address = numbers.word(segments, at + fields.row_address);
    if (entry < address || entry - address >= numbers.word(segments, at + fields.row_memory)) {
      continue;
    }
    // May wrap in a damaged file; an offset outside the file matches nothing.
    return numbers.word(segments, at + fields.row_offset) + (entry - address);
  }
  return fail(ErrorKind::malformed, "the entry point lies in no segment");
}

}  // namespace

Result<Layout> read_elf(Bytes file, Budget& budget) {
  Reader reader(file);
  const Bytes ident = ANTIDOTARY_TRY(reader.take(ident_bytes));
  const auto kind = std::to_integer<std::uint8_t>(ident[class_at]);
  const auto order = std::to_integer<std::uint8_t>(ident[order_at]);
  if (as_text(ident.first(4)) !=
          "\x7f"
          "ELF" ||
      (kind != class_32 && kind != class_64) || (order != order_little && order != order_big)) {
    return fail(ErrorKind::not_this_format, "not an ELF of a known class and byte order");
  }
  const Fields& fields = kind == class_64 ? wide : narrow;
  const Numbers numbers(kind == class_64, order == order_big);
  ANTIDOTARY_CHECK(reader.seek(0));
  const Bytes header = ANTIDOTARY_TRY(reader.take(fields.header_bytes));
  const Bytes segments = ANTIDOTARY_TRY(table_of(
      file, numbers.word(header, fields.segments), numbers.half(header, fields.segment_count),
      fields.row_bytes, numbers.half(header, fields.segment_bytes)));
  const Bytes sections = ANTIDOTARY_TRY(table_of(
      file, numbers.word(header, fields.sections), numbers.half(header, fields.section_count),
      fields.section_row_bytes, numbers.half(header, fields.section_bytes)));
  Layout out;
  out.entry_point = ANTIDOTARY_TRY(
      entry_offset(numbers.word(header, fields.entry), segments, fields, numbers, budget));
  for (std::size_t at = 0; at < sections.size(); at += fields.section_row_bytes) {
    ANTIDOTARY_CHECK(budget.step());
    out.sections.push_back({numbers.word(sections, at + fields.section_offset),
                            numbers.word(sections, at + fields.section_size)});
  }
  return out;
}

}  // namespace antidotary::executable

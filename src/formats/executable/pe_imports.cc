// The list of imports: "The .idata Section" of the PE specification, as imphash writes it.
#include <algorithm>

#include "core/reader.h"
#include "core/text.h"
#include "formats/executable/ordinals.h"
#include "formats/executable/pe.h"
#include "formats/executable/pe_image.h"

namespace antidotary::executable {
namespace {

constexpr std::size_t descriptor_bytes = 20;
constexpr std::size_t name_bytes_max = 256;
constexpr std::size_t hint_bytes = 2;
/// "Import Directory Table": offsets in a descriptor.
namespace descriptor {
constexpr std::size_t lookup_table = 0, name = 12, address_table = 16;
}

/// Up to the first zero byte; never more than name_bytes_max.
std::string_view name_in(Bytes bytes) {
  const std::string_view text = as_text(bytes.first(std::min(bytes.size(), name_bytes_max)));
  return text.substr(0, text.find('\0'));
}

/// Lower-case, without what stands behind the first dot where that is "dll", "ocx" or "sys".
std::string library_name(std::string_view name) {
  std::string out = ascii_lower(name);
  const std::size_t dot = out.find('.');
  if (dot == std::string::npos) return out;
  const std::string_view kind = std::string_view(out).substr(dot + 1, 3);
  if (kind == "dll" || kind == "ocx" || kind == "sys") out.resize(dot);
  return out;
}

bool is_function_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

class ImportList {
 public:
  ImportList(const Image& image, Budget& budget) : image_(image), budget_(budget) {}

  /// False where it is damaged. Errors: budget_spent.
  Result<bool> take_library(Bytes row);
  std::string text;

 private:
  Result<bool> take_function(const std::string& library, std::uint64_t thunk);

  const Image& image_;
  Budget& budget_;
  std::size_t functions_ = 0;
};

Result<bool> ImportList::take_function(const std::string& library, std::uint64_t thunk) {
  if (++functions_ > functions_max || text.size() > import_list_bytes_max) return false;
  const std::uint64_t ordinal_flag = 1ull << (image_.wide ? 63 : 31);
  std::string function;
  if ((thunk & ordinal_flag) != 0) {
    const auto ordinal = static_cast<std::uint16_t>(thunk & 0xffff);
    function = name_of_ordinal(library, ordinal);
    if (function.empty()) function = fmt::format("ord{}", ordinal);
  } else {
    const Bytes hint = image_.bytes_at(thunk & 0xffffffff);
    if (hint.size() > hint_bytes) function = ascii_lower(name_in(hint.subspan(hint_bytes)));
    ANTIDOTARY_CHECK(budget_.step(function.size()));
    if (!is_function_name(function)) return false;
  }
  if (!text.empty()) text += ',';
  text += library + '.' + function;
  return true;
}

Result<bool> ImportList::take_library(Bytes row) {
  const Bytes name = image_.bytes_at(load_u32_le(row, descriptor::name));
  if (name.empty()) return false;
  const std::string library = library_name(name_in(name));
  Bytes thunks;
  const std::uint32_t lookup = load_u32_le(row, descriptor::lookup_table);
  if (lookup != 0) thunks = image_.bytes_at(lookup);
  if (thunks.empty()) thunks = image_.bytes_at(load_u32_le(row, descriptor::address_table));
  if (thunks.empty()) return false;
  const std::size_t width = image_.wide ? 8 : 4;
  for (; thunks.size() >= width; thunks = thunks.subspan(width)) {
    ANTIDOTARY_CHECK(budget_.step());
    const std::uint64_t thunk = image_.wide ? load_u64_le(thunks, 0) : load_u32_le(thunks, 0);
    if (thunk == 0) break;
    if (!ANTIDOTARY_TRY(take_function(library, thunk))) return false;
  }
  return true;
}

}  // namespace

Result<std::string> read_imports(const Image& image, Budget& budget) {
  const Directory& directory = image.directories[import_directory];
  if (directory.address == 0 || directory.size == 0) return std::string();
  Bytes rows = image.bytes_at(directory.address);
  // The directory's last row is empty and is not read.
  const std::size_t count =
      std::min<std::size_t>((directory.size - 1) / descriptor_bytes, libraries_max);
  ImportList list(image, budget);
  for (std::size_t i = 0; i < count && rows.size() >= descriptor_bytes; ++i) {
    ANTIDOTARY_CHECK(budget.step());
    const Bytes row = rows.first(descriptor_bytes);
    if (load_u32_le(row, descriptor::name) == 0) break;
    if (!ANTIDOTARY_TRY(list.take_library(row))) return std::string();
    rows = rows.subspan(descriptor_bytes);
  }
  return std::move(list.text);
}

}  // namespace antidotary::executable

// Lines: text files that Windows reads line by line (win.ini, system.ini, hosts), with the place of
// everything in the file, so that one part of one line can be replaced and nothing else moves.
//
// It writes nothing and decodes nothing: bytes over 0x7f stay as they are. Lines end at LF, CR or
// both. A file in UTF-16 has no lines here: ask is_plain first.
// Source: the sections and names of Microsoft's GetPrivateProfileString; hosts as in RFC 952's
// successors: one line a host, `#` begins a remark.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace antidotary::lines {

/// A stretch of the text: offset and size in bytes.
struct Part {
  std::size_t offset = 0;
  std::size_t size = 0;

  std::string_view of(std::string_view text) const { return text.substr(offset, size); }
  bool operator==(const Part&) const = default;
};

/// True where no byte is NUL and no mark of UTF-16 stands in front: Windows guesses UTF-16 without
/// a mark as well, and such text has NULs.
bool is_plain(std::string_view text);

/// Goes through a text line by line, without memory.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  /// The next line without its end; nullopt behind the last one.
  std::optional<Part> next();

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

/// A line `name = value` of an ini file.
struct Setting {
  Part line;
  Part name;   ///< As `value`.
  Part value;  ///< Without blanks at either side; empty where nothing stands after the sign.
};

/// Every line of that name ("" for any) in every section of that name, case ignored: Windows heeds
/// the first
/// alone, but who put a second one there is worth knowing. At most `settings_max`.
std::vector<Setting> settings(std::string_view text, std::string_view section,
                              std::string_view name);
inline constexpr std::size_t settings_max = 16384;

/// The words of a value: programs that `load=` and `run=` list, parted by blanks and commas. What
/// stands in quotes is one word, its quotes included. Offsets are the text's.
std::vector<Part> words(std::string_view text, Part value);

}  // namespace antidotary::lines

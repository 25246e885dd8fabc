// Sheet: text laid out for a terminal: headings, paragraphs, hanging items, aligned rows.
//
// Everything that goes onto a sheet is made of Words, and making Words escapes: a name that a
// stranger chose cannot reach the terminal raw, nor move the cursor, nor break the width.
// It is not a document model: lines come out in the order in which they are asked for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "publish/page.h"

namespace antidotary::publish {

enum class Tone : std::uint8_t { plain, bold, faint, red, yellow, green };

/// Escaped text, parts of it in a tone.
class Words {
 public:
  Words() = default;
  Words(std::string_view raw) : Words(raw, Tone::plain) {}         // NOLINT: escaping is the point
  Words(const std::string& raw) : Words(std::string_view(raw)) {}  // NOLINT
  Words(const char* raw) : Words(std::string_view(raw)) {}         // NOLINT
  Words(std::string_view raw, Tone tone);

  Words& operator+=(const Words& other) {
    coded_ += other.coded_;
    return *this;
  }
  friend Words operator+(Words left, const Words& right) { return left += right; }
  bool empty() const { return coded_.empty(); }
  /// UTF-8 in which bytes 1 to 6 switch to a tone (1 is plain); no other control occurs.
  const std::string& coded() const { return coded_; }

 private:
  std::string coded_;
};

/// Columns that the text takes: wide characters count two, combining ones and tones none.
std::size_t width_of(std::string_view coded);

class Sheet {
 public:
  explicit Sheet(const Paper& paper);

  std::uint32_t columns() const { return columns_; }
  void blank();  ///< One empty line, however often it is asked for; none at the top.
  /// The page's title, underlined.
  void title(const Words& words);
  void heading(std::string_view text);     ///< "NAMES", with an empty line before it.
  void subheading(std::string_view text);  ///< Indented by two.
  void paragraph(const Words& words, std::uint32_t indent = 2);
  /// `marker` stands at `indent`; the text hangs behind it: "1." and "Disconnect ...".
  void item(const Words& marker, const Words& words, std::uint32_t indent = 2);
  /// Rows of label and text, the texts aligned; in narrow paper a long label takes its own line.
  void rows(const std::vector<std::pair<Words, Words>>& table, std::uint32_t indent = 2);
  /// Markdown as far as entries use it: paragraphs, lists, ** and `, links.
  void markdown(std::string_view text);

  std::string take() { return std::move(out_); }

 private:
  void line(std::string_view coded);
  void hang(std::string_view first, std::string_view coded, std::uint32_t indent,
            std::uint32_t text_at);

  std::uint32_t columns_;
  bool colour_;
  std::string out_;
};

/// Lines of at most `width` columns; words too long for a line are cut, after a mark if possible.
std::vector<std::string> lines_of(std::string_view coded, std::size_t width);

}  // namespace antidotary::publish

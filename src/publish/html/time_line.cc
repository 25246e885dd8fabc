// TimeLine: families as points, a year a band from top to bottom, a month a column.
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "core/text.h"
#include "publish/html/leaf.h"

namespace antidotary::publish {
namespace {

constexpr int width = 360;
constexpr int left = 44;   // where January begins
constexpr int month = 26;  // a column
constexpr int line = 17;   // a family
constexpr int top = 24;

struct Point {
  const entries::Entry* entry = nullptr;
  int column = 0;  // 0 to 11; a date without month stands in the middle of its year
};

int column_of(const std::string& date) {
  if (date.size() < 7) return 6;
  const int number = (date[5] - '0') * 10 + (date[6] - '0');
  return std::clamp(number - 1, 0, 11);
}

std::string point(const Place& place, const Point& each, int y) {
  const int x = left + each.column * month + month / 2;
  const bool flipped = each.column > 7;
  const std::string family = html_text(each.entry->title.substr(each.entry->title.rfind('/') + 1));
  return fmt::format(
      "<a href=\"{}{}\"><circle cx=\"{}\" cy=\"{}\" r=\"3.5\"/><text x=\"{}\" "
      "y=\"{}\"{}>{}</text></a>\n",
      place.root(), html_text(address_of(*each.entry)), x, y - 4, flipped ? x - 8 : x + 8, y,
      flipped ? " text-anchor=\"end\"" : "", family);
}

/// A file that scanners are tested with is no threat: it was made, not discovered.
bool is_test_file(const entries::Entry& entry) {
  return std::any_of(entry.classes.begin(), entry.classes.end(),
                     [](const std::string& each) { return each.starts_with("test-file/"); });
}

}  // namespace

std::string time_line(const Place& place) {
  std::map<std::string, std::vector<Point>> years;
  for (const auto& entry : place.encyclopedia().entries()) {
    if (entry.discovered.date.size() < 4 || is_test_file(entry)) continue;
    years[entry.discovered.date.substr(0, 4)].push_back({&entry, column_of(entry.discovered.date)});
  }
  std::string bands;
  int y = top;
  for (auto& [year, points] : years) {
    std::stable_sort(points.begin(), points.end(), [](const Point& a, const Point& b) {
      return a.entry->discovered.date < b.entry->discovered.date;
    });
    const int height = static_cast<int>(points.size()) * line + 10;
    bands += fmt::format(
        "<line class=\"rule\" x1=\"0\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>"
        "<text class=\"year\" x=\"0\" y=\"{}\">{}</text>\n",
        width, y, y, y + 17, html_text(year));
    int at = y + 17;
    for (const Point& each : points) {
      bands += point(place, each, at);
      at += line;
    }
    y += height;
  }
  std::string months;
  constexpr std::string_view letters = "JFMAMJJASOND";
  for (int i = 0; i < 12; ++i) {
    const int x = left + i * month;
    months += fmt::format(
        "<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>"
        "<text class=\"month\" x=\"{}\" y=\"16\" text-anchor=\"middle\">{}</text>",
        x, x, top, y, x + month / 2, letters.substr(static_cast<std::size_t>(i), 1));
  }
  return fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"group\" aria-label=\"Time line of families by "
      "month of discovery\">\n{}\n{}</svg>\n",
      width, y + 4, months, bands);
}

}  // namespace antidotary::publish

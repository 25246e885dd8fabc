// Markdown: a page as vendors wrote them, with a title, a head of "Key: value" lines and sections.
//
// Form: docs/formats/import.md. What the form does not know is said to the author, not guessed at.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "entries/import/forms.h"

namespace antidotary::entries {
namespace {

constexpr std::size_t lines_max = 20'000;
constexpr std::array<std::string_view, 5> prose_headings = {"Overview", "Technical analysis",
                                                            "Prevention", "Symptoms", "Recovery"};

// "https://a.example/x" and "Publisher" of "https://a.example/x (Publisher)".
void take_source(Draft& draft, std::string_view value) {
  const std::size_t blank = value.find_first_of(" \t");
  const std::string url(value.substr(0, blank));
  std::string publisher;
  const std::size_t open = value.find('(');
  const std::size_t close = value.rfind(')');
  if (open != std::string_view::npos && close != std::string_view::npos && close > open) {
    publisher = value.substr(open + 1, close - open - 1);
  }
  const std::size_t before = draft.sources.size();
  add_source(draft, publisher, url);
  if (draft.sources.size() == before)
    draft.left_out.push_back("a source without an address: " + url);
}

// "%windir%\example.exe (19824, 20000 bytes)"
void take_file(Draft& draft, DraftVariant& variant, std::string_view item) {
  const std::size_t open = item.find(" (");
  const std::string path(trim(item.substr(0, open)));
  const std::size_t cut = path.rfind('\\');
  if (cut == std::string::npos || cut + 1 == path.size()) {
    draft.left_out.push_back("a file without its folder: " + path);
    return;
  }
  DraftChange change;
  change.kind = "file";
  change.fields = {{"directory", path.substr(0, cut)}, {"name", path.substr(cut + 1)}};
  if (open != std::string_view::npos) {
    std::uint64_t number = 0;
    for (const char c : item.substr(open)) {
      if (c >= '0' && c <= '9' && number < 1'000'000'000) {
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
      } else if (number != 0) {
        change.sizes.push_back(number);
        number = 0;
      }
    }
  }
  variant.changes.push_back(std::move(change));
}

// "HKLM\Software\...\Run, Example = %windir%\example.exe"
void take_registry(Draft& draft, DraftVariant& variant, std::string_view item) {
  const std::size_t comma = item.find(',');
  const std::size_t equals = item.find('=', comma == std::string_view::npos ? 0 : comma);
  if (comma == std::string_view::npos || !item.starts_with("HK")) {
    draft.left_out.push_back("a registry line that is not KEY, VALUE = DATA: " + std::string(item));
    return;
  }
  DraftChange change;
  change.kind = "registry";
  const bool has_data = equals != std::string_view::npos;
  change.fields = {
      {"key", std::string(trim(item.substr(0, comma)))},
      {"value", std::string(trim(item.substr(
                    comma + 1, has_data ? equals - comma - 1 : std::string_view::npos)))},
      {"old", "unknown"}};
  if (has_data) change.fields.emplace_back("data", std::string(trim(item.substr(equals + 1))));
  variant.changes.push_back(std::move(change));
}

class Reader {
 public:
  explicit Reader(const ImportRequest& request) : request_(request) {}

  Result<Draft> read() {
    const std::vector<std::string_view> lines = split(request_.text, '\n');
    if (lines.size() > lines_max) {
      return fail(ErrorKind::budget_spent, "the page has more than {} lines", lines_max);
    }
    for (const std::string_view raw : lines) ANTIDOTARY_CHECK(line(trim(raw)));
    if (title_.empty()) {
      return fail(ErrorKind::malformed,
                  "the page has no title; begin it with a line such as '# Win32/Example' "
                  "(docs/formats/import.md)");
    }
    if (!variant_.changes.empty() || !variant_.names.empty()) {
      draft_.variants.push_back(std::move(variant_));
    }
    return std::move(draft_);
  }

 private:
  antidotary::Status line(std::string_view text) {
    if (text.starts_with("# ") && title_.empty()) {
      title_ = imported_text(text.substr(2));
      std::tie(draft_.id, draft_.title) = ANTIDOTARY_TRY(id_and_title(title_, request_.id));
      variant_.id = "a";
    } else if (text.starts_with("## ")) {
      open(imported_text(text.substr(3)));
    } else if (section_.empty()) {
      head(text);
    } else {
      body(text);
    }
    return {};
  }

  void head(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return;
    const std::string key = ascii_lower(trim(text.substr(0, colon)));
    const std::string value = imported_text(text.substr(colon + 1));
    if (key == "source") {
      take_source(draft_, value);
    } else if (key == "type" || key == "class") {
      for (const std::string_view part : split(value, ',')) {
        draft_.classes.emplace_back(ascii_lower(trim(part)));
      }
    } else if (key == "discovered") {
      draft_.date = value;
    } else if (key == "summary") {
      draft_.summary = value;
    } else {
      draft_.left_out.push_back("a line that the form does not know: " + key);
    }
  }

  void open(const std::string& heading) {
    section_ = ascii_lower(heading);
    const auto known = std::find_if(prose_headings.begin(), prose_headings.end(), [&](auto name) {
      return equal_ascii_ignoring_case(name, heading);
    });
    prose_ = known != prose_headings.end();
    if (prose_) {
      draft_.sections.emplace_back(std::string(*known), "");
    } else if (section_ == "summary") {
      prose_ = true;
      draft_.sections.emplace_back("Overview", "");
    } else if (section_ != "aliases" && section_ != "files" && section_ != "registry") {
      draft_.left_out.push_back("the section " + heading);
    }
  }

  void body(std::string_view text) {
    if (prose_) {
      std::string& prose = draft_.sections.back().second;
      // Neither a heading nor the end of the front matter can come out of prose.
      std::string safe = imported_text(text);
      while (!safe.empty() && (safe[0] == '#' || safe[0] == '+')) safe.erase(0, 1);
      if (prose.size() < 8 * import_text_bytes_max) prose += (prose.empty() ? "" : "\n") + safe;
      return;
    }
    if (!text.starts_with("- ") && !text.starts_with("* ")) return;
    const std::string item = imported_text(text.substr(2));
    if (section_ == "aliases") {
      const std::size_t colon = item.find(": ");
      if (colon == std::string::npos) {
        draft_.names.push_back({"FILL-IN", item});
      } else {
        draft_.names.push_back({item.substr(0, colon), item.substr(colon + 2)});
      }
    } else if (section_ == "files") {
      take_file(draft_, variant_, item);
    } else if (section_ == "registry") {
      take_registry(draft_, variant_, item);
    }
  }

  const ImportRequest& request_;
  Draft draft_;
  DraftVariant variant_;
  std::string title_;
  std::string section_;
  bool prose_ = false;
};

}  // namespace

Result<Draft> import_markdown(const ImportRequest& request) { return Reader(request).read(); }

}  // namespace antidotary::entries

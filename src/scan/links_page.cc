// The links of a page. Not an HTML parser: tags are told by their brackets and quotes.
#include <algorithm>
#include <optional>

#include "core/text.h"
#include "mail/letter.h"
#include "scan/links.h"

namespace antidotary::scan {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t shown_bytes_max = 4096;
constexpr std::string_view blanks = " \t\r\n\f";

struct Tag {
  std::string name;         ///< Lower case; "/a" for an end.
  std::string_view inside;  ///< Behind the name.
  std::size_t end = 0;      ///< Behind the tag.
};

/// The tag that begins at the '<' at `at`.
Tag tag_at(std::string_view html, std::size_t at) {
  Tag out;
  std::size_t i = at + 1;
  const std::size_t name_end = std::min(html.find_first_of(" \t\r\n\f>", i), html.size());
  out.name = ascii_lower(html.substr(i, std::min<std::size_t>(name_end - i, 16)));
  char quote = 0;
  for (i = name_end; i < html.size(); ++i) {
    const char one = html[i];
    if (quote != 0) {
      if (one == quote) quote = 0;
    } else if (one == '>') {
      break;
    } else if ((one == '"' || one == '\'') && i > 0 && html[i - 1] == '=') {
      quote = one;
    }
  }
  out.inside = html.substr(name_end, i - name_end);
  out.end = std::min(i + 1, html.size());
  return out;
}

/// The value of an attribute, its entities decoded. None: the tag has no such.
std::optional<std::string> attribute(std::string_view inside, std::string_view name) {
  for (std::size_t at = 0; at < inside.size();) {
    at = inside.find_first_not_of(blanks, at);
    if (at == inside.npos) return std::nullopt;
    const std::size_t equals = inside.find_first_of("= \t\r\n\f", at);
    if (equals == inside.npos) return std::nullopt;
    const std::string found = ascii_lower(inside.substr(at, equals - at));
    at = inside.find_first_not_of(blanks, equals);
    if (at == inside.npos) return std::nullopt;
    if (inside[at] != '=') continue;
    at = inside.find_first_not_of(blanks, at + 1);
    if (at == inside.npos) return std::nullopt;
    const char quote = inside[at];
    std::size_t end = 0;
    if (quote == '"' || quote == '\'') {
      end = std::min(inside.find(quote, ++at), inside.size());
    } else {
      end = std::min(inside.find_first_of(blanks, at), inside.size());
    }
    if (found == name) return mail::text_of_html(inside.substr(at, end - at));
    at = end + 1;
  }
  return std::nullopt;
}

class Page {
 public:
  explicit Page(std::string_view html) : html_(html) {}

  Result<std::vector<Link>> read(Budget& budget) {
    for (std::size_t at = 0; at < html_.size() && out_.size() < links_max;) {
      if (html_[at] != '<') {
        const std::size_t end = std::min(html_.find('<', at), html_.size());
        ANTIDOTARY_CHECK(budget.step((end - at) / 64 + 1));
        text(html_.substr(at, end - at));
        at = end;
        continue;
      }
      const Tag tag = tag_at(html_, at);
      ANTIDOTARY_CHECK(budget.step((tag.end - at) / 64 + 1));
      take(tag);
      at = tag.end;
    }
    finish();
    return std::move(out_);
  }

 private:
  void text(std::string_view piece) {
    if (!open_ || open_->shown.size() > shown_bytes_max) return;
    open_->shown += mail::text_of_html(piece.substr(0, shown_bytes_max));
  }

  void finish() {
    if (open_ && !open_->real.empty()) out_.push_back(std::move(*open_));
    open_.reset();
  }

  void take(const Tag& tag) {
    if (tag.name == "a") {
      finish();
      open_.emplace();
      open_->real = attribute(tag.inside, "href").value_or("");
      if (form_ && !open_->real.empty()) out_.push_back({*form_, open_->real});
      if (auto title = attribute(tag.inside, "title")) {
        out_.push_back({open_->real, std::move(*title)});
      }
    } else if (tag.name == "/a") {
      finish();
    } else if (tag.name == "form") {
      form_ = attribute(tag.inside, "action");
    } else if (tag.name == "/form") {
      form_.reset();
    } else if (tag.name == "img" && open_) {
      if (auto source = attribute(tag.inside, "src")) {
        out_.push_back({open_->real, std::move(*source)});
      }
    }
  }

  std::string_view html_;
  std::vector<Link> out_;
  std::optional<Link> open_;
  std::optional<std::string> form_;
};

}  // namespace

Result<std::vector<Link>> links_in(std::string_view html, Budget& budget) {
  return Page(html).read(budget);
}

}  // namespace antidotary::scan

#include "unpack/documents/svg_scripts.h"

#include <algorithm>

#include "core/text.h"
#include "unpack/documents/references.h"

namespace antidotary::unpack {
namespace {

constexpr std::string_view white = " \t\r\n";

class SvgReader {
 public:
  explicit SvgReader(std::string_view text) : text_(text) {}

  SvgScripts run() {
    while (at_ < text_.size()) {
      at_ = std::min(text_.find('<', at_), text_.size());
      if (skipped("<!--", "-->") || skipped("<![CDATA[", "]]>")) continue;
      if (at_ < text_.size()) tag();
    }
    return std::move(out_);
  }

 private:
  bool is_here(std::string_view mark) const { return text_.substr(at_, mark.size()) == mark; }

  /// Moves behind `end`, or to the text's end, where `begin` stands here.
  bool skipped(std::string_view begin, std::string_view end) {
    if (!is_here(begin)) return false;
    take(begin, end);
    return true;
  }
  /// The same; answers what stands between.
  std::string_view take(std::string_view begin, std::string_view end) {
    const std::size_t first = at_ + begin.size();
    const std::size_t last = std::min(text_.find(end, first), text_.size());
    at_ = std::min(last + end.size(), text_.size());
    return text_.substr(first, last - first);
  }

  std::string_view word() {
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_of(" \t\r\n=/>\"'<", at_), text_.size());
    return text_.substr(begin, at_ - begin);
  }

  void tag() {
    ++at_;
    const std::string_view name = word();
    const bool script = equal_ascii_ignoring_case(name.substr(name.find(':') + 1), "script");
    bool empty = false;
    while (at_ < text_.size() && text_[at_] != '>') {
      empty = text_[at_] == '/';
      if (text_[at_] == '<') return;  // it was no tag
      const std::string_view attribute = word();
      if (attribute.empty()) {
        ++at_;
        continue;
      }
      value_of(attribute);
    }
    ++at_;
    if (script && !empty) element();
  }

  void value_of(std::string_view attribute) {
    const std::size_t equals = text_.find_first_not_of(white, at_);
    if (equals == text_.npos || text_[equals] != '=') return;
    const std::size_t begin = text_.find_first_not_of(white, equals + 1);
    if (begin == text_.npos) return;
    at_ = begin;
    const char quote = text_[begin];
    std::string_view value;
    if (quote == '"' || quote == '\'') {
      value = take(text_.substr(begin, 1), text_.substr(begin, 1));
    } else {
      value = word();
    }
    const bool event =
        attribute.size() > 3 && equal_ascii_ignoring_case(attribute.substr(0, 2), "on");
    // What is decoded begins as it is written, or with a reference.
    const bool address = value.find_first_of("jJ&") != value.npos;
    if (value.empty() || (!event && !address)) return;
    const std::string plain = without_references(value);
    if (event || is_script_address(plain)) out_.events += plain + "\n";
  }

  static bool is_script_address(std::string_view value) {
    constexpr std::string_view scheme = "javascript:";
    const std::size_t begin = std::min(value.find_first_not_of(white), value.size());
    return equal_ascii_ignoring_case(value.substr(begin, scheme.size()), scheme);
  }

  /// The text of a script, behind its tag.
  void element() {
    std::string body;
    while (at_ < text_.size() && !is_here("</")) {
      if (is_here("<![CDATA[")) {
        body += take("<![CDATA[", "]]>");
      } else if (!skipped("<!--", "-->")) {
        const std::size_t next = std::min(text_.find('<', at_ + 1), text_.size());
        body += without_references(text_.substr(at_, next - at_));
        at_ = next;
      }
    }
    if (body.find_first_not_of(white) == body.npos) return;
    if (out_.elements.size() < svg_scripts_max) {
      out_.elements.push_back(std::move(body));
    } else {
      out_.elements.back() += "\n" + body;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  SvgScripts out_;
};

}  // namespace

Result<SvgScripts> svg_scripts(std::string_view text, Budget& budget) {
  ANTIDOTARY_CHECK(budget.step(text.size() / 4 + 1));
  return SvgReader(text).run();
}

}  // namespace antidotary::unpack

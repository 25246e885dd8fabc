// Logical expressions: `(0|1)&2=3,2`. Operators have no precedence: at one depth each takes all
// that stands right of it, so that `0&1|2` is `0&(1|2)`.
#include "signatures/clamav/lines.h"
#include "signatures/clamav/readers.h"

namespace antidotary::signatures::clamav {
namespace {

using match::Expr;

constexpr std::size_t depth_max = 60;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Expr> parse() {
    Expr out = ANTIDOTARY_TRY(chain(0));
    if (at_ < text_.size()) return wrong("something behind its end");
    return out;
  }

 private:
  tl::unexpected<Error> wrong(std::string_view what) const {
    return fail_at(at_, ErrorKind::bad_input, "column {} of the logical expression: {}", at_ + 1,
                   what);
  }
  char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  Result<Expr> chain(std::size_t depth) {
    if (depth > depth_max) return wrong("nested too deeply");
    Expr left = ANTIDOTARY_TRY(atom(depth));
    const char op = now();
    if (op != '&' && op != '|') return left;
    ++at_;
    Expr right = ANTIDOTARY_TRY(chain(depth + 1));
    Expr out;
    out.op = op == '&' ? Expr::Op::all : Expr::Op::any;
    // Chains of one operator are one node.
    const bool joins = right.op == out.op && right.count == Expr::Count::none && !closed_;
    out.kids.push_back(std::move(left));
    if (joins) {
      for (Expr& kid : right.kids) out.kids.push_back(std::move(kid));
    } else {
      out.kids.push_back(std::move(right));
    }
    closed_ = false;
    return out;
  }

  Result<Expr> atom(std::size_t depth) {
    Expr out;
    closed_ = false;
    if (now() == '(') {
      ++at_;
      out = ANTIDOTARY_TRY(chain(depth + 1));
      if (now() != ')') return wrong("a '(' without its ')'");
      ++at_;
      closed_ = true;
      if (has_count()) {
        // A count of a group that has one of its own is a count of a group of that group.
        if (out.count != Expr::Count::none || out.op == Expr::Op::sub) {
          Expr group;
          group.op = Expr::Op::any;
          group.kids.push_back(std::move(out));
          out = std::move(group);
        }
      }
    } else {
      out.index = ANTIDOTARY_TRY(integer());
      if (out.index >= match::subs_max) return wrong("a subsignature of number 64 or more");
    }
    if (has_count()) ANTIDOTARY_CHECK(count(out));
    return out;
  }

  bool has_count() const { return now() == '=' || now() == '<' || now() == '>'; }

  Status count(Expr& out) {
    const char op = text_[at_++];
    out.count = op == '=' ? Expr::Count::equal : op == '>' ? Expr::Count::more : Expr::Count::fewer;
    out.count_value = ANTIDOTARY_TRY(integer());
    if (now() != ',') return {};
    ++at_;
    out.distinct = ANTIDOTARY_TRY(integer());
    return {};
  }

  Result<std::uint32_t> integer() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    if (at_ == begin || at_ - begin > 9) return wrong("a number is wanted here");
    const std::uint64_t out = ANTIDOTARY_TRY(number(text_.substr(begin, at_ - begin), "a number"));
    return static_cast<std::uint32_t>(out);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool closed_ = false;  ///< What was just read stood in parentheses.
};

}  // namespace

Result<Expr> parse_expression(std::string_view text) { return Parser(text).parse(); }

}  // namespace antidotary::signatures::clamav

// Logical expressions: `(0|1)&2=3,2`, as clamscan 1.4.6 reads them.
//
// Operators have no precedence. Outside parentheses each takes all that stands right of it: `0&1|2`
// is `0&(1|2)`. Inside parentheses the last one takes all that stands left of it, and that is read
// as outside: `(0&1|2)` is `(0&1)|2`, `(0&1|2&3)` is `(0&(1|2))&3`. (2,000 random expressions, each
// over every combination of hits: no difference.) A count stands behind a subsignature or a group
// of two or more; blanks mean nothing.
#include <algorithm>

#include "signatures/clamav/lines.h"
#include "signatures/clamav/readers.h"

namespace antidotary::signatures::clamav {
namespace {

using match::Expr;

constexpr std::size_t depth_max = 60;
constexpr std::size_t nodes_max = 2'048;

/// Items with the operators between them: one fewer.
struct Chain {
  std::vector<Expr> items;
  std::vector<Expr::Op> ops;
};

/// `left op right`, as one node with what is the same operator at the same depth.
Expr joined(Expr&& left, Expr::Op op, Expr&& right, bool into_left, bool into_right) {
  if (into_left && left.op == op) {
    left.kids.push_back(std::move(right));
    return std::move(left);
  }
  if (into_right && right.op == op) {
    right.kids.insert(right.kids.begin(), std::move(left));
    return std::move(right);
  }
  Expr out;
  out.op = op;
  out.kids.push_back(std::move(left));
  out.kids.push_back(std::move(right));
  return out;
}

/// The first `count` items, each operator taking all that stands right of it.
Expr nested_right(Chain& chain, std::size_t count) {
  Expr out = std::move(chain.items[count - 1]);
  bool open = false;
  for (std::size_t i = count - 1; i-- > 0;) {
    out = joined(std::move(chain.items[i]), chain.ops[i], std::move(out), false, open);
    open = true;
  }
  return out;
}

Expr grouped(Chain& chain) {
  const std::size_t last = chain.items.size() - 1;
  if (last == 0) return std::move(chain.items[0]);
  Expr left = nested_right(chain, last);
  return joined(std::move(left), chain.ops.back(), std::move(chain.items[last]), last > 1, false);
}

/// Not a node deeper than `most`.
bool fits(const Expr& expr, std::size_t most) {
  return most > 0 && std::all_of(expr.kids.begin(), expr.kids.end(),
                                 [most](const Expr& kid) { return fits(kid, most - 1); });
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Expr> parse() {
    Chain whole = ANTIDOTARY_TRY(chain(0));
    if (now() == ')') return wrong("a ')' without its '('");
    if (at_ < text_.size()) return wrong("'&', '|' or its end is wanted here");
    Expr out = nested_right(whole, whole.items.size());
    if (!fits(out, depth_max)) return wrong("nested too deeply");
    return out;
  }

 private:
  tl::unexpected<Error> wrong(std::string_view what) const {
    return fail_at(at_, ErrorKind::bad_input, "column {} of the logical expression: {}", at_ + 1,
                   what);
  }
  /// The next character that is no blank; NUL at the end.
  char now() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  // The recursion is bounded by depth_max.
  Result<Chain> chain(std::size_t depth) {
    if (depth >= depth_max) return wrong("nested too deeply");
    Chain out;
    for (;;) {
      out.items.push_back(ANTIDOTARY_TRY(item(depth)));
      const char op = now();
      if (op != '&' && op != '|') return out;
      out.ops.push_back(op == '&' ? Expr::Op::all : Expr::Op::any);
      ++at_;
    }
  }

  Result<Expr> item(std::size_t depth) {
    if (++nodes_ > nodes_max) return wrong("over 2048 parts");
    Expr out;
    if (now() == '(') {
      ++at_;
      Chain inside = ANTIDOTARY_TRY(chain(depth + 1));
      if (now() != ')') return wrong("a '(' without its ')'");
      ++at_;
      if (has_count() && inside.ops.empty()) return wrong("a count of a group of one");
      out = grouped(inside);
    } else {
      out.index = ANTIDOTARY_TRY(integer());
      if (out.index >= match::subs_max) return wrong("a subsignature of number 64 or more");
    }
    if (has_count()) ANTIDOTARY_CHECK(count(out));
    return out;
  }

  bool has_count() { return now() == '=' || now() == '<' || now() == '>'; }

  Status count(Expr& out) {
    const char op = now();
    ++at_;
    out.count = op == '=' ? Expr::Count::equal : op == '>' ? Expr::Count::more : Expr::Count::fewer;
    out.count_value = ANTIDOTARY_TRY(integer());
    if (now() == ',') {
      ++at_;
      ANTIDOTARY_CHECK(distinct(out));
    }
    if (has_count()) return wrong("a second count");
    return {};
  }

  // `>1,` has none.
  Status distinct(Expr& out) {
    const char next = now();
    if (next == '&' || next == '|' || next == ')' || next == '\0') return {};
    out.distinct = ANTIDOTARY_TRY(integer());
    return {};
  }

  Result<std::uint32_t> integer() {
    if (now() == '\0') return wrong("it ends where a number is wanted");
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    if (at_ == begin || at_ - begin > 9) return wrong("a number is wanted here");
    const std::uint64_t out = ANTIDOTARY_TRY(number(text_.substr(begin, at_ - begin), "a number"));
    return static_cast<std::uint32_t>(out);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t nodes_ = 0;
};

}  // namespace

Result<Expr> parse_expression(std::string_view text) { return Parser(text).parse(); }

}  // namespace antidotary::signatures::clamav

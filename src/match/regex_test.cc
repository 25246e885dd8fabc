#include "match/regex.h"

#include <gmock/gmock.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace antidotary::match {
namespace {

using testing::HasSubstr;
using testing::Optional;

Regex made(const std::string& text, const RegexOptions& options = {}) {
  auto regex = Regex::compile(text, options);
  EXPECT_TRUE(regex) << regex.error().what;
  return std::move(*regex);
}

std::optional<Span> found(const Regex& regex, std::string_view text, std::uint64_t from = 0,
                          bool anchored = false) {
  const auto out = regex.find(as_bytes(text), from, anchored);
  EXPECT_TRUE(out) << out.error().what;
  return out ? *out : std::nullopt;
}

TEST(Regex, FindsTheFirstMatchFromAPlaceOn) {
  const Regex regex = made("a+");
  EXPECT_THAT(found(regex, "xaayaa"), Optional(Span{1, 3}));
  EXPECT_THAT(found(regex, "xaayaa", 2), Optional(Span{2, 3}));
  EXPECT_THAT(found(regex, "xaayaa", 3), Optional(Span{4, 6}));
  EXPECT_EQ(found(regex, "xaayaa", 6), std::nullopt);
  EXPECT_EQ(found(regex, "xaayaa", 7), std::nullopt);
}

TEST(Regex, SeesWhatLiesBeforeThePlace) {
  EXPECT_THAT(found(made("(?<=x)a"), "xa", 1), Optional(Span{1, 2}));
  EXPECT_EQ(found(made("\\ba"), "xa", 1), std::nullopt);
}

TEST(Regex, IsAnchoredByTheCallerOrByItsOption) {
  const Regex regex = made("b");
  EXPECT_EQ(found(regex, "ab", 0, true), std::nullopt);
  EXPECT_THAT(found(regex, "ab", 1, true), Optional(Span{1, 2}));
  RegexOptions options;
  options.anchored = true;
  EXPECT_EQ(found(made("b", options), "ab"), std::nullopt);
  EXPECT_THAT(found(made("b", options), "ab", 1), Optional(Span{1, 2}));
}

TEST(Regex, HasTheOptionsOfItsLetters) {
  RegexOptions nocase;
  nocase.nocase = true;
  EXPECT_TRUE(found(made("AbC", nocase), "xabc"));
  EXPECT_FALSE(found(made("AbC"), "xabc"));
  RegexOptions dot_all;
  dot_all.dot_all = true;
  EXPECT_TRUE(found(made("a.b", dot_all), "a\nb"));
  EXPECT_FALSE(found(made("a.b"), "a\nb"));
  RegexOptions multi_line;
  multi_line.multi_line = true;
  EXPECT_TRUE(found(made("^b$", multi_line), "a\nb\nc"));
  EXPECT_FALSE(found(made("^b$"), "a\nb\nc"));
  RegexOptions extended;
  extended.extended = true;
  EXPECT_TRUE(found(made("a b # both", extended), "ab"));
  EXPECT_FALSE(found(made("a b"), "ab"));
  RegexOptions dollar_end;
  dollar_end.dollar_end = true;
  EXPECT_FALSE(found(made("a$", dollar_end), "a\n"));
  EXPECT_TRUE(found(made("a$"), "a\n"));
  RegexOptions ungreedy;
  ungreedy.ungreedy = true;
  EXPECT_THAT(found(made("a+", ungreedy), "aaa"), Optional(Span{0, 1}));
}

TEST(Regex, TakesAnyByteAndNoEncoding) {
  const Regex regex = made("\\xff\\x00.");
  EXPECT_THAT(found(regex, std::string_view("\xfe\xff\0\x80", 4)), Optional(Span{1, 4}));
  EXPECT_FALSE(Regex::compile("(*UTF)a", {}));
}

TEST(Regex, MayMatchNothing) {
  EXPECT_THAT(found(made("x*"), "aa", 1), Optional(Span{1, 1}));
  EXPECT_THAT(found(made("x*"), std::string_view()), Optional(Span{0, 0}));
  EXPECT_THAT(found(made("x*"), "aa", 2), Optional(Span{2, 2}));
}

TEST(Regex, MayMoveItsStart) {
  EXPECT_THAT(found(made("a\\Kb"), "xab"), Optional(Span{2, 3}));
  EXPECT_FALSE(Regex::compile("(?=ab\\K)", {}));
}

TEST(Regex, ThatIsWrongIsRefusedWithThePlace) {
  const auto regex = Regex::compile("ab(c", {});
  ASSERT_FALSE(regex);
  EXPECT_EQ(regex.error().kind, ErrorKind::bad_input);
  EXPECT_EQ(regex.error().offset, 4u);
  EXPECT_THAT(regex.error().what, HasSubstr("byte 4"));
}

TEST(Regex, ThatIsTooLargeIsRefused) {
  // Long by a comment: what is compiled has a limit of its own.
  const std::string longest = "(?#" + std::string((64 << 10) - 5, 'x') + ")a";
  EXPECT_TRUE(Regex::compile(longest, {}));
  const auto longer = Regex::compile(longest + "a", {});
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().kind, ErrorKind::refused);
  // Short to write, large when compiled.
  const auto grown = Regex::compile("((a{1,255}){1,255}){1,255}", {});
  ASSERT_FALSE(grown);
  EXPECT_FALSE(Regex::compile(std::string(1000, '(') + std::string(1000, ')'), {}));
}

TEST(Regex, ThatExplodesEndsAtItsLimit) {
  const Regex regex = made("(a+)+$");
  const std::string text = std::string(5000, 'a') + "b";
  const auto out = regex.find(as_bytes(text), 0, true);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().kind, ErrorKind::budget_spent);
}

TEST(Regex, LowersItsLimitsByOption) {
  RegexOptions options;
  options.match_limit = 10;
  const std::string text = std::string(200, 'a') + "b";
  const auto out = made("(a|aa)+$", options).find(as_bytes(text), 0, true);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().kind, ErrorKind::budget_spent);
}

/// From here on memory cannot be mapped to be executed.
bool forbid_machine_code() {
  constexpr auto word = static_cast<std::uint32_t>(offsetof(seccomp_data, args[2]));
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, word),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter = {6, program};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

[[noreturn]] void match_without_machine_code() {
  if (!forbid_machine_code()) _exit(1);
  RegexOptions options;
  options.jit = true;
  const auto regex = Regex::compile("(a+)b", options);
  if (!regex || regex->jit()) _exit(2);
  const auto out = regex->find(as_bytes(std::string_view("xaab")), 0, false);
  if (!out || *out != Span{1, 4}) _exit(3);
  const auto limited = Regex::compile("(a+)+$", {});
  const std::string text = std::string(5000, 'a') + "b";
  const auto spent = limited->find(as_bytes(text), 0, true);
  _exit(!spent && spent.error().kind == ErrorKind::budget_spent ? 0 : 4);
}

// Where no memory may be executable it is interpreted, to the same matches.
TEST(Regex, WorksWithoutMachineCode) {
  // First of all: memory that was made executable before would be used again.
  const pid_t child = fork();
  if (child == 0) match_without_machine_code();
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  RegexOptions options;
  options.jit = true;
  EXPECT_TRUE(made("a", options).jit());
  EXPECT_THAT(found(made("a+", options), "xaa"), Optional(Span{1, 3}));
  EXPECT_FALSE(made("a").jit());
}

/// By slices, paying `steps` in all.
Result<std::optional<Span>> sliced(const Regex& regex, std::string_view text, std::uint64_t& steps,
                                   std::uint64_t most = 1'000'000'000) {
  steps = 0;
  return regex.find(as_bytes(text), 0, false, [&](std::uint64_t more) {
    steps += more;
    return steps <= most;
  });
}

TEST(Regex, FindsTheSameInSlices) {
  std::string text(300'000, 'a');
  text.replace(200'001, 4, "xbyx");
  std::uint64_t steps = 0;
  for (const std::string& expression : std::vector<std::string>{
           "b", "(?<=x)b", "^b", "^a", "\\Gb", "b|y", "x.*x$", "x.*x", "a{4000}b", "a$", "z", ""}) {
    for (const bool multi_line : {false, true}) {
      RegexOptions options;
      options.multi_line = multi_line;
      const Regex regex = made(expression, options);
      const auto whole = regex.find(as_bytes(std::string_view(text)), 0, false);
      const auto parts = sliced(regex, text, steps);
      if (!whole) continue;
      ASSERT_TRUE(parts) << expression << ": " << parts.error().what;
      EXPECT_EQ(*parts, *whole) << expression;
    }
  }
}

TEST(Regex, AsksForPaymentWhileItSearches) {
  // At each place the library's own limit counts anew. Without the Q it would not begin at all.
  const Regex regex = made("(?:a|a|a){8}[x-z]Q");
  const std::string text = std::string(300'000, 'a') + "Q";
  std::uint64_t steps = 0;
  const auto found = sliced(regex, text, steps, 100'000);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::budget_spent);
  EXPECT_LT(steps, 200'000u);
}

TEST(Regex, PaysForTheBytesItAdvances) {
  const Regex regex = made("aa");
  const std::string text(1 << 20, 'a');
  std::uint64_t steps = 0;
  ASSERT_TRUE(sliced(regex, text, steps));
  EXPECT_LT(steps, 10u);
}

TEST(Regex, TellsAHardPlaceInSlicesToo) {
  const Regex regex = made("(a|aa)+[0-9]");
  std::uint64_t steps = 0;
  const auto found = sliced(regex, std::string(10'000, '.') + std::string(64, 'a'), steps);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::budget_spent);
}

}  // namespace
}  // namespace antidotary::match

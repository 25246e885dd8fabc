// Views: the forms that rules for text and HTML are held against.
#include "unpack/views/views.h"

#include <gtest/gtest.h>

#include "unpack/views/html.h"
#include "unpack/views/script.h"
#include "unpack/views/text.h"

namespace antidotary::unpack {
namespace {

using namespace std::string_view_literals;

std::string text_of(std::string_view text) { return to_string(text_view(as_bytes(text))); }

TEST(TextView, MakesLettersSmallAndRunsOfWhiteSpaceOneBlank) {
  EXPECT_EQ(text_of("Hello  World\r\n\t[`{@Z\x0b\x0c"), "hello world [`{@z ");
  EXPECT_EQ(text_of("  lead\n\n"), " lead ");
}

TEST(TextView, LeavesOutWhatIsNotPrintableAscii) {
  EXPECT_EQ(text_of("a\x01"
                    "b\xc3\xa9"
                    "c\x7f"
                    "d"),
            "abc\x7f"
            "d");
  EXPECT_EQ(text_of("a \x01 b \xe9\n c"), "a b c");  // what is left out parts no blanks
  EXPECT_EQ(text_of("\xff\xfeH\0i\0 \0 \0!\0"sv), "hi !");
  EXPECT_EQ(text_of(""), "");
}

TEST(Views, GivesTextItsView) {
  Budget budget;
  const auto all = views("CL_TYPE_TEXT_UTF16LE", as_bytes("A\0 \0 \0b\0"sv), budget);
  ASSERT_EQ(all.all.size(), 1u);
  EXPECT_FALSE(all.cut);
  EXPECT_EQ(all.all[0].target, ViewTarget::text);
  EXPECT_EQ(all.all[0].name, "text");
  EXPECT_EQ(to_string(all.all[0].bytes), "a b");
}

TEST(Views, GivesOtherTypesNone) {
  Budget budget;
  EXPECT_TRUE(views("CL_TYPE_MSEXE", as_bytes("MZ text"sv), budget).all.empty());
  EXPECT_TRUE(views("CL_TYPE_MAIL", as_bytes("From a"sv), budget).all.empty());
}

TEST(Views, ShowsTheBeginningOfTextThatIsTooLargeAndSaysSo) {
  Budget budget;
  const Buffer large(text_bytes_max + 1, std::byte{'a'});
  const Views cut = views("CL_TYPE_TEXT_ASCII", large, budget);
  ASSERT_EQ(cut.all.size(), 1u);
  EXPECT_EQ(cut.all[0].bytes.size(), text_bytes_max);
  ASSERT_TRUE(cut.cut);
  EXPECT_EQ(cut.cut->kind, ErrorKind::budget_spent);
  EXPECT_FALSE(views("CL_TYPE_TEXT_ASCII", Bytes(large).first(text_bytes_max), budget).cut);
}

TEST(HtmlViews, DropCommentsAndMakeOneLineOfSmallLetters) {
  const auto plain = [](std::string_view html) {
    return to_string(html_views(as_bytes(html)).nocomment);
  };
  EXPECT_EQ(plain("<HTML>\n <Body  Class = 'A  b'>Hello<!-- not here -->  World"),
            "<html><body class=\"a b\">helloworld");
  EXPECT_EQ(plain("<!DOCTYPE html><p>a &amp; &#66;&unknown;"), "<p>a & b&unknown;");
  EXPECT_EQ(plain("<!--[if IE]><b>x</b><![endif]-->"), "<b>x</b>");
  EXPECT_EQ(plain("<p>a<!-- x > y --> b"), "<p>ay --> b");  // ends at the first '>'
  EXPECT_EQ(plain("<p>a<!--[if IE]><!-- x --> y<![endif]-->"), "<p>ay");
  EXPECT_EQ(plain("<script>var a = 'B';</script>"), "<script>vara=\"b\";</script>");
  EXPECT_EQ(plain("<img src='data:image/png;base64,AAAA'>"), "<img src=\"data\">");
}

TEST(HtmlViews, ShowTheTextAloneWithTheAddressesOfLinks) {
  const auto text = [](std::string_view html) {
    return to_string(html_views(as_bytes(html)).notags);
  };
  EXPECT_EQ(text("<p>Hello <b>Dear</b>&nbsp;User</p>"), " hello dear user ");
  EXPECT_EQ(text("<a href=\"http://Example.org/A\">here</a>"), " http://Example.org/A here ");
  EXPECT_EQ(text("<script>hidden()</script>shown"), " shown");
}

TEST(HtmlViews, EndWhereTheirInputDoes) {
  for (const std::string_view html :
       {"<", "<a", "<a href", "<a href=", "<a href=\"", "<!--", "<!", "&", "&#", "&#x;", "<script>",
        "<style>a", "<img src='data:", "<a href=x"}) {
    for (std::size_t size = 0; size <= html.size(); ++size) {
      const Bytes cut = as_bytes(html.substr(0, size));
      EXPECT_LE(html_views(cut).nocomment.size(), size + 1) << html;
      EXPECT_LE(html_views(cut).notags.size(), size + 2) << html;
    }
  }
}

TEST(HtmlViews, DecodeEntitiesAsClamscanShowsThem) {
  const auto plain = [](std::string_view html) {
    return to_string(html_views(as_bytes(html)).nocomment);
  };
  EXPECT_EQ(plain("&#65;&#65b&AMP;&euro;&#8364;&eacute;."), "aAb&amp;&#x20ac;&#x20ac;\xe9.");
  EXPECT_EQ(plain("<p a=\"&lt;b&#66;\">"), "<p a=\"<bb\">");
}

TEST(HtmlViews, ReadValuesUpToTheirFirstBlankAsQuoted) {
  const auto plain = [](std::string_view html) {
    return to_string(html_views(as_bytes(html)).nocomment);
  };
  EXPECT_EQ(plain("<p a='b'/>"), "<p a=\"b\" />");
  EXPECT_EQ(plain("<p a=\"b c'd\" e>"), "<p a=\"b c\"d\" e>");
  EXPECT_EQ(plain("<p a=\"x > y\">"), "<p a=\"x >y\">");
  EXPECT_EQ(plain("a\0b"sv), "ab");
}

TEST(HtmlViews, ShowOtherAlphabetsFullStopsAsOne) {
  const HtmlViews views =
      html_views(as_bytes("evil\xe3\x80\x82"
                          "example "sv));
  EXPECT_EQ(to_string(views.nocomment), "evil.example");
  EXPECT_EQ(to_string(views.notags), "evil.example ");
}

std::string script_of(std::string_view html) {
  const HtmlViews views = html_views(as_bytes(html));
  return to_string(script_view(views.scripts));
}

TEST(ScriptView, NumbersDeclaredNamesByScope) {
  EXPECT_EQ(script_of("<script>var a,b;function f(x,y){var c=1;return x+c}f(a,b)</script>"),
            "<script>var n000,n001;function n002(n003,n004){var n005=1;return n003+n005}"
            "f(n000,n001)</script>");
  EXPECT_EQ(script_of("<script>var a; var a; b.a=a</script>"),
            "<script>var n001;var n001;b.a=n001</script>");
}

TEST(ScriptView, KeepsNoWhiteSpaceButBetweenWords) {
  EXPECT_EQ(script_of("<script>a  = 'B c' //d e\n + 0x10 ;</script>"),
            "<script>a=\"b c\"e+0 x10;</script>");
  EXPECT_EQ(script_of("<script>2147483648 1.50 2.5e3</script>"),
            "<script>-2147483648 1.5 2500</script>");
}

TEST(ScriptView, OpensCallsOfConstants) {
  EXPECT_EQ(script_of("<script>x=unescape('%41%u0042');</script>"), "<script>x=\"ab\";</script>");
  EXPECT_EQ(script_of("<script>eval('var x=1;x;');</script>"), "<script>var n000=1;n000;</script>");
  EXPECT_EQ(script_of("<script>function(p,a,c,k,e,d){x}('0 1(\"2\")',3,3,'alert|b|c'"
                      ".split('|'),0,{})</script>"),
            "<script>function(n000,n001,n002,n003,n004,n005){x}(alert b(\"c\"))</script>");
}

TEST(ScriptView, TakesBoundedTimeAndSpaceOverWhatNests) {
  for (const std::string_view piece :
       {"function f(", "{", "eval('", "unescape(", "var a,", "[", "a.", "\\u", "'\\"}) {
    std::string html = "<html><script>";
    while (html.size() < 1 << 20) html += piece;
    EXPECT_LE(script_of(html).size(), 24 * html.size()) << piece;
  }
}

TEST(Views, GivesScriptsToRulesForHtmlAndForText) {
  Budget budget;
  const auto all = views("CL_TYPE_HTML", as_bytes("<script>A</script>"sv), budget).all;
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[2].name, "javascript");
  EXPECT_EQ(all[2].target, ViewTarget::text);
  EXPECT_EQ(all[3].target, ViewTarget::html);
}

TEST(Views, GivesHtmlTwo) {
  Budget budget;
  const auto all = views("CL_TYPE_HTML", as_bytes("<p>A</p>"sv), budget).all;
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "nocomment.html");
  EXPECT_EQ(all[1].name, "notags.html");
  EXPECT_EQ(all[0].target, ViewTarget::html);
}

TEST(Views, StopsWhereThePurseIsEmpty) {
  Limits limits;
  limits.steps_max = 10;
  Budget budget(limits);
  EXPECT_TRUE(views("CL_TYPE_TEXT_ASCII", as_bytes("longer than ten"sv), budget).cut);
  EXPECT_EQ(budget.spent(), Limit::steps);
}

// Where each '&' or '<' looked for its end in all that follows, this would take hours.
TEST(HtmlViews, TakeOnePassOverWhatNeverEnds) {
  for (const std::string_view piece : {"&", "&#", "<", "<!", "<script", "<a href='", "<style>&"}) {
    std::string html = "<html>";
    while (html.size() < 8 << 20) html += piece;
    const Bytes bytes = as_bytes(std::string_view(html));
    EXPECT_LE(html_views(bytes).nocomment.size(), html.size() + 1) << piece;
    EXPECT_LE(html_views(bytes).notags.size(), html.size() + 1) << piece;
  }
}

}  // namespace
}  // namespace antidotary::unpack

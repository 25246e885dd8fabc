// Method: small Markdown and the sample's pages, searched for what a reader's browser would do.
#include "publish/html/html.h"

#include <gmock/gmock.h>

#include "publish/html/markup.h"
#include "publish/sample.h"

namespace antidotary::publish {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Markup, ShowsPicturesAsLinksThatLoadNothing) {
  const entries::Encyclopedia encyclopedia = sample_encyclopedia();
  const Place place(encyclopedia, "win32/example.html");
  const std::string link = "<a href=\"https://example.org/p.png\">words</a>";
  EXPECT_THAT(place.markdown("![words](https://example.org/p.png)"), HasSubstr(link));
  EXPECT_THAT(place.markdown("![](https://example.org/p.png)"), HasSubstr(">picture</a>"));
  for (const std::string text :
       {"![w](https://example.org/p.png)", "[![w](https://e.org/p.png)](https://e.org)",
        "![a [b](https://e.org/b) ![c](https://e.org/c.png)](https://e.org/p.png)",
        "![w][1]\n\n[1]: https://e.org/p.png"}) {
    const std::string html = place.markdown(text);
    EXPECT_THAT(html, Not(HasSubstr("<img"))) << text;
    const std::size_t first = html.find("<a ");
    const std::size_t second = html.find("<a ", first + 1);
    EXPECT_TRUE(second == std::string::npos || html.find("</a>") < second) << html;
  }
}

TEST(HtmlPage, ByItselfMayLoadNothing) {
  const entries::Encyclopedia encyclopedia = sample_encyclopedia();
  Subject subject;
  subject.entry = encyclopedia.find("win32/example");
  ASSERT_NE(subject.entry, nullptr);
  EXPECT_THAT(html_page(encyclopedia, subject), HasSubstr("default-src 'none'"));
}

TEST(Site, MissingPageStandsAtAnyDepth) {
  const entries::Encyclopedia encyclopedia = sample_encyclopedia();
  SiteOptions options;
  options.address = "https://example.org/book";
  for (const SiteFile& file : site(encyclopedia, options)) {
    if (file.path != "404.html") continue;
    EXPECT_THAT(file.text, HasSubstr("<style>"));
    EXPECT_THAT(file.text, Not(HasSubstr("rel=\"stylesheet\"")));
    EXPECT_THAT(file.text, HasSubstr("href=\"https://example.org/book/a-z.html\""));
    EXPECT_THAT(file.text, Not(HasSubstr("href=\"a-z.html\"")));
    return;
  }
  FAIL() << "no 404.html";
}

}  // namespace
}  // namespace antidotary::publish

#include "scan/page.h"

#include <gtest/gtest.h>

namespace antidotary::scan {
namespace {

using namespace std::string_view_literals;

TEST(Page, OnlyShowsWhatMailIsFullOf) {
  for (const std::string_view one :
       {""sv, "hello"sv,
        // What a phone writes behind an attachment.
        "<html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"></head>"
        "<body dir=\"auto\"><div><br></div><div>Sent from my iPhone</div></body></html>"sv,
        "<html><head><style>v\\:* {behavior:url(#default#VML);}</style></head><body>"
        "<a href=\"https://www.example.com\">our site</a> <img src=\"cid:1\"></body></html>"sv,
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><rect width=\"1\"/><image "
        "href=\"data:image/png;base64,AAAA\"/></svg>"sv,
        "Data: 12.3.2026, once = twice, one=1, on = off"sv, "<p>&#8230; on the form</p>"sv}) {
    EXPECT_FALSE(acts(as_bytes(one))) << one;
  }
}

TEST(Page, ActsWhereItRunsLoadsSendsOrStarts) {
  for (const std::string_view one : {"<SCRIPT>x</SCRIPT>"sv,
                                     "<script/src=x>"sv,
                                     "<svg:script>"sv,
                                     "<svg/onload=x>"sv,
                                     "<body\fonload =\nx>"sv,
                                     "<img alt=\"x\"onerror=\"x\">"sv,
                                     "<iframe src=x>"sv,
                                     "<form action=\"https://x\">"sv,
                                     "<meta http-equiv=\"Refresh\" content=\"0;url=x\">"sv,
                                     "<object data=x>"sv,
                                     "<embed src=x>"sv,
                                     "<a href=\"JavaScript:x\">"sv,
                                     "<a href=\"&#106;avascript:x\">"sv,
                                     "<a href=\"java&Tab;script:x\">"sv,
                                     "<a href='data:text/html;base64,AAAA'>"sv,
                                     "<img src=\"file://host/x\">"sv,
                                     "<p style=\"behavior:url(x.htc)\">"sv,
                                     "<!DOCTYPE svg [<!ENTITY x \"y\">]>"sv,
                                     "<?xml-stylesheet href=\"x\"?>"sv,
                                     "<animate attributeName=\"href\" to=\"x\"/>"sv,
                                     "<\0s\0c\0r\0i\0p\0t\0>"sv}) {
    EXPECT_TRUE(acts(as_bytes(one))) << one;
  }
}

}  // namespace
}  // namespace antidotary::scan

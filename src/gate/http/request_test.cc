#include "gate/http/request.h"

#include <gmock/gmock.h>

namespace antidotary::gate::http {
namespace {

std::optional<Request> read(HeadReader& reader, std::string_view text) {
  reader.feed(as_bytes(text));
  return reader.next();
}
int refusal_of(std::string_view text) {
  HeadReader reader;
  EXPECT_FALSE(read(reader, text)) << text;
  return reader.refusal();
}

TEST(HttpRequest, IsReadHoweverItComes) {
  const std::string text =
      "POST /scan?x=1 HTTP/1.1\r\nHost: a\r\nCONTENT-length: 5\r\nExpect: "
      "100-continue\r\n\r\nhello";
  for (std::size_t cut = 0; cut < text.size() - 5; ++cut) {
    HeadReader reader;
    auto request = read(reader, text.substr(0, cut));
    EXPECT_FALSE(request) << cut;
    request = read(reader, text.substr(cut));
    ASSERT_TRUE(request) << cut;
    EXPECT_EQ(request->method, "POST");
    EXPECT_EQ(request->path, "/scan");
    EXPECT_EQ(request->body_bytes, 5u);
    EXPECT_TRUE(request->awaits_continue);
    EXPECT_TRUE(request->keep_alive);
    EXPECT_EQ(reader.take(100), "hello");
  }
}

TEST(HttpRequest, KnowsWhenAConnectionEnds) {
  HeadReader reader;
  EXPECT_FALSE(read(reader, "GET / HTTP/1.0\r\n\r\n")->keep_alive);
  const auto keeps = [&reader](const std::string& words) {
    return read(reader, "GET / HTTP/1.1\r\nHost: a\r\nConnection: " + words + "\r\n\r\n")
        ->keep_alive;
  };
  EXPECT_FALSE(keeps("Close"));
  EXPECT_FALSE(keeps("te, close"));
  EXPECT_TRUE(keeps("te"));
}

int refusal_of_post(std::string_view field) {
  return refusal_of(fmt::format("POST / HTTP/1.1\r\nHost: a\r\n{}\r\n\r\n", field));
}

TEST(HttpRequest, IsRefusedWhereItCouldBeReadInTwoWays) {
  EXPECT_EQ(refusal_of_post("Content-Length: 1\r\nContent-Length: 2"), 400);
  EXPECT_EQ(refusal_of_post("Content-Length: 1\r\nContent-Length: 1"), 400);
  EXPECT_EQ(refusal_of_post("Content-Length: 1, 1"), 400);
  EXPECT_EQ(refusal_of_post("Content-Length: +1"), 400);
  EXPECT_EQ(refusal_of_post("Content-Length:"), 400);
  EXPECT_EQ(refusal_of_post("Content-Length: 99999999999999999999"), 400);
  EXPECT_EQ(refusal_of_post("Transfer-Encoding: chunked"), 411);
  EXPECT_EQ(refusal_of_post("Content-Length: 1\r\nTransfer-Encoding:"), 411);
  EXPECT_EQ(refusal_of_post("Expect: more"), 501);
  EXPECT_EQ(refusal_of_post("A : b"), 400) << "heads are read by read_head";
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/2\r\n\r\n"), 505);
  EXPECT_EQ(refusal_of(std::string(head_bytes_max, 'a')), 431);
}

TEST(HttpResponse, SaysItsLength) {
  EXPECT_THAT(wire_form({200, "text/plain", "ok\n"}, true),
              testing::AllOf(testing::StartsWith("HTTP/1.1 200 OK\r\n"),
                             testing::HasSubstr("Content-Length: 3\r\n"),
                             testing::EndsWith("\r\n\r\nok\n")));
  EXPECT_THAT(wire_form(refused(404, "no \"such\" page"), false),
              testing::EndsWith("{\"error\":\"no \\\"such\\\" page\"}\n"));
}

}  // namespace
}  // namespace antidotary::gate::http

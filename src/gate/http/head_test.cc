// Method: heads written out whole, each with the sentence of RFC 9112 that it obeys or breaks.
#include "gate/http/head.h"

#include <gtest/gtest.h>

namespace antidotary::gate::http {
namespace {

constexpr std::string_view good =
    "GET /win32/mimail.html?q=a%20b HTTP/1.1\r\n"
    "Host: 127.0.0.1:8034\r\n"
    "X-Blank: \t two words \t\r\n"
    "\r\n";

ErrorKind refusal(const std::string& head) {
  const auto read = read_head(head);
  return read ? ErrorKind::internal : read.error().kind;
}

std::string with_line(const std::string& line) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n";
}

TEST(HttpHead, ReadsLineAndFields) {
  const auto head = read_head(good);
  ASSERT_TRUE(head.has_value()) << head.error().what;
  EXPECT_EQ(head->method, "GET");
  EXPECT_EQ(head->path, "/win32/mimail.html");
  EXPECT_EQ(head->query, "q=a%20b");
  EXPECT_EQ(head->host, "127.0.0.1:8034");
  EXPECT_EQ(head->field("x-blank"), "two words");
  EXPECT_EQ(head->field("none"), "");
}

TEST(HttpHead, KnowsWhereItEnds) {
  EXPECT_EQ(head_size(std::string(good) + "body"), good.size());
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(head_size(good.substr(0, size)), 0U) << size;
    EXPECT_EQ(refusal(std::string(good.substr(0, size))), ErrorKind::malformed) << size;
  }
}

TEST(HttpHead, RefusesTargetsThatAreNoPath) {
  for (const char* target : {"http://example.org/", "*", "example.org:80", "//example.org/", ""}) {
    EXPECT_EQ(refusal(std::string("GET ") + target + " HTTP/1.1\r\nHost: a\r\n\r\n"),
              ErrorKind::malformed)
        << target;
  }
}

TEST(HttpHead, SpeaksNoOtherVersion) {
  EXPECT_EQ(refusal("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), ErrorKind::unsupported);
  EXPECT_EQ(refusal("GET / http/1.1\r\nHost: a\r\n\r\n"), ErrorKind::unsupported);
  EXPECT_EQ(refusal("GET /\r\n\r\n"), ErrorKind::malformed);  // HTTP/0.9
}

TEST(HttpHead, WantsHostOnceButInTheOldVersion) {
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\n\r\n"), ErrorKind::malformed);
  EXPECT_EQ(refusal(with_line("host: b")), ErrorKind::malformed);
  EXPECT_TRUE(read_head("GET / HTTP/1.0\r\n\r\n").has_value());
}

TEST(HttpHead, RefusesWhatHasBeenUsedToSmuggle) {
  EXPECT_EQ(refusal(with_line("Name : value")), ErrorKind::malformed);   // 5.1
  EXPECT_EQ(refusal(with_line(" folded")), ErrorKind::malformed);        // 5.2
  EXPECT_EQ(refusal(with_line("no colon")), ErrorKind::malformed);       // 5
  EXPECT_EQ(refusal(with_line("A: b\nHost: c")), ErrorKind::malformed);  // a bare LF
  EXPECT_EQ(refusal(with_line("A: b\rc")), ErrorKind::malformed);        // a bare CR
  EXPECT_EQ(refusal(with_line(std::string("A: \0", 4))), ErrorKind::malformed);
  EXPECT_EQ(refusal(with_line(": empty name")), ErrorKind::malformed);
}

TEST(HttpHead, TellsThisHostFromNamesThatPointAtIt) {
  for (const char* host : {"localhost", "LOCALHOST:80", "127.0.0.1:8080", "127.0.0.2", "[::1]",
                           "[::1]:8080", "localhost:"}) {
    EXPECT_TRUE(names_this_host(host)) << host;
  }
  for (const char* host :
       {"", "example.org", "127.0.0.1.example.org:8080", "127.example.org", "localhost.example.org",
        "[::1].example.org", "[::1", "10.0.0.1", "localhost:80.example.org"}) {
    EXPECT_FALSE(names_this_host(host)) << host;
  }
}

TEST(HttpHead, TellsThisPortOfThisHostFromOthers) {
  for (const char* host : {"127.0.0.1:8034", "localhost:8034", "LocalHost:8034", "[::1]:8034"}) {
    EXPECT_TRUE(names_this_host(host, 8034)) << host;
  }
  for (const char* host : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:80", "localhost",
                           "localhost:", "example.org:8034", "127.0.0.1.example.org:8034",
                           "localhost:80340", "localhost:8034:8034", "[::1]8034"}) {
    EXPECT_FALSE(names_this_host(host, 8034)) << host;
  }
  EXPECT_TRUE(names_this_host("127.0.0.1", 80));
  EXPECT_TRUE(names_this_host("127.0.0.1:", 80));
}

TEST(HttpHead, HasItsLimits) {
  std::string fields;
  for (std::size_t i = 1; i < fields_max; ++i) fields += "A: b\r\n";
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n" + fields;
  EXPECT_TRUE(read_head(head + "\r\n").has_value());
  EXPECT_EQ(refusal(head + "A: b\r\n\r\n"), ErrorKind::budget_spent);
  const std::string_view around = "GET / HTTP/1.0\r\nA: \r\n\r\n";
  const std::string longest =
      "GET / HTTP/1.0\r\nA: " + std::string(head_bytes_max - around.size(), 'x') + "\r\n\r\n";
  EXPECT_TRUE(read_head(longest).has_value());
  EXPECT_EQ(refusal("x" + longest), ErrorKind::budget_spent);
}

}  // namespace
}  // namespace antidotary::gate::http

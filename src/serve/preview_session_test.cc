// Method: the Host field is the wall against a page of the web that points its name at us.
#include "serve/preview_session.h"

#include <gtest/gtest.h>

namespace antidotary::serve {
namespace {

TEST(PreviewSession, KnowsOnlyLoopbackHostsWithItsPort) {
  EXPECT_TRUE(is_loopback_host("127.0.0.1:8034", 8034));
  EXPECT_TRUE(is_loopback_host("localhost:8034", 8034));
  EXPECT_TRUE(is_loopback_host("127.0.0.1", 80));
  for (const char* host : {"", "127.0.0.1", "127.0.0.1:80", "localhost", "example.org:8034",
                           "127.0.0.1.example.org:8034", "localhost:80340", "127.0.0.2:8034"}) {
    EXPECT_FALSE(is_loopback_host(host, 8034)) << host;
  }
}

}  // namespace
}  // namespace antidotary::serve

#include "host/doubts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/fake_tree.h"

namespace antidotary::host {
namespace {

bool holds_session(std::string_view bytes) {
  FakeTree tree;
  tree.file("Hiberfil.sys", bytes);
  return is_hibernated(tree);
}

TEST(Hibernation, IsToldFromTheFirstFourBytes) {
  for (const char* magic : {"hibr", "HIBR", "rstr", "RSTR"}) {
    EXPECT_TRUE(holds_session(std::string(magic) + "and a session")) << magic;
  }
  EXPECT_FALSE(holds_session("wake, and what was"));
  EXPECT_FALSE(holds_session(std::string(4096, '\0')));
  EXPECT_FALSE(holds_session(""));
  FakeTree none;
  none.folder("hiberfil.sys");
  EXPECT_FALSE(is_hibernated(none));
}

// What nobody knows is not written to.
TEST(Hibernation, IsSupposedWhereNothingCanBeRead) {
  FakeTree closed;
  closed.file("hiberfil.sys", "wake").refuse("hiberfil.sys", ErrorKind::io);
  EXPECT_TRUE(is_hibernated(closed));
  FakeTree link;
  link.link("hiberfil.sys");
  EXPECT_TRUE(is_hibernated(link));
  FakeTree damaged;
  damaged.damaged("hiberfil.sys");
  EXPECT_TRUE(is_hibernated(damaged));
  FakeTree unlisted;
  unlisted.refuse("");
  EXPECT_TRUE(is_hibernated(unlisted));
}

TEST(Hibernation, ForbidsWriting) {
  EXPECT_TRUE(may_be_written({}));
  const Status refused = may_be_written({Doubt::hibernated});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::refused);
  EXPECT_THAT(refused.error().what, testing::HasSubstr("shutdown /s"));
}

}  // namespace
}  // namespace antidotary::host

#include "serve/shares.h"

#include <gmock/gmock.h>

namespace antidotary::serve {
namespace {

std::size_t taken_by(Shares& places, const std::string& service) {
  std::size_t count = 0;
  for (; places.has(service) && count < 100; ++count) places.take(service);
  return count;
}

TEST(Shares, KeepSomeForEveryService) {
  Shares places(16);
  for (const std::string service : {"clamd", "milter", "http"}) places.reserve(service);
  EXPECT_EQ(taken_by(places, "clamd"), 12u);
  EXPECT_EQ(taken_by(places, "http"), 2u);
  EXPECT_EQ(taken_by(places, "milter"), 2u);
  places.give_back("clamd");
  EXPECT_EQ(taken_by(places, "http"), 1u) << "what nobody is owed is whose it may be";
}

TEST(Shares, AreAllOfTheOnlyServiceThatThereIs) {
  Shares places(3);
  places.reserve("clamd");
  EXPECT_EQ(taken_by(places, "clamd"), 3u);
  places.give_back("clamd");
  EXPECT_EQ(taken_by(places, "clamd"), 1u);
}

TEST(Shares, AreGivenInAnySize) {
  Shares bytes(800);
  for (const std::string service : {"clamd", "milter", "http"}) bytes.reserve(service);
  EXPECT_EQ(Shares::most_for_one(800, 3), 600u);
  EXPECT_FALSE(bytes.has("clamd", 601));
  ASSERT_TRUE(bytes.has("clamd", 600));
  bytes.take("clamd", 600);
  EXPECT_FALSE(bytes.has("clamd"));
  EXPECT_FALSE(bytes.has("milter", 101));
  EXPECT_TRUE(bytes.has("milter", 100));
  EXPECT_FALSE(bytes.has("milter", ~0ull));
  EXPECT_EQ(bytes.taken(), 600u);
}

}  // namespace
}  // namespace antidotary::serve

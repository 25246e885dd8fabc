#include "serve/places.h"

#include <gmock/gmock.h>

namespace antidotary::serve {
namespace {

std::size_t taken_by(Places& places, const std::string& service) {
  std::size_t count = 0;
  for (; places.has_one_for(service) && count < 100; ++count) places.take(service);
  return count;
}

TEST(Places, KeepSomeForEveryService) {
  Places places(16);
  for (const std::string service : {"clamd", "milter", "http"}) places.reserve(service);
  EXPECT_EQ(taken_by(places, "clamd"), 12u);
  EXPECT_EQ(taken_by(places, "http"), 2u);
  EXPECT_EQ(taken_by(places, "milter"), 2u);
  places.give_back("clamd");
  EXPECT_EQ(taken_by(places, "http"), 1u) << "what nobody is owed is whose it may be";
}

TEST(Places, AreAllOfTheOnlyServiceThatThereIs) {
  Places places(3);
  places.reserve("clamd");
  EXPECT_EQ(taken_by(places, "clamd"), 3u);
  places.give_back("clamd");
  EXPECT_EQ(taken_by(places, "clamd"), 1u);
}

}  // namespace
}  // namespace antidotary::serve

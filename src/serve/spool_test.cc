#include "serve/spool.h"

#include <gmock/gmock.h>

#include <optional>

#include "files/root.h"

namespace antidotary::serve {
namespace {

const Bytes words = as_bytes(std::string_view("0123456789"));

TEST(Spool, GivesWhatItTook) {
  SpoolSpace space(100);
  Spool spool(space, "clamd");
  ASSERT_TRUE(spool.append(words));
  ASSERT_TRUE(spool.append(words.first(2)));
  const auto shared = spool.share();
  ASSERT_TRUE(shared);
  EXPECT_FALSE(spool.append(words)) << "what is shared is sealed";
  const auto taken = spool.take();
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->size_bytes, 12u);
  EXPECT_EQ(spool.size_bytes(), 0u);
  EXPECT_EQ(files::Mapping::map(taken->descriptor.get())->bytes().size(), 12u);
}

TEST(SpoolSpace, IsSharedByAll) {
  SpoolSpace space(25);
  Spool one(space, "clamd");
  Spool other(space, "clamd");
  ASSERT_TRUE(one.append(words));
  ASSERT_TRUE(other.append(words));
  const Status full = one.append(words);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().kind, ErrorKind::budget_spent);
  EXPECT_EQ(space.taken_bytes(), 20u);
  other.clear();
  EXPECT_TRUE(one.append(words));
  EXPECT_EQ(space.taken_bytes(), 20u);
}

TEST(SpoolSpace, KeepsSomeForEveryService) {
  SpoolSpace space(80);
  for (const std::string service : {"clamd", "milter"}) space.reserve(service);
  Spool crowd(space, "clamd");
  while (crowd.append(words)) continue;
  EXPECT_EQ(space.taken_bytes(), 70u);
  Spool mail(space, "milter");
  EXPECT_TRUE(mail.append(words));
  EXPECT_FALSE(mail.append(words));
}

TEST(SpoolSpace, IsTakenAsLongAsTheObjectIsRead) {
  SpoolSpace space(10);
  auto spool = std::make_unique<Spool>(space, "clamd");
  ASSERT_TRUE(spool->append(words));
  std::optional<Spooled> taken = std::move(*spool->take());
  EXPECT_FALSE(spool->append(words)) << "the first is still there";
  spool.reset();
  EXPECT_EQ(space.taken_bytes(), 10u);
  taken.reset();
  EXPECT_EQ(space.taken_bytes(), 0u);
}

}  // namespace
}  // namespace antidotary::serve

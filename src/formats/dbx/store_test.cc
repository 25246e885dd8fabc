// Method: stores by specimens.h, whose fields bear the numbers of the format's description. No tool
// of Debian writes such a store; the writer and the reader were made from the same description.
#include "formats/dbx/store.h"

#include <gmock/gmock.h>

#include "formats/dbx/specimens.h"

namespace antidotary::dbx {
namespace {

using testing::ElementsAre;

std::vector<std::string> messages_of(const std::string& store) {
  Budget budget;
  std::vector<std::string> out;
  const auto listing = list(as_bytes(store), budget);
  if (!listing) return {listing.error().what};
  for (const auto& at : listing->messages) {
    if (!at) {
      out.push_back("-");
      continue;
    }
    const Message message = read_message(as_bytes(store), *at, 1 << 20, budget);
    out.push_back(message.error ? message.error->what : to_string(message.bytes));
  }
  if (listing->error) out.push_back(listing->error->what);
  return out;
}

void put(std::string& store, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) store[at + i] = static_cast<char>(value >> (8 * i) & 0xff);
}

std::uint32_t get(const std::string& store, std::size_t at) {
  return load_u32_le(as_bytes(store), at);
}

TEST(DbxStore, ListsItsMessagesInOrder) {
  for (const std::size_t count : {0u, 1u, 3u, 4u, 40u}) {
    StoreWriter writer;
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < count; ++i) {
      expected.push_back(std::string(i * 7, 'x') + std::to_string(i));
      writer.add(expected.back());
    }
    EXPECT_EQ(messages_of(writer.finish()), expected);
  }
}

TEST(DbxStore, KnowsAMessageOfWhichOnlyTheHeaderIsThere) {
  StoreWriter writer;
  writer.add("one");
  writer.add("two", false);
  EXPECT_THAT(messages_of(writer.finish()), ElementsAre("one", "-"));
}

TEST(DbxStore, HoldsNoMessagesWhereItIsAListOfFolders) {
  std::string store = StoreWriter().finish();
  put(store, 4, 0x6f74fdc6);
  Budget budget;
  EXPECT_FALSE(list(as_bytes(store), budget)->of_messages);
}

TEST(DbxStore, TellsATreeThatLeadsBack) {
  StoreWriter writer;
  writer.add("one");
  std::string store = writer.finish();
  const std::uint32_t root = get(store, 0xe4);
  put(store, root + 0x1c, root);
  EXPECT_THAT(messages_of(store), ElementsAre("one", "the store's tree leads back into itself"));
}

TEST(DbxStore, TellsWhatIsNotWhereItShouldBe) {
  StoreWriter writer;
  writer.add(std::string(100, 'x'));
  const std::string store = writer.finish();
  const std::uint32_t root = get(store, 0xe4);
  const std::uint32_t entry = get(store, root + 0x18);
  const std::uint32_t segment = get(store, entry + 0x14);
  for (const std::uint32_t next : {segment, 0x10u, 0xfffffff0u}) {
    std::string bent = store;
    put(bent, segment + 0x0c, next);
    EXPECT_THAT(messages_of(bent), ElementsAre(testing::StartsWith("a message "))) << next;
  }
  std::string bent = store;
  put(bent, root + 0x18, entry + 4);
  EXPECT_THAT(messages_of(bent),
              ElementsAre("-", "an entry of the store is not where it should be"));
  bent = store;
  put(bent, 0xe4, 0x7fffffff);
  EXPECT_THAT(messages_of(bent),
              ElementsAre("a node of the store's tree is not where it should be"));
  bent = store;
  put(bent, 0xc4, 2);
  EXPECT_THAT(messages_of(bent),
              ElementsAre(std::string(100, 'x'),
                          "the store's tree does not hold as many messages as stated"));
}

TEST(DbxStore, RefusesEveryTruncationOfItsHeader) {
  const std::string store = StoreWriter().finish();
  Budget budget;
  for (std::size_t size = 0; size < 0xe8; ++size) {
    EXPECT_FALSE(list(as_bytes(store).first(size), budget).has_value()) << size;
  }
}

TEST(DbxStore, StopsAtItsLimits) {
  StoreWriter writer;
  writer.add(std::string(100, 'x'));
  const std::string store = writer.finish();
  Budget budget;
  const std::uint32_t at = *list(as_bytes(store), budget)->messages.at(0);
  const Message message = read_message(as_bytes(store), at, 50, budget);
  EXPECT_EQ(message.bytes.size(), 32u);
  ASSERT_TRUE(message.error.has_value());
  EXPECT_EQ(message.error->kind, ErrorKind::budget_spent);
  Limits limits;
  limits.steps_max = 1;
  Budget little(limits);
  static_cast<void>(little.step());
  const auto listing = list(as_bytes(store), little);
  ASSERT_FALSE(listing.has_value());
  EXPECT_EQ(listing.error().kind, ErrorKind::budget_spent);
}

}  // namespace
}  // namespace antidotary::dbx

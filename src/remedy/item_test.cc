#include "remedy/item.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/digest.h"
#include "files/act.h"
#include "files/scratch.h"

namespace antidotary::remedy {
namespace {

using ::testing::HasSubstr;

constexpr auto key = octets('k', 'e', 'y');

class ItemTest : public ::testing::Test {
 protected:
  ItemTest() : folder_(::open(scratch_.path().c_str(), O_PATH | O_DIRECTORY)) {}

  Result<ItemMetadata> take(const std::string& content) {
    scratch_.file("original", content);
    ::setxattr(scratch_.path("original").c_str(), "user.note", "v", 1, 0);
    const files::Fd file(::open(scratch_.path("original").c_str(), O_RDONLY));
    ItemMetadata metadata;
    metadata.path = "WINDOWS/\xe4.exe";
    metadata.size_bytes = content.size();
    metadata.sha256 = sha256_hex(as_bytes(content));
    return write_item(folder_.get(), "x.item", file.get(), metadata, key);
  }
  Result<std::string> given_back() {
    const Item item = ANTIDOTARY_TRY(Item::open(folder_.get(), "x.item", key));
    ::unlink(scratch_.path("out").c_str());
    const files::Fd out = ANTIDOTARY_TRY(files::act::create(folder_.get(), "out", 0600));
    ANTIDOTARY_CHECK(item.write_content(out.get()));
    return files::Scratch::content(scratch_.path("out"));
  }
  bool exists(const char* name) const { return ::access(scratch_.path(name).c_str(), F_OK) == 0; }
  files::Scratch scratch_;
  files::Fd folder_;
};

TEST_F(ItemTest, GivesBackTheBytesOfFilesSmallLargeAndEmpty) {
  for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 65'537U, 200'000U}) {
    std::string content(size, 'x');
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 7 + i / 251);
    const auto taken = take(content);
    ASSERT_TRUE(taken.has_value()) << taken.error().what;
    EXPECT_EQ(given_back().value(), content) << size;
    EXPECT_FALSE(exists("x.item.new"));
  }
}

TEST_F(ItemTest, KeepsWhatIsKnownOfTheFile) {
  ASSERT_TRUE(take("content").has_value());
  const ItemMetadata metadata = Item::open(folder_.get(), "x.item", key)->metadata();
  struct stat status {};
  ASSERT_EQ(::stat(scratch_.path("original").c_str(), &status), 0);
  EXPECT_EQ(metadata.path, "WINDOWS/\xe4.exe");
  EXPECT_EQ(metadata.inode, status.st_ino);
  EXPECT_EQ(metadata.mode, status.st_mode);
  EXPECT_EQ(metadata.modified_ns, status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec);
  char value[8];
  const std::string original = scratch_.path("original");
  if (::getxattr(original.c_str(), "user.note", value, sizeof value) == 1) {
    ASSERT_EQ(metadata.attributes.size(), 1u);
    EXPECT_EQ(metadata.attributes[0].name, "user.note");
    EXPECT_EQ(as_text(metadata.attributes[0].value), "v");
  }
}

TEST_F(ItemTest, TakesNothingThatIsNotAsExpected) {
  scratch_.file("original", "content");
  const files::Fd file(::open(scratch_.path("original").c_str(), O_RDONLY));
  ItemMetadata metadata;
  metadata.size_bytes = 6;
  metadata.sha256 = sha256_hex(view_of("content", 7));
  EXPECT_EQ(write_item(folder_.get(), "x.item", file.get(), metadata, key).error().kind,
            ErrorKind::changed);
  metadata.size_bytes = 7;
  metadata.sha256 = sha256_hex({});
  EXPECT_EQ(write_item(folder_.get(), "x.item", file.get(), metadata, key).error().kind,
            ErrorKind::changed);
  EXPECT_FALSE(exists("x.item"));
  EXPECT_FALSE(exists("x.item.new"));
}

// Written to between its first reading and the end of its copy.
TEST_F(ItemTest, TakesNothingThatChangesMeanwhile) {
  bool once = true;
  files::set_checkpoint([&](const char* place) {
    if (std::string_view(place) != "create:after" || !once) return;
    once = false;
    scratch_.file("original", "CONTENT");
  });
  const auto taken = take("content");
  files::set_checkpoint(nullptr);
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().kind, ErrorKind::changed);
  EXPECT_FALSE(exists("x.item"));
  EXPECT_FALSE(exists("x.item.new"));
}

// One bit anywhere, or any truncation: never restored.
TEST_F(ItemTest, RefusesEveryChangedBitAndEveryTruncation) {
  ASSERT_TRUE(take("some content").has_value());
  const std::string whole = files::Scratch::content(scratch_.path("x.item"));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    scratch_.file("x.item", damaged);
    EXPECT_FALSE(Item::open(folder_.get(), "x.item", key).has_value()) << i;
    scratch_.file("x.item", whole.substr(0, i));
    EXPECT_FALSE(Item::open(folder_.get(), "x.item", key).has_value()) << i;
  }
  scratch_.file("x.item", whole + "x");
  EXPECT_FALSE(Item::open(folder_.get(), "x.item", key).has_value());
  scratch_.file("x.item", whole);
  EXPECT_TRUE(Item::open(folder_.get(), "x.item", key).has_value());
  EXPECT_FALSE(Item::open(folder_.get(), "x.item", octets('k')).has_value());
}

}  // namespace
}  // namespace antidotary::remedy

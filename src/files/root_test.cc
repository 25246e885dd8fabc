#include "files/root.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "core/digest.h"
#include "files/scratch.h"

namespace antidotary::files {
namespace {

TEST(Root, SaysWhyItCannotBeOpened) {
  const Scratch scratch;
  scratch.file("file", "x");
  EXPECT_EQ(Root::open(scratch.path("none")).error().kind, ErrorKind::not_found);
  EXPECT_EQ(Root::open(scratch.path("file")).error().kind, ErrorKind::bad_input);
  EXPECT_THAT(Root::open(scratch.path("none")).error().what,
              ::testing::HasSubstr(scratch.path("none")));
}

TEST(Root, KnowsItsRealPathBehindALink) {
  const Scratch scratch;
  scratch.folder("real");
  ASSERT_EQ(::symlink("real", scratch.path("alias").c_str()), 0);
  EXPECT_EQ(Root::open(scratch.path("alias"))->path(), scratch.path("real"));
}

TEST(Root, GoesOnInTheFolderThatItOpenedWhenTheNameIsSwapped) {
  const Scratch scratch;
  scratch.file("tree/file", "ours");
  scratch.file("other/file", "theirs");
  const Root root = Root::open(scratch.path("tree")).value();
  ASSERT_EQ(::rename(scratch.path("tree").c_str(), scratch.path("moved").c_str()), 0);
  ASSERT_EQ(::rename(scratch.path("other").c_str(), scratch.path("tree").c_str()), 0);
  const Fd file = root.open_file("file").value();
  EXPECT_EQ(to_string(read_whole(file.get(), 100).value()), "ours");
}

TEST(Root, OpensOnlyRegularFilesAsFiles) {
  const Scratch scratch;
  scratch.folder("tree/folder");
  ASSERT_EQ(::mkfifo(scratch.path("tree/pipe").c_str(), 0600), 0);
  const Root root = Root::open(scratch.path("tree")).value();
  EXPECT_EQ(root.open_file("folder").error().kind, ErrorKind::refused);
  EXPECT_EQ(root.open_file("pipe").error().kind, ErrorKind::refused);
  EXPECT_EQ(root.open_file("none").error().kind, ErrorKind::not_found);
}

TEST(Root, ReadsWithoutMovingTheAccessTime) {
  const Scratch scratch;
  const std::string path = scratch.file("tree/file", "content");
  const timespec long_ago[2] = {{1'000'000, 5}, {2'000'000, 7}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), long_ago, 0), 0);
  const Root root = Root::open(scratch.path("tree")).value();
  const Fd file = root.open_file("file").value();
  ASSERT_TRUE(read_whole(file.get(), 100).has_value());
  const Stat stat = stat_of(file.get()).value();
  EXPECT_EQ(stat.accessed_unix_ns, 1'000'000'000'000'005);
  EXPECT_EQ(stat.modified_unix_ns, 2'000'000'000'000'007);
}

TEST(Root, ListsNodesOfEveryKindAndFollowsNoLink) {
  const Scratch scratch;
  scratch.file("tree/d/file", "12345");
  scratch.folder("tree/d/folder");
  ASSERT_EQ(::symlink("/etc/passwd", scratch.path("tree/d/link").c_str()), 0);
  ASSERT_EQ(::mkfifo(scratch.path("tree/d/pipe").c_str(), 0600), 0);
  const Root root = Root::open(scratch.path("tree")).value();
  auto nodes = root.list("d").value();
  std::sort(nodes.begin(), nodes.end(),
            [](const Named& a, const Named& b) { return a.name < b.name; });
  ASSERT_EQ(nodes.size(), 4u);
  EXPECT_EQ(nodes[0].stat.kind, Kind::file);
  EXPECT_EQ(nodes[0].stat.size_bytes, 5u);
  EXPECT_EQ(nodes[1].stat.kind, Kind::directory);
  EXPECT_EQ(nodes[2].stat.kind, Kind::link);
  EXPECT_EQ(nodes[3].stat.kind, Kind::other);
  EXPECT_EQ(root.list("d", 3).error().kind, ErrorKind::budget_spent);
  EXPECT_TRUE(root.list("d", 4).has_value());
  EXPECT_EQ(root.list("d/link").error().kind, ErrorKind::refused);
}

TEST(Root, SplitsAPathIntoParentAndLastName) {
  const Scratch scratch;
  scratch.file("tree/a/b", "x");
  const Root root = Root::open(scratch.path("tree")).value();
  const auto deep = root.open_parent("a/b").value();
  EXPECT_EQ(deep.second, "b");
  EXPECT_TRUE(stat_in(deep.first.get(), "b").has_value());
  EXPECT_EQ(root.open_parent("a")->second, "a");
  EXPECT_EQ(root.open_parent("").error().kind, ErrorKind::bad_input);
}

TEST(Mapping, MapsAFileAndAnEmptyOne) {
  const Scratch scratch;
  scratch.file("tree/full", "abc");
  scratch.file("tree/empty", "");
  const Root root = Root::open(scratch.path("tree")).value();
  const Fd full = root.open_file("full").value();
  const Fd empty = root.open_file("empty").value();
  Mapping first = Mapping::map(full.get()).value();
  const Mapping second = std::move(first);
  EXPECT_EQ(as_text(second.bytes()), "abc");
  EXPECT_TRUE(first.bytes().empty());
  EXPECT_TRUE(Mapping::map(empty.get())->bytes().empty());
}

TEST(ReadWhole, HoldsItsLimitAndReadsMoreThanOneChunk) {
  const Scratch scratch;
  const std::string content(3'000'000, 'x');
  const std::string path = scratch.file("large", content);
  EXPECT_EQ(read_file(path, content.size())->size(), content.size());
  EXPECT_EQ(read_file(path, content.size() - 1).error().kind, ErrorKind::refused);
  const Fd fd(::open(path.c_str(), O_RDONLY));
  EXPECT_EQ(sha256_of(fd.get()).value(), sha256_hex(as_bytes(content)));
}

}  // namespace
}  // namespace antidotary::files

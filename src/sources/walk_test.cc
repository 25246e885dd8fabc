#include "sources/walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <map>
#include <vector>

#include "files/scratch.h"

namespace antidotary::sources {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Seen {
  std::vector<std::string> files;
  std::map<std::string, std::string> contents;
  std::map<std::string, Error> missed;
  Status status;
};

Seen walked(const std::string& path, bool cross = false) {
  Seen seen;
  seen.status = walk(path, cross,
                     {.file =
                          [&](WalkedFile&& file) {
                            seen.files.push_back(file.shown);
                            seen.contents[file.relative] =
                                to_string(files::read_whole(file.descriptor.get(), 100).value());
                            EXPECT_EQ(file.stat.kind, files::Kind::file);
                          },
                      .missed = [&](const std::string& shown,
                                    const Error& error) { seen.missed.emplace(shown, error); }});
  return seen;
}

TEST(Walk, VisitsFilesInTheOrderOfTheirNames) {
  const files::Scratch scratch;
  for (const char* name : {"tree/b", "tree/a/z", "tree/a/y", "tree/c/d/e", "tree/B"}) {
    scratch.file(name, name);
  }
  const Seen seen = walked(scratch.path("tree"));
  ASSERT_TRUE(seen.status.has_value());
  const std::string root = scratch.path("tree") + "/";
  EXPECT_THAT(seen.files,
              ElementsAre(root + "B", root + "a/y", root + "a/z", root + "b", root + "c/d/e"));
  EXPECT_EQ(seen.contents.at("c/d/e"), "tree/c/d/e");
  EXPECT_THAT(seen.missed, IsEmpty());
}

TEST(Walk, ReadsAFileThatIsNamedItself) {
  const files::Scratch scratch;
  const std::string path = scratch.file("tree/one", "content");
  const Seen seen = walked(path);
  EXPECT_THAT(seen.files, ElementsAre(path));
  EXPECT_EQ(seen.contents.at("one"), "content");
}

TEST(Walk, FollowsALinkOnlyWhereAPersonNamedIt) {
  const files::Scratch scratch;
  scratch.file("tree/one", "content");
  ASSERT_EQ(symlink("tree", scratch.path("folder-link").c_str()), 0);
  ASSERT_EQ(symlink("tree/one", scratch.path("file-link").c_str()), 0);
  EXPECT_THAT(walked(scratch.path("folder-link")).files,
              ElementsAre(scratch.path("folder-link/one")));
  EXPECT_THAT(walked(scratch.path("file-link")).files, ElementsAre(scratch.path("file-link")));
}

TEST(Walk, TellsOfLinksAndGoesInNoCircle) {
  const files::Scratch scratch;
  scratch.file("secret", "outside");
  scratch.file("tree/one", "content");
  ASSERT_EQ(symlink(".", scratch.path("tree/self").c_str()), 0);
  ASSERT_EQ(symlink("..", scratch.path("tree/up").c_str()), 0);
  ASSERT_EQ(symlink("../secret", scratch.path("tree/out").c_str()), 0);
  ASSERT_EQ(symlink("two", scratch.path("tree/two").c_str()), 0);
  const Seen seen = walked(scratch.path("tree"));
  EXPECT_THAT(seen.files, SizeIs(1));
  EXPECT_THAT(seen.missed, SizeIs(4));
  for (const auto& [shown, error] : seen.missed) EXPECT_EQ(error.kind, ErrorKind::unsupported);
}

TEST(Walk, DoesNotBlockOnAPipeOrSocket) {
  const files::Scratch scratch;
  scratch.file("tree/one", "content");
  ASSERT_EQ(mkfifo(scratch.path("tree/pipe").c_str(), 0600), 0);
  const files::Fd listening(socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  scratch.path("tree/socket").copy(address.sun_path, sizeof(address.sun_path) - 1);
  const void* raw = &address;
  ASSERT_EQ(bind(listening.get(), static_cast<const sockaddr*>(raw), sizeof(address)), 0);
  const Seen seen = walked(scratch.path("tree"));
  EXPECT_THAT(seen.files, SizeIs(1));
  EXPECT_EQ(seen.missed.at(scratch.path("tree/pipe")).kind, ErrorKind::unsupported);
  EXPECT_EQ(seen.missed.at(scratch.path("tree/socket")).kind, ErrorKind::unsupported);
  const Seen alone = walked(scratch.path("tree/pipe"));
  ASSERT_FALSE(alone.status.has_value());
  EXPECT_EQ(alone.status.error().kind, ErrorKind::refused);
}

TEST(Walk, TellsOfWhatMayNotBeRead) {
  if (geteuid() == 0) {
    // Root reads everything; be somebody else for the length of this test.
    ASSERT_EQ(seteuid(65534), 0);
  }
  {
    const files::Scratch scratch;
    scratch.file("tree/open", "x");
    const std::string closed = scratch.file("tree/closed", "x");
    scratch.folder("tree/shut");
    ASSERT_EQ(chmod(closed.c_str(), 0), 0);
    ASSERT_EQ(chmod(scratch.path("tree/shut").c_str(), 0), 0);
    const Seen seen = walked(scratch.path("tree"));
    EXPECT_THAT(seen.files, ElementsAre(scratch.path("tree/open")));
    ASSERT_THAT(seen.missed, SizeIs(2));
    EXPECT_EQ(seen.missed.at(closed).kind, ErrorKind::permission);
    EXPECT_EQ(seen.missed.at(scratch.path("tree/shut")).kind, ErrorKind::permission);
    chmod(scratch.path("tree/shut").c_str(), 0700);
  }
  if (getuid() == 0) {
    ASSERT_EQ(seteuid(0), 0);
  }
}

TEST(Walk, KeepsNamesByteByByte) {
  const files::Scratch scratch;
  const std::string name = "tree/\x1b[31mred\n\xff .exe";
  scratch.file(name, "content");
  const Seen seen = walked(scratch.path("tree"));
  EXPECT_THAT(seen.files, ElementsAre(scratch.path(name)));
}

TEST(Walk, SaysWhyTheNamedPathIsNotToBeHad) {
  const files::Scratch scratch;
  const Seen seen = walked(scratch.path("none"));
  ASSERT_FALSE(seen.status.has_value());
  EXPECT_EQ(seen.status.error().kind, ErrorKind::not_found);
  EXPECT_THAT(seen.missed, IsEmpty());
}

TEST(Walk, StaysOnItsFileSystemUnlessTold) {
  // /proc/sys/fs/binfmt_misc and its like come and go; /dev/shm below /dev does not.
  const auto [root, relative] = root_of("/dev").value();
  const auto below = root.open_directory("shm");
  if (below) GTEST_SKIP() << "/dev/shm is no file system of its own here";
  const Seen seen = walked("/dev");
  ASSERT_TRUE(seen.missed.contains("/dev/shm"));
  EXPECT_EQ(seen.missed.at("/dev/shm").kind, ErrorKind::refused);
  EXPECT_TRUE(root_of("/dev", files::Mounts::cross)->first.open_directory("shm").has_value());
}

TEST(RootOf, SplitsAFileFromItsFolder) {
  const files::Scratch scratch;
  const std::string path = scratch.file("tree/one", "content");
  const auto of_file = root_of(path);
  ASSERT_TRUE(of_file.has_value());
  EXPECT_EQ(of_file->first.path(), scratch.path("tree"));
  EXPECT_EQ(of_file->second, "one");
  const auto of_folder = root_of(scratch.path("tree") + "/");
  ASSERT_TRUE(of_folder.has_value());
  EXPECT_EQ(of_folder->first.path(), scratch.path("tree"));
  EXPECT_EQ(of_folder->second, "");
  EXPECT_EQ(root_of("/etc/hostname")->second, "hostname");
}

}  // namespace
}  // namespace antidotary::sources

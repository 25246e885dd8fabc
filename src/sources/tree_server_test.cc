// Method: the server answers in this process; the worker's end of the channel asks what a hostile
// worker would ask.
#include "sources/tree_server.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/scratch.h"
#include "sources/tree_wire.h"

namespace antidotary::sources {
namespace {

using ::testing::HasSubstr;

// The reading half of the wire form lives in worker; here it is read by hand where it matters.
class TreeServerTest : public ::testing::Test {
 protected:
  TreeServerTest() : ends_(jail::Channel::pair().value()) {
    scratch_.file("tree/folder/file", "inside");
    scratch_.file("secret", "outside");
    root_.emplace(files::Root::open(scratch_.path("tree")).value());
    server_.emplace(*root_);
  }
  jail::Message request(TreeTag tag, std::string_view path) {
    return {static_cast<std::uint8_t>(tag), to_buffer(as_bytes(path)), {}};
  }
  jail::Message answer(TreeTag tag, std::string_view path) {
    const auto served = server_->serve(ends_.first, request(tag, path));
    EXPECT_TRUE(served.has_value()) << served.error().what;
    auto message = ends_.second.receive(1000);
    EXPECT_TRUE(message.has_value());
    return message ? std::move(*message) : jail::Message{};
  }
  Error failure(TreeTag tag, std::string_view path) {
    const jail::Message message = answer(tag, path);
    EXPECT_EQ(message.tag, static_cast<std::uint8_t>(TreeTag::failure)) << path;
    EXPECT_FALSE(message.descriptor.valid());
    return error_from_wire(message.body);
  }
  Error refusal(const jail::Message& message) {
    const auto served = server_->serve(ends_.first, message);
    EXPECT_FALSE(served.has_value());
    return served ? Error{} : served.error();
  }

  files::Scratch scratch_;
  std::pair<jail::Channel, jail::Channel> ends_;
  std::optional<files::Root> root_;
  std::optional<TreeServer> server_;
};

TEST_F(TreeServerTest, ListsAFolder) {
  scratch_.file("tree/folder/other", "x");
  const auto message = answer(TreeTag::list, "folder");
  EXPECT_EQ(message.tag, static_cast<std::uint8_t>(TreeTag::answer));
  EXPECT_EQ(load_u64_le(message.body, 0), 2u);
  EXPECT_THAT(to_string(message.body), HasSubstr("file"));
  EXPECT_THAT(to_string(message.body), HasSubstr("other"));
}

TEST_F(TreeServerTest, OpensAFileForReadingOnly) {
  const auto message = answer(TreeTag::open, "folder/file");
  ASSERT_TRUE(message.descriptor.valid());
  EXPECT_EQ(fcntl(message.descriptor.get(), F_GETFL) & O_ACCMODE, O_RDONLY);
  EXPECT_EQ(to_string(files::read_whole(message.descriptor.get(), 100).value()), "inside");
}

TEST_F(TreeServerTest, LetsNoPathLeadOut) {
  ASSERT_EQ(symlink("../secret", scratch_.path("tree/link").c_str()), 0);
  ASSERT_EQ(symlink("..", scratch_.path("tree/up").c_str()), 0);
  ASSERT_EQ(symlink(".", scratch_.path("tree/loop").c_str()), 0);
  const std::string absolute = scratch_.path("secret");
  for (const std::string& path :
       {std::string("../secret"), std::string("folder/../../secret"), absolute, "/" + absolute,
        std::string("link"), std::string("up/secret"), std::string("loop/folder/file"),
        std::string("./folder/file"), std::string("folder//file"),
        std::string("folder/file\0x", 13), std::string("/proc/self/root"), std::string("..")}) {
    failure(TreeTag::open, path);
    failure(TreeTag::list, path);
  }
}

TEST_F(TreeServerTest, SaysWhyAFileIsNotToBeHad) {
  ASSERT_EQ(mkfifo(scratch_.path("tree/pipe").c_str(), 0600), 0);
  EXPECT_EQ(failure(TreeTag::open, "none").kind, ErrorKind::not_found);
  EXPECT_EQ(failure(TreeTag::open, "folder").kind, ErrorKind::refused);
  EXPECT_EQ(failure(TreeTag::open, "pipe").kind, ErrorKind::refused);
  EXPECT_EQ(failure(TreeTag::open, "").kind, ErrorKind::refused);
  EXPECT_EQ(failure(TreeTag::list, "folder/file").kind, ErrorKind::not_found);
}

TEST_F(TreeServerTest, TakesNonsenseForAnAttack) {
  for (const int tag : {0, 3, 4, 5, 255}) {
    jail::Message message = request(TreeTag::list, "");
    message.tag = static_cast<std::uint8_t>(tag);
    EXPECT_EQ(refusal(message).kind, ErrorKind::refused) << tag;
  }
  jail::Message with_descriptor = request(TreeTag::list, "");
  with_descriptor.descriptor = files::Fd(dup(STDERR_FILENO));
  EXPECT_EQ(refusal(with_descriptor).kind, ErrorKind::refused);
  EXPECT_EQ(refusal(request(TreeTag::open, std::string(70'000, 'a'))).kind, ErrorKind::refused);
}

TEST_F(TreeServerTest, EndsAWorkerThatAsksForEver) {
  server_.emplace(*root_, TreeLimits{.requests_max = 3});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(answer(TreeTag::open, "folder/file").tag, static_cast<std::uint8_t>(TreeTag::answer));
  }
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(failure(TreeTag::open, "folder/file").kind, ErrorKind::budget_spent);
  }
  EXPECT_EQ(refusal(request(TreeTag::open, "folder/file")).kind, ErrorKind::refused);
}

TEST_F(TreeServerTest, BoundsTheNodesThatItLists) {
  for (int i = 0; i < 10; ++i) scratch_.file("tree/many/" + std::to_string(i), "");
  server_.emplace(*root_, TreeLimits{.nodes_max = 9});
  EXPECT_EQ(failure(TreeTag::list, "many").kind, ErrorKind::budget_spent);
  // Nine were read for nothing: asking again and again must not be free.
  EXPECT_EQ(failure(TreeTag::list, "folder").kind, ErrorKind::budget_spent);
}

TEST_F(TreeServerTest, RefusesAFolderOverItsCapAndChargesForIt) {
  for (int i = 0; i < 10; ++i) scratch_.file("tree/many/" + std::to_string(i), "");
  server_.emplace(*root_, TreeLimits{.nodes_max = 10, .folder_nodes_max = 5});
  EXPECT_EQ(failure(TreeTag::list, "many").kind, ErrorKind::budget_spent);
  EXPECT_EQ(answer(TreeTag::list, "folder").tag, static_cast<std::uint8_t>(TreeTag::answer));
  EXPECT_EQ(failure(TreeTag::list, "many").kind, ErrorKind::budget_spent);
  // 5 and 1 are spent, and what was left of 10 went on the second time.
  EXPECT_EQ(failure(TreeTag::list, "folder").kind, ErrorKind::budget_spent);
}

TEST_F(TreeServerTest, SaysThatTheWorkerIsGone) {
  ends_.second.close();
  EXPECT_EQ(refusal(request(TreeTag::list, "")).kind, ErrorKind::worker_died);
}

TEST(WireError, SurvivesTheWayAndDistrustsTheRest) {
  const Error error{ErrorKind::permission, "no", 7};
  const Error read = error_from_wire(wire_of(error));
  EXPECT_EQ(read.kind, error.kind);
  EXPECT_EQ(read.what, error.what);
  EXPECT_EQ(read.offset, error.offset);
  EXPECT_EQ(error_from_wire({}).kind, ErrorKind::worker_died);
  Buffer bytes = wire_of(error);
  bytes[0] = std::byte{200};
  EXPECT_EQ(error_from_wire(bytes).kind, ErrorKind::worker_died);
  EXPECT_EQ(error_from_wire(wire_of({ErrorKind::io, std::string(100'000, 'x'), {}})).kind,
            ErrorKind::worker_died);
}

}  // namespace
}  // namespace antidotary::sources

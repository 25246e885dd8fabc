// Method: the sample disks of host and diagnosis, laid out as real files, examined through the
// jail; hives edited through it. The expected answer is that of the same code in this process.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "core/record.h"
#include "diagnosis/sample_family.h"
#include "files/scratch.h"
#include "formats/regf/specimens.h"
#include "host/sample_disk.h"
#include "sources/tree_server.h"
#include "sources/tree_wire.h"
#include "worker/protocol.h"
#include "worker/remote_tree.h"
#include "worker/worker.h"

namespace antidotary::worker {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Writes a tree in memory to a folder.
void lay_out(host::Tree& tree, const files::Scratch& scratch, const std::string& top) {
  std::vector<std::string> folders = {""};
  while (!folders.empty()) {
    const std::string folder = folders.back();
    folders.pop_back();
    (void)scratch.folder(top + "/" + folder);
    const auto nodes = tree.list(folder);
    ASSERT_TRUE(nodes.has_value());
    for (const host::Node& node : *nodes) {
      const std::string path = folder.empty() ? node.name : folder + "/" + node.name;
      if (node.kind == host::NodeKind::directory) folders.push_back(path);
      if (node.kind != host::NodeKind::file) continue;
      scratch.file(top + "/" + path, as_text(tree.open(path).value()->bytes()));
    }
  }
}

class Examine : public ::testing::Test {
 protected:
  Examine()
      : family_(diagnosis::family({{"a", diagnosis::run_value("VideoDriver", "videodrv.exe") +
                                             diagnosis::body("videodrv.exe")}})) {}
  Result<diagnosis::Examination> examine(Options options = {}) {
    lay_out(disk_.lay().tree, scratch_, "disk");
    const auto root = files::Root::open(scratch_.path("disk")).value();
    Worker worker(family_, std::move(options));
    return worker.examine(root);
  }

  entries::Encyclopedia family_;
  host::SampleDisk disk_;
  files::Scratch scratch_;
};

TEST_F(Examine, FindsAnInfectionThroughTheJail) {
  disk_.run("VideoDriver", "C:\\WINDOWS\\videodrv.exe");
  disk_.tree.file("WINDOWS/videodrv.exe", "inert");
  const auto examination = examine();
  ASSERT_TRUE(examination.has_value()) << examination.error().what;
  EXPECT_EQ(examination->verdict(), diagnosis::Verdict::infected);
  ASSERT_THAT(examination->diagnoses, SizeIs(1));
  EXPECT_THAT(examination->diagnoses[0].variants, ElementsAre("a"));
  EXPECT_THAT(examination->users, ElementsAre("alice"));
  // The identity that a plan relies on is the real file's.
  struct stat status {};
  ASSERT_EQ(stat(scratch_.path("disk/WINDOWS/videodrv.exe").c_str(), &status), 0);
  bool seen = false;
  for (const host::Finding& finding : examination->diagnoses[0].evidence_for) {
    if (!finding.file) continue;
    seen = true;
    EXPECT_EQ(finding.file->node.inode, status.st_ino);
    EXPECT_EQ(finding.file->node.device, status.st_dev);
    EXPECT_EQ(finding.file->sha256, sha256_hex(as_bytes(std::string_view("inert"))));
  }
  EXPECT_TRUE(seen);
}

// What a compromised worker would do: it answers one edit, takes the next request itself, and
// keeps so many questions waiting that its parent never has to wait for one.
void pester(Bytes, jail::Channel& channel) {
  (void)channel.send(number(WorkTag::edits), to_wire(std::vector<regf::Edit>{}));
  (void)channel.receive(-1);
  const auto ask = [&] {
    (void)channel.send(static_cast<std::uint8_t>(sources::TreeTag::list), {});
  };
  for (int i = 0; i < 64; ++i) ask();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < end && channel.receive(1000)) ask();
  _exit(0);
}

TEST_F(Examine, HoldsAWorkerThatAlwaysAsksToItsDeadline) {
  Options options;
  // Long enough for one honest answer on a busy machine, far from what a pest would take.
  options.limits.time_ms_max = 1000;
  options.slack_ms = 1000;
  options.on_object = pester;
  // An answer takes longer than to ask again, so that there is always a question waiting.
  for (int i = 0; i < 100; ++i) scratch_.file("disk/" + std::to_string(i), "");
  const auto root = files::Root::open(scratch_.path("disk")).value();
  const files::Fd object(open(scratch_.file("object", "x").c_str(), O_RDONLY | O_CLOEXEC));
  Worker worker(family_, options);
  ASSERT_TRUE(worker.edit_hive(object.get(), HiveEdit{}));
  const auto started = std::chrono::steady_clock::now();
  const auto examination = worker.examine(root);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
  ASSERT_FALSE(examination.has_value());
  EXPECT_EQ(examination.error().what, "the worker took too long and was stopped");
}

TEST_F(Examine, FindsNothingOnAnHonestDisk) {
  const auto examination = examine();
  ASSERT_TRUE(examination.has_value()) << examination.error().what;
  EXPECT_EQ(examination->verdict(), diagnosis::Verdict::clean);
  EXPECT_EQ(examination->windows_directory, "WINDOWS");
}

TEST_F(Examine, FollowsNoLinkOutOfTheDisk) {
  lay_out(disk_.lay().tree, scratch_, "disk");
  scratch_.file("outside/videodrv.exe", "inert");
  ASSERT_EQ(rename(scratch_.path("disk/WINDOWS/Temp").c_str(), scratch_.path("gone").c_str()), 0);
  ASSERT_EQ(
      symlink("../../outside/videodrv.exe", scratch_.path("disk/WINDOWS/videodrv.exe").c_str()), 0);
  const auto root = files::Root::open(scratch_.path("disk")).value();
  Worker worker(family_);
  const auto examination = worker.examine(root);
  ASSERT_TRUE(examination.has_value()) << examination.error().what;
  for (const diagnosis::Diagnosis& one : examination->diagnoses) {
    EXPECT_NE(one.verdict, diagnosis::Verdict::infected);
  }
}

TEST_F(Examine, SaysWhatItCouldNotRead) {
  lay_out(disk_.lay().tree, scratch_, "disk");
  ASSERT_EQ(unlink(scratch_.path("disk/WINDOWS/system32/config/SOFTWARE").c_str()), 0);
  const auto root = files::Root::open(scratch_.path("disk")).value();
  Worker worker(family_);
  const auto examination = worker.examine(root);
  ASSERT_TRUE(examination.has_value()) << examination.error().what;
  EXPECT_EQ(examination->verdict(), diagnosis::Verdict::incomplete);
  EXPECT_THAT(examination->unread,
              Contains(Field(&host::Unread::what, HasSubstr("config/SOFTWARE"))));
}

TEST(RemoteTree, ReadsWhatTheServerWrites) {
  // Two rooms hold the same layout, because neither may include the other.
  sources::TreeNode node;
  node.name = "name";
  node.kind = files::Kind::link;
  node.size_bytes = 1;
  node.modified_unix_ns = -2;
  node.device = 3;
  node.inode = 4;
  node.mode = 5;
  node.links = 6;
  const auto read = from_wire<host::Node>(to_wire(node));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(to_wire(*read), to_wire(node));
  EXPECT_EQ(read->name, "name");
  EXPECT_EQ(read->kind, host::NodeKind::link);
  EXPECT_EQ(read->modified_unix_ns, -2);
  EXPECT_EQ(read->links, 6u);
  for (const auto& [here, there] : {std::pair{files::Kind::file, host::NodeKind::file},
                                    std::pair{files::Kind::directory, host::NodeKind::directory},
                                    std::pair{files::Kind::other, host::NodeKind::other}}) {
    EXPECT_EQ(static_cast<int>(here), static_cast<int>(there));
  }
}

class EditHive : public ::testing::Test {
 protected:
  Result<std::vector<regf::Edit>> edit(Bytes hive, const HiveEdit& wanted) {
    const std::string path = scratch_.file("hive", as_text(hive));
    const files::Fd descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    auto edits = worker_.edit_hive(descriptor.get(), wanted);
    EXPECT_EQ(files::Scratch::content(path), as_text(hive));  // nothing was changed
    return edits;
  }
  HiveEdit removal() {
    HiveEdit wanted;
    wanted.key = "Microsoft\\Windows\\CurrentVersion\\Run";
    wanted.value = "first";
    wanted.type = regf::reg_sz;
    wanted.data = regf::data_of_text("C:\\WINDOWS\\first.exe");
    wanted.now_filetime = 132'000'000'000'000'000;
    return wanted;
  }

  files::Scratch scratch_;
  entries::Encyclopedia nothing_;
  Worker worker_{nothing_};
};

TEST_F(EditHive, ComputesWhatTheEditorComputes) {
  const Buffer hive = regf::hive_of(regf::specimen(true), 5);
  Budget budget;
  HiveEdit wanted = removal();
  const regf::ExpectedValue expected{wanted.key, wanted.value, wanted.type, wanted.data};
  const auto removed = edit(hive, wanted);
  ASSERT_TRUE(removed.has_value()) << removed.error().what;
  EXPECT_THAT(*removed, ::testing::Not(IsEmpty()));
  EXPECT_EQ(to_wire(*removed),
            to_wire(*regf::remove_value(hive, expected, wanted.now_filetime, budget)));

  wanted.act = HiveEdit::Act::replace_value;
  wanted.new_type = regf::reg_sz;
  wanted.new_data = regf::data_of_text("x");
  const auto replaced = edit(hive, wanted);
  ASSERT_TRUE(replaced.has_value()) << replaced.error().what;
  EXPECT_EQ(to_wire(*replaced),
            to_wire(*regf::replace_value(hive, expected, wanted.new_type, wanted.new_data,
                                         wanted.now_filetime, budget)));

  wanted.act = HiveEdit::Act::remove_key;
  wanted.key = "Empty";
  const auto key = edit(hive, wanted);
  ASSERT_TRUE(key.has_value()) << key.error().what;
  EXPECT_EQ(to_wire(*key), to_wire(*regf::remove_key(hive, "Empty", wanted.now_filetime, budget)));
}

TEST_F(EditHive, RemovesAKeyOnlyWithTheValuesThatWereSeen) {
  regf::KeySpec tree = regf::specimen();
  tree.at("Worm").set_text("a", "1");
  const Buffer hive = regf::hive_of(tree);
  HiveEdit wanted = removal();
  wanted.act = HiveEdit::Act::remove_key;
  wanted.key = "Worm";
  EXPECT_EQ(edit(hive, wanted).error().kind, ErrorKind::changed);
  wanted.values_max = 1;
  EXPECT_TRUE(edit(hive, wanted).has_value());
}

TEST_F(EditHive, HandsOnWhyTheEditorRefuses) {
  const Buffer hive = regf::hive_of(regf::specimen());
  HiveEdit wanted = removal();
  wanted.data.push_back(std::byte{0});
  EXPECT_EQ(edit(hive, wanted).error().kind, ErrorKind::changed);
  EXPECT_EQ(edit(as_bytes(std::string_view("not a hive")), removal()).error().kind,
            ErrorKind::not_this_format);
}

}  // namespace
}  // namespace antidotary::worker

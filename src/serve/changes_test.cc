#include "serve/changes.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "files/scratch.h"

namespace antidotary::serve {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ChangesOnALoop : public testing::Test {
 protected:
  ChangesOnALoop() {
    std::filesystem::create_directory(path("folder"));
    watch();
  }
  void watch() {
    changes_ = std::move(
        *Changes::make(*loop_, [this](const std::string& which) { told_.insert(which); }));
    for (const std::string name : {"folder", "a.pack", "policy.toml"}) {
      EXPECT_TRUE(changes_->watch(path(name))) << name;
    }
  }
  std::string path(const std::string& name) const { return scratch_.path() + "/" + name; }
  void write(const std::string& name) const { std::ofstream(path(name)) << "x"; }
  std::set<std::string> told() {
    loop_->after_ms(20, [this] { loop_->stop(); });
    loop_->run();
    return std::exchange(told_, {});
  }

  files::Scratch scratch_;
  std::unique_ptr<Loop> loop_ = std::move(*Loop::make());
  std::set<std::string> told_;
  std::unique_ptr<Changes> changes_;
};

TEST_F(ChangesOnALoop, TellWhichOne) {
  write("policy.toml");
  EXPECT_THAT(told(), ElementsAre(path("policy.toml")));
}

TEST_F(ChangesOnALoop, KnowAFileThatIsReplaced) {
  write("fresh");
  std::filesystem::rename(path("fresh"), path("a.pack"));
  EXPECT_THAT(told(), ElementsAre(path("a.pack")));
}

TEST_F(ChangesOnALoop, KnowWhatComesIntoAFolderAndWhatGoes) {
  write("folder/x.ndb");
  std::filesystem::remove(path("folder/x.ndb"));
  EXPECT_THAT(told(), ElementsAre(path("folder")));
}

TEST_F(ChangesOnALoop, KnowWhatIsMovedAway) {
  write("a.pack");
  write("folder/x.ndb");
  watch();
  std::filesystem::rename(path("a.pack"), path("old"));
  std::filesystem::rename(path("folder/x.ndb"), path("x.ndb"));
  EXPECT_THAT(told(), ElementsAre(path("a.pack"), path("folder")));
}

TEST_F(ChangesOnALoop, KnowWhatWasMissingInSpiteOfASlashBehindIt) {
  ASSERT_TRUE(changes_->watch(path("missing//")));
  write("missing");
  EXPECT_THAT(told(), ElementsAre(path("missing//")));
}

TEST_F(ChangesOnALoop, TakeASlashBehindWhatIsMissingForNoFolder) {
  ASSERT_TRUE(changes_->watch(path("missing/")));
  EXPECT_FALSE(changes_->watch(""));
  write("neighbour");
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(ChangesOnALoop, LeaveNeighboursAlone) {
  write("neighbour");
  write("a.pack.tmp");
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(ChangesOnALoop, SayWhereNothingCanBeWatched) {
  EXPECT_FALSE(changes_->watch(path("no/such")));
}

}  // namespace
}  // namespace antidotary::serve

// The real editor behind a run: a hive written by our writer, cleaned, cut and put back.
#include "formats/regf/hive.h"

#include <gmock/gmock.h>

#include <set>

#include "formats/regf/editor.h"
#include "formats/regf/writer.h"
#include "remedy/fake_host.h"

namespace antidotary::remedy {
namespace {

constexpr const char* run_key = "Microsoft\\Windows\\CurrentVersion\\Run";

Result<std::vector<regf::Edit>> real_edit(int hive, const plan::Step& step,
                                          std::uint64_t now_filetime) {
  const Buffer bytes = ANTIDOTARY_TRY(files::read_whole(hive, 64 << 20));
  Budget budget;
  const regf::ExpectedValue expected{step.registry->key, step.registry->value, step.registry->type,
                                     step.registry->data};
  if (step.act == plan::Act::remove_key) {
    return regf::remove_key(bytes, step.registry->key, now_filetime, budget);
  }
  if (step.act == plan::Act::restore_value) {
    return regf::replace_value(bytes, expected, step.new_type, step.new_data, now_filetime, budget);
  }
  return regf::remove_value(bytes, expected, now_filetime, budget);
}

class HiveHost : public FakeHost {
 public:
  HiveHost() {
    regf::KeySpec root;
    root.at(run_key).set_text("VideoDriver", "C:\\WINDOWS\\videodrv.exe");
    root.at(run_key).set_text("Honest", "C:\\honest.exe");
    root.at("Microsoft\\Worm").set_text("a", "b");
    root.at("Microsoft\\Page").set_text("Start", "http://worm.example/");
    const Buffer hive = regf::write_hive(root, {}).value();
    scratch().file(std::string("tree/") + hive_path, as_text(hive));
    const timespec times[2] = {{1'056'700'000, 1}, {1'056'700'001, 123'456'789}};
    ::utimensat(AT_FDCWD, path(hive_path).c_str(), times, 0);
    before_ = picture();

    named(add_value("x"), run_key, "VideoDriver", "C:\\WINDOWS\\videodrv.exe");
    plan::Step& page = add_value("x", "x");
    named(page, "Microsoft\\Page", "Start", "http://worm.example/");
    page.new_type = 1;
    page.new_data = text("about:blank");
    plan::Step& key = add_value("x");
    named(key, "Microsoft\\Worm", "", "");
    key.act = plan::Act::remove_key;
    add_file("WINDOWS/videodrv.exe");
  }
  const std::string& before() const { return before_; }

  bool apply() {
    const files::Root state_root = state();
    const files::Root tree_root = tree();
    const auto run = Remedy::open(state_root, real_edit, clock())->apply(tree_root, plan());
    return run && run->state == RunState::applied;
  }

  /// Names of a key's values; "no key" where it is gone; a damaged hive's reason.
  std::vector<std::string> values(const char* key) const {
    const std::string bytes = content(hive_path);
    Budget budget;
    const auto hive = regf::Hive::open(as_bytes(bytes), budget);
    if (!hive) return {hive.error().what};
    const auto found = hive->find(key);
    if (!found || !*found) return {"no key"};
    const auto values = hive->values(**found);
    std::vector<std::string> names;
    for (const regf::Value& value : *values) names.push_back(value.name);
    if (!hive->anomalies().empty()) names.emplace_back("anomalies");
    return names;
  }

  static constexpr const char* hive_path = "WINDOWS/system32/config/software";

 private:
  static Buffer text(std::string_view value) {
    Buffer units = utf16_le_from_utf8(value);
    units.resize(units.size() + 2);
    return units;
  }
  static void named(plan::Step& step, std::string key, std::string value, std::string_view data) {
    step.registry->key = std::move(key);
    step.registry->value = std::move(value);
    step.registry->type = 1;
    step.registry->data = text(data);
  }
  std::string before_;
};

TEST(RealHive, IsCleanedAndPutBackToTheLastByteAndTime) {
  HiveHost host;
  ASSERT_TRUE(host.apply());
  EXPECT_THAT(host.values(run_key), ::testing::ElementsAre("Honest"));
  EXPECT_THAT(host.values("Microsoft\\Worm"), ::testing::ElementsAre("no key"));
  EXPECT_THAT(host.values("Microsoft\\Page"), ::testing::ElementsAre("Start"));
  const files::Root state = host.state();
  auto remedy = Remedy::open(state, real_edit, FakeHost::clock());
  const auto run = remedy->undo(remedy->runs()->front().id);
  ASSERT_TRUE(run.has_value()) << run.error().what;
  EXPECT_EQ(run->state, RunState::undone);
  EXPECT_EQ(host.picture(), host.before());
}

TEST(RealHive, IsWholeFromEveryInstant) {
  int n = 0;
  for (bool killed = true; killed; ++n) {
    HiveHost host;
    killed = killed_at(n, [&] { return host.apply(); });
    const files::Root state = host.state();
    auto remedy = Remedy::open(state, real_edit, FakeHost::clock());
    const auto runs = remedy->runs().value();
    if (runs.empty()) continue;
    if (n % 2 == 0) {
      const auto resumed = remedy->resume(runs[0].id);
      ASSERT_TRUE(resumed.has_value()) << n << ": " << resumed.error().what;
      EXPECT_EQ(resumed->state, RunState::applied) << n;
      EXPECT_THAT(host.values(run_key), ::testing::ElementsAre("Honest")) << n;
      EXPECT_THAT(host.values("Microsoft\\Worm"), ::testing::ElementsAre("no key")) << n;
    }
    const auto undone = remedy->undo(runs[0].id);
    ASSERT_TRUE(undone.has_value()) << n << ": " << undone.error().what;
    EXPECT_EQ(undone->state, RunState::undone) << n;
    ASSERT_EQ(host.picture(), host.before()) << n;
  }
  EXPECT_GT(n, 100);
}

// Whoever meets the hive of a cut run, Windows included, must see where it is not whole: what looks
// sound is the hive as it was, or after one of the three edits.
TEST(RealHive, SaysWhereItIsHalfWritten) {
  std::set<std::string> sound;
  int half_written = 0;
  int n = 0;
  for (bool killed = true; killed; ++n) {
    HiveHost host;
    killed = killed_at(n, [&] { return host.apply(); });
    const std::string now = host.content(HiveHost::hive_path);
    Budget budget;
    const auto hive = regf::Hive::open(as_bytes(now), budget);
    ASSERT_TRUE(hive.has_value()) << n;
    if (hive->anomalies().empty()) {
      sound.insert(now);
    } else {
      ++half_written;
    }
  }
  EXPECT_EQ(sound.size(), 4u);
  EXPECT_GT(half_written, 10);
}

}  // namespace
}  // namespace antidotary::remedy

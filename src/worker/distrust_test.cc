#include "worker/distrust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/record.h"
#include "diagnosis/sample_family.h"
#include "host/ini_words.h"
#include "scan/specimens.h"
#include "worker/protocol.h"

namespace antidotary::worker {
namespace {

const entries::Encyclopedia& known() { return scan::specimens::encyclopedia(); }

scan::Report report() {
  scan::Report out;
  out.objects = 2;
  out.detections.push_back(
      {"test/eicar", "standard", "test-file", "file", {}, true, {"name", "member"}, {}});
  out.unread.push_back({scan::Gap::opaque, {"name"}, "encrypted"});
  return out;
}

bool believed(const scan::Report& answer) {
  return believe_report(to_wire(answer), {&known()}, "name").has_value();
}

TEST(Distrust, BelievesAReportAboutTheObject) {
  const auto read = believe_report(to_wire(report()), {&known()}, "name");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(to_wire(*read), to_wire(report()));
}

TEST(Distrust, RefusesAReportAboutSomethingElse) {
  auto other_entry = report();
  other_entry.detections[0].entry = "win32/no-such";
  EXPECT_FALSE(believed(other_entry));
  auto other_object = report();
  other_object.detections[0].path[0] = "another";
  EXPECT_FALSE(believed(other_object));
  auto no_object = report();
  no_object.detections[0].path.clear();
  EXPECT_FALSE(believed(no_object));
  auto other_unread = report();
  other_unread.unread[0].path[0] = "another";
  EXPECT_FALSE(believed(other_unread));
  EXPECT_FALSE(believed(scan::Report{}));  // no object, and yet clean
}

TEST(Distrust, RefusesAnAttachmentThatCannotBe) {
  auto answer = report();
  scan::Leaf leaf;
  leaf.sha256 = std::string(64, 'a');
  leaf.sha1 = std::string(40, '0');
  leaf.md5 = std::string(32, 'f');
  leaf.names = {"a.exe"};
  answer.leaves = {leaf};
  EXPECT_TRUE(believed(answer));
  const auto with = [&](auto&& change) {
    auto other = answer;
    change(other.leaves[0]);
    return believed(other);
  };
  EXPECT_FALSE(with([](scan::Leaf& one) { one.sha256.pop_back(); }));
  EXPECT_FALSE(with([](scan::Leaf& one) { one.md5[0] = 'F'; }));
  EXPECT_FALSE(with([](scan::Leaf& one) { one.sha1 = "'; DROP"; }));
  EXPECT_FALSE(with([](scan::Leaf& one) { one.names.assign(5, "x"); }));
  EXPECT_FALSE(with([](scan::Leaf& one) { one.names[0].resize(201); }));
  EXPECT_FALSE(with([](scan::Leaf& one) { one.inside.resize(65); }));
  answer.leaves.assign(scan::leaves_max + 1, leaf);
  EXPECT_FALSE(believed(answer));
}

TEST(Distrust, RefusesEveryTruncationOfAReport) {
  const Buffer wire = to_wire(report());
  for (std::size_t size = 0; size < wire.size(); ++size) {
    EXPECT_FALSE(believe_report(Bytes(wire).first(size), {&known()}, "name").has_value()) << size;
  }
  Buffer longer = wire;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(believe_report(longer, {&known()}, "name").has_value());
}

diagnosis::Examination examination() {
  diagnosis::Examination out;
  diagnosis::Diagnosis one;
  one.entry = "test/eicar";
  one.verdict = diagnosis::Verdict::infected;
  host::Finding finding;
  finding.entry = "test/eicar";
  finding.variant = "standard";
  finding.change = "test-file";
  finding.kind = "file";
  finding.outcome = host::Outcome::found;
  finding.file = host::FileFact{"WINDOWS/eicar.com", {}, ""};
  finding.file->node.size_bytes = 68;
  one.evidence_for.push_back(finding);
  out.diagnoses.push_back(one);
  out.dirty_hives.push_back("WINDOWS/system32/config/SOFTWARE");
  return out;
}

bool believed(const diagnosis::Examination& answer) {
  return believe_examination(to_wire(answer), known()).has_value();
}

TEST(Distrust, RefusesAnExaminationThatPointsOutOfTheTree) {
  EXPECT_TRUE(believed(examination()));
  for (const char* path : {"../etc/passwd", "/etc/passwd", "a/../../b", "", "a//b", "."}) {
    auto file = examination();
    file.diagnoses[0].evidence_for[0].file->path = path;
    EXPECT_FALSE(believed(file)) << path;
    auto hive = examination();
    hive.diagnoses[0].evidence_for[0].registry.emplace().hive = path;
    EXPECT_FALSE(believed(hive)) << path;
    auto slight = examination();
    slight.slight = slight.diagnoses[0].evidence_for;
    EXPECT_TRUE(believed(slight));
    slight.slight[0].file->path = path;
    EXPECT_FALSE(believed(slight)) << path;
    auto dirty = examination();
    dirty.dirty_hives[0] = path;
    EXPECT_FALSE(believed(dirty)) << path;
  }
}

TEST(Distrust, RefusesAPostureThatNobodyAskedFor) {
  const entries::Encyclopedia& all = known();
  posture::Posture out;
  EXPECT_TRUE(believe_posture(to_wire(out), all).has_value());
  out.checks.push_back({"made-up", entries::CheckVerdict::pass, {}});
  EXPECT_FALSE(believe_posture(to_wire(out), all).has_value());
  out.checks.clear();
  out.dirty_hives.push_back("../outside");
  EXPECT_FALSE(believe_posture(to_wire(out), all).has_value());
}

TEST(Distrust, RefusesAnExaminationOfEntriesThatAreNotThere) {
  auto diagnosis = examination();
  diagnosis.diagnoses[0].entry = "win32/no-such";
  EXPECT_FALSE(believed(diagnosis));
  auto mixed = examination();
  mixed.diagnoses[0].unknown.push_back(mixed.diagnoses[0].evidence_for[0]);
  mixed.diagnoses[0].unknown[0].entry = "win32/testworm";
  EXPECT_FALSE(believed(mixed));
}

TEST(Distrust, RefusesAFileThatIsNotTheChanges) {
  const auto with = [](const std::function<void(host::Finding&)>& twist) {
    auto out = examination();
    twist(out.diagnoses[0].evidence_for[0]);
    return out;
  };
  using host::Finding;
  EXPECT_TRUE(believed(with([](Finding& f) { f.file->path = "WINDOWS/EICAR.COM"; })));
  EXPECT_FALSE(believed(with([](Finding& f) { f.file->path = "eicar.com/explorer.exe"; })));
  EXPECT_FALSE(believed(with([](Finding& f) { f.file->path = "WINDOWS/my eicar.com"; })));
  EXPECT_FALSE(believed(with([](Finding& f) { f.file->node.size_bytes = 69; })));
  EXPECT_FALSE(believed(with([](Finding& f) { f.change = "another"; })));
  EXPECT_FALSE(believed(with([](Finding& f) { f.variant = "another"; })));
  EXPECT_FALSE(believed(with([](Finding& f) { f.kind = "registry"; })));
  EXPECT_FALSE(believed(with([](Finding& f) { f.file.reset(); })));
  EXPECT_FALSE(believed(with([](Finding& f) { f.registry.emplace().hive = "WINDOWS/x"; })));
  const auto contradicted = with([](Finding& f) {
    f.outcome = host::Outcome::contradicted;
    f.file->node.size_bytes = 69;
  });
  EXPECT_TRUE(believed(contradicted)) << "its size is what speaks against it";
}

TEST(Distrust, KnowsAFileByItsPatternAndAValueByItsName) {
  const std::string key = "key = 'HKLM\\Software\\Worm'\naction = 'create-key'\nold = 'absent'";
  const auto family = diagnosis::family(
      {{"a", diagnosis::body("foo*.exe") + diagnosis::run_value("Driver", "foo1.exe") +
                 diagnosis::change("registry", "key", key)}});
  ASSERT_NE(family.find("win32/family"), nullptr);
  const auto believes = [&](const char* change, const char* kind, const auto& fill) {
    diagnosis::Examination out;
    host::Finding finding;
    finding.entry = "win32/family";
    finding.variant = "a";
    finding.change = change;
    finding.kind = kind;
    finding.outcome = host::Outcome::found;
    fill(finding);
    out.diagnoses.emplace_back().entry = "win32/family";
    out.diagnoses[0].evidence_for.push_back(finding);
    return believe_examination(to_wire(out), family).has_value();
  };
  const auto file = [&](const char* path) {
    return believes("foo*.exe", "file", [&](auto& f) { f.file = host::FileFact{path, {}, ""}; });
  };
  EXPECT_TRUE(file("WINDOWS/Foo12.EXE"));
  EXPECT_FALSE(file("WINDOWS/bar.exe"));
  const auto value = [&](const char* change, const char* name, bool whole_key) {
    return believes(change, "registry", [&](auto& f) {
      f.registry.emplace().hive = "WINDOWS/system32/config/SOFTWARE";
      f.registry->value = name;
      f.registry->whole_key = whole_key;
    });
  };
  EXPECT_TRUE(value("run-Driver", "DRIVER", false));
  EXPECT_FALSE(value("run-Driver", "Firewall", false));
  EXPECT_FALSE(value("run-Driver", "Driver", true)) << "the whole Run key";
  EXPECT_TRUE(value("key", "", true));
  EXPECT_FALSE(value("key", "Firewall", false));
}

TEST(Distrust, KnowsALineByItsFileItsNameAndItsPlace) {
  const std::string run = "directory='%windir%'\nname='win.ini'\nsection='windows'\nkey='run'\n";
  const auto family =
      diagnosis::family({{"a", diagnosis::change("ini", "run", run + "data='worm.exe'") +
                                   diagnosis::change("hosts", "line", "line='* av.example'")}});
  ASSERT_NE(family.find("win32/family"), nullptr);
  const auto believes = [&](const char* kind, const std::function<void(host::LineFact&)>& twist) {
    const bool ini = std::string_view(kind) == "ini";
    host::Finding finding;
    finding.entry = "win32/family";
    finding.variant = "a";
    finding.change = ini ? "run" : "line";
    finding.kind = kind;
    finding.outcome = host::Outcome::found;
    host::LineFact& fact = finding.line.emplace();
    fact.file.path = ini ? "WINDOWS/win.ini" : "WINDOWS/system32/drivers/etc/hosts";
    fact.file.node.size_bytes = 100;
    fact.line = to_buffer(as_bytes(std::string_view(ini ? "Run=worm.exe" : "0.0.0.0  av.example")));
    fact.part_offset = ini ? 4 : 0;
    fact.part_size = fact.line.size() - fact.part_offset;
    twist(fact);
    diagnosis::Examination out;
    out.diagnoses.emplace_back().entry = "win32/family";
    out.diagnoses[0].evidence_for.push_back(finding);
    return believe_examination(to_wire(out), family).has_value();
  };
  using host::LineFact;
  for (const char* kind : {"ini", "hosts"}) {
    EXPECT_TRUE(believes(kind, [](LineFact&) {}));
    EXPECT_FALSE(believes(kind, [](LineFact& f) { f.file.path = "WINDOWS/other.ini"; }));
    EXPECT_FALSE(believes(kind, [](LineFact& f) { f.file.path = "../win.ini"; }));
    EXPECT_FALSE(believes(kind, [](LineFact& f) { f.offset = 99; }));
    EXPECT_FALSE(believes(kind, [](LineFact& f) { f.offset = ~std::uint64_t{0}; }));
    EXPECT_FALSE(believes(kind, [](LineFact& f) { f.part_offset = 1; }));
    EXPECT_FALSE(believes(kind, [](LineFact& f) { f.part_size -= 1; }));
    EXPECT_FALSE(believes(kind, [](LineFact& f) {
      f.line.push_back(std::byte{'\n'});
      f.part_size = f.line.size();
    }));
    EXPECT_FALSE(believes(kind, [](LineFact& f) { f.line.assign(5000, {}); }));
    EXPECT_FALSE(believes(kind, [](LineFact& f) {
      f.line = to_buffer(as_bytes(std::string_view("other=x")));
      f.part_size = 0;
    }));
  }
}

TEST(Distrust, KnowsAWordOfALineFromAnother) {
  entries::IniChange change;
  change.data = {"worm.exe"};
  EXPECT_TRUE(host::has_stated_name("C:\\x\\WORM.EXE", change));
  EXPECT_FALSE(host::has_stated_name("honest.exe", change));
  EXPECT_FALSE(host::has_stated_name("C:\\worm.exe\\honest.exe", change));
}

TEST(Distrust, RefusesEditsThatDoNotLieInTheHive) {
  const auto believed_edits = [](std::vector<regf::Edit> edits) {
    return believe_edits(to_wire(edits), 100).has_value();
  };
  const Buffer two(2);
  EXPECT_TRUE(believed_edits({}));
  EXPECT_TRUE(believed_edits({{0, two, two}, {2, two, two}, {98, two, two}}));
  EXPECT_FALSE(believed_edits({{99, two, two}}));
  EXPECT_FALSE(believed_edits({{~std::uint64_t{0}, two, two}}));
  EXPECT_FALSE(believed_edits({{2, two, two}, {0, two, two}}));
  EXPECT_FALSE(believed_edits({{0, two, two}, {1, two, two}}));
  EXPECT_FALSE(believed_edits({{0, two, Buffer(3)}}));
  EXPECT_FALSE(believed_edits({{0, {}, {}}}));
}

unpack::Tree tree() {
  unpack::Tree out;
  out.nodes.push_back({"a.zip", {}, 0, 0, "zip", {}, 10, 0, true, {}, {}});
  out.nodes.push_back({"b.txt", {}, 0, 1, "text", {}, 10, 5, true, {}, {}});
  return out;
}

TEST(Distrust, BelievesATreeThatHangsTogether) {
  EXPECT_TRUE(believe_tree(to_wire(tree())).has_value());
}

TEST(Distrust, RefusesATreeThatCannotBe) {
  EXPECT_FALSE(believe_tree(to_wire(unpack::Tree())).has_value());
  for (const auto& spoil : std::vector<std::function<void(unpack::Tree&)>>{
           [](unpack::Tree& t) { t.nodes[1].parent = 1; },
           [](unpack::Tree& t) { t.nodes[1].depth = 2; },
           [](unpack::Tree& t) { t.nodes[0].depth = 1; },
           [](unpack::Tree& t) { t.nodes[1].name.resize(1 << 20); },
           [](unpack::Tree& t) { t.nodes[1].gaps.resize(1000); },
           [](unpack::Tree& t) { t.nodes[1].format.resize(100); }}) {
    unpack::Tree spoilt = tree();
    spoil(spoilt);
    EXPECT_FALSE(believe_tree(to_wire(spoilt)).has_value());
  }
}

TEST(PieceOrder, TakesWholeNodesInRisingOrder) {
  PieceOrder order(100);
  EXPECT_TRUE(order.check({1, 0, Buffer(10), false}).has_value());
  EXPECT_TRUE(order.check({1, 10, Buffer(5), true}).has_value());
  EXPECT_TRUE(order.check({4, 0, Buffer(), true}).has_value());
}

TEST(PieceOrder, RefusesEverythingElse) {
  const auto second = [](const Piece& piece) {
    PieceOrder order(100);
    EXPECT_TRUE(order.check({3, 0, Buffer(10), false}).has_value());
    return order.check(piece).has_value();
  };
  EXPECT_FALSE(second({3, 5, Buffer(5), false}));      // overlaps
  EXPECT_FALSE(second({3, 20, Buffer(5), false}));     // leaves a gap
  EXPECT_FALSE(second({4, 0, Buffer(5), false}));      // before the other one is whole
  EXPECT_FALSE(second({2, 0, Buffer(5), false}));      // goes back
  EXPECT_FALSE(second({3, 10, Buffer(1000), false}));  // more than it may
}

}  // namespace
}  // namespace antidotary::worker

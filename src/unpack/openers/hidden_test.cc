// What containers hide: each is whole but for one word, which must not make its content vanish. The
// content comes out, or the container says what it lacks; never neither.
#include <fmt/core.h>
#include <gmock/gmock.h>

#include "formats/zip/writer.h"
#include "unpack/openers/container_specimens.h"
#include "unpack/unpack.h"

namespace antidotary::unpack {
namespace {

using formats::Format;
using specimens::content;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Outcome {
  std::vector<std::string> names, children, missed;
  std::vector<ErrorKind> kinds;
};

Outcome open(Format format, const std::string& bytes, Limits limits = {},
             std::function<bool(std::size_t)> wanted = nullptr) {
  Budget budget(limits);
  Outcome out;
  Visitor visitor;
  visitor.wanted = std::move(wanted);
  visitor.child = [&](const Child& child) {
    out.names.push_back(child.name);
    out.children.push_back(to_string(child.bytes));
  };
  visitor.missed = [&](const Missed& missed) {
    out.missed.push_back(missed.error.what);
    out.kinds.push_back(missed.error.kind);
  };
  unpack(format, as_bytes(bytes), budget, visitor);
  return out;
}

Limits of_object_bytes(std::uint64_t bytes) {
  Limits limits;
  limits.object_bytes_max = bytes;
  return limits;
}

TEST(HiddenInSis, IsToldWhereNoFieldIsKnown) {
  EXPECT_THAT(open(Format::sis, specimens::sis()).children, ElementsAre(content));
  EXPECT_THAT(open(Format::sis, specimens::sis(13)).kinds, ElementsAre(ErrorKind::malformed));
}

TEST(HiddenInSis, IsToldWhereAFieldHoldsAnotherSize) {
  const Outcome out = open(Format::sis, specimens::sis(12, 5));
  EXPECT_THAT(out.children, ElementsAre(content));
  EXPECT_THAT(out.kinds, ElementsAre(ErrorKind::malformed));
}

TEST(HiddenInOldSis, IsToldWhereNoFileIsListed) {
  EXPECT_THAT(open(Format::sis, specimens::old_sis()).children, ElementsAre(content));
  const Outcome no_rows = open(Format::sis, specimens::old_sis({1, 0, 0}));
  EXPECT_THAT(no_rows.missed, ElementsAre("its table lists no file"));
  const Outcome no_languages = open(Format::sis, specimens::old_sis({0, 1, 1}));
  EXPECT_THAT(no_languages.missed, ElementsAre("its table lists no file"));
}

TEST(Sis, LeavesOutWhatIsNotWanted) {
  const Outcome out = open(Format::sis, specimens::sis(), {}, [](std::size_t) { return false; });
  EXPECT_THAT(out.children, IsEmpty());
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(HiddenInWim, IsToldWhereTheTableOfResourcesIsEmptyOrCut) {
  const std::string metadata = specimens::wim_metadata("a.txt"), empty, cut(60, '\0');
  EXPECT_THAT(open(Format::wim, specimens::wim(metadata)).children, Contains(content));
  EXPECT_THAT(open(Format::wim, specimens::wim(metadata, &empty)).kinds,
              ElementsAre(ErrorKind::malformed));
  EXPECT_THAT(open(Format::wim, specimens::wim(metadata, &cut)).kinds,
              ElementsAre(ErrorKind::malformed));
}

TEST(Wim, NamesAFileAlsoWhereItsMetadataAreNotWanted) {
  const std::string image = specimens::wim(specimens::wim_metadata("a.txt"));
  const Outcome out = open(Format::wim, image, {}, [](std::size_t i) { return i == 1; });
  EXPECT_THAT(out.names, ElementsAre("a.txt"));
}

TEST(HiddenInDmg, ComesOutThroughCommentsAndBlanks) {
  const std::vector<specimens::DmgRun> runs = {
      {0x80000005, 0, 1, specimens::zlib_of(specimens::padded(content, 512))}};
  const auto bent = [&](std::string_view from, std::string_view to) {
    return open(Format::dmg, specimens::dmg(runs, 1, [&](std::string list) {
                  return list.replace(list.find(from), from.size(), to);
                }));
  };
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"<dict>", "<!--<key>blkx</key></array>--><dict>"},
           {"<data>", "<data >"},
           {"<data>", "<data\t\nx='1'>"},
           {"<key>blkx</key>", "<key><![CDATA[blkx]]></key>"},
           {"<key>blkx</key>", "<key>blk&#120;</key>"},
           {"<data>bWlz", "<data>b&#87;&#x6c;z"},
           {"<data>bWlz", "<data>&#00000000000000000098;Wlz"},
           {"<data>", "<data><!-- -->"}}) {
    const Outcome out = bent(from, to);
    EXPECT_THAT(out.children, ElementsAre(HasSubstr(content))) << to;
    EXPECT_THAT(out.missed, IsEmpty()) << to;
  }
  EXPECT_THAT(bent("<data>", "<date>").kinds, ElementsAre(ErrorKind::malformed));
  EXPECT_THAT(bent("<data>", "<data>&x;").kinds, ElementsAre(ErrorKind::malformed));
  EXPECT_THAT(bent("<data>", "<!-- <data>").kinds, ElementsAre(ErrorKind::malformed));
}

TEST(HiddenInDmg, IsToldWhereRunsStandElsewhereOrAreTooFew) {
  const std::string run = specimens::zlib_of(specimens::padded(content, 512));
  const auto kinds = [&](const std::vector<specimens::DmgRun>& runs) {
    return open(Format::dmg, specimens::dmg(runs, 2)).kinds;
  };
  EXPECT_THAT(kinds({{0x80000005, 0, 1, run}, {0x80000005, 1, 1, run}}), IsEmpty());
  EXPECT_THAT(kinds({{0x80000005, 1, 1, run}, {0x80000005, 0, 1, run}}),
              ElementsAre(ErrorKind::malformed));
  EXPECT_THAT(kinds({{0x80000005, 0, 1, run}}), ElementsAre(ErrorKind::malformed));
}

TEST(HiddenInUdf, IsToldWhereFoldersAreTooDeep) {
  EXPECT_THAT(open(Format::udf, specimens::udf(60)).children, ElementsAre(content));
  EXPECT_THAT(open(Format::udf, specimens::udf(70)).kinds, ElementsAre(ErrorKind::refused));
}

TEST(HiddenInUdf, ComesOutOfAFolderWhoseNameSaysThatItIsAFile) {
  const Outcome out = open(Format::udf, specimens::udf(2, 0));
  EXPECT_THAT(out.names, ElementsAre("d/d/a.txt"));
  EXPECT_THAT(out.children, ElementsAre(content));
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(HiddenInUdf, ComesOutOfAFileWhoseNameSaysThatItIsAFolder) {
  const Outcome out =
      open(Format::udf, specimens::udf({{1, specimens::udf_entry(4, specimens::udf_row("a", 2, 2))},
                                        {2, specimens::udf_entry(5, content)}}));
  EXPECT_THAT(out.children, ElementsAre(content));
}

TEST(HiddenInUdf, IsToldWhereAnEntryHoldsLessThanItsSize) {
  std::string entry = specimens::udf_entry(5, content);
  specimens::put(entry, 56, specimens::le(content.size() + 1, 8));
  const Outcome out =
      open(Format::udf,
           specimens::udf({{1, specimens::udf_entry(4, specimens::udf_row("a", 2))}, {2, entry}}));
  EXPECT_THAT(out.children, ElementsAre(content));
  EXPECT_THAT(out.kinds, ElementsAre(ErrorKind::malformed));
}

TEST(HiddenInInstallShield, ComesOutOfACabinetThatSaysItHasNoData) {
  for (const std::uint32_t data_at : {0x200u, 0u}) {
    const Outcome out = open(Format::installshield, specimens::installshield({{"a"}}, data_at));
    EXPECT_THAT(out.names, ElementsAre("a")) << data_at;
    EXPECT_THAT(out.children, ElementsAre(content)) << data_at;
    EXPECT_THAT(out.missed, IsEmpty()) << data_at;
  }
}

TEST(InstallShield, HasNothingToMissWhereAHeaderListsWhatStandsElsewhere) {
  std::string header = specimens::installshield({{"a"}, {"b", 0}}, 0);
  header.resize(header.size() - 20);  // behind its directory a part is not there
  const Outcome cut = open(Format::installshield, header);
  EXPECT_THAT(cut.children, IsEmpty());
  EXPECT_THAT(cut.missed, IsEmpty());
}

/// A header file with one row, whose bytes stand behind the directory; it states that all is its
/// directory. `name`: what the row is called, put behind the bytes.
std::string header_with(const std::string& chunk, std::uint64_t unpacked, const std::string& name) {
  std::string out = specimens::installshield({{"a"}}, 0);
  constexpr std::size_t table = 0x200 + 0x40, row = table + 0x20;
  specimens::put(out, 16, specimens::words({0x7fffffff}));
  specimens::put(
      out, row + 2,
      specimens::le(unpacked, 8) + specimens::le(chunk.size(), 8) + specimens::le(out.size(), 8));
  out += chunk;
  if (!name.empty()) specimens::put(out, row + 58, specimens::words({out.size() - table}));
  return out + name + '\0';
}

std::string chunk_of(const std::string& plain) {
  const std::string deflated = specimens::deflate_of(plain);
  return specimens::le(deflated.size(), 2) + deflated;
}

TEST(HiddenInInstallShield, IsMissedWhereALimitEndsIt) {
  const std::string large(100'000, 'x');
  // The name makes it the directory's own bytes, which a row may point into by chance.
  const std::string header = header_with(chunk_of(large), large.size(), "a");
  EXPECT_THAT(open(Format::installshield, header).children, ElementsAre(large));
  Limits dense, small = of_object_bytes(1000), none = of_object_bytes(0);
  dense.ratio_max = 2;
  dense.ratio_floor_bytes = 1000;
  for (const Limits& limits : {dense, small, none}) {
    EXPECT_THAT(open(Format::installshield, header, limits).kinds,
                ElementsAre(ErrorKind::budget_spent));
  }
}

TEST(HiddenInInstallShield, IsMissedWhereItIsDamagedBehindTheDirectory) {
  std::string chunk = chunk_of(content);
  chunk[2] = '\x07';  // a kind of block that is none
  EXPECT_THAT(open(Format::installshield, header_with(chunk, content.size(), "")).kinds,
              ElementsAre(ErrorKind::malformed));
  EXPECT_THAT(open(Format::installshield, header_with(chunk, content.size(), "a")).kinds,
              IsEmpty());
}

TEST(HiddenInInstallShield, ComesOutOfALinkToARowThatDidNotComeOut) {
  const auto names = [](const std::vector<specimens::InstallShieldRow>& rows) {
    return open(Format::installshield, specimens::installshield(rows)).names;
  };
  EXPECT_THAT(names({{"a"}, {"b", 4, 0u, false}}), ElementsAre("a"));
  EXPECT_THAT(names({{"a", 4 | 8}, {"b", 4, 0u, false}}), ElementsAre("b"));
  EXPECT_THAT(names({{"a", 4, {}, false}, {"b", 4, 0u}}), ElementsAre("b"));
  EXPECT_THAT(names({{"a", 4, {}, false}, {"b", 4, 0u}, {"c", 4, 0u}}), ElementsAre("b", "c"));
  EXPECT_THAT(names({{"a"}, {"b", 4, 0u, false}, {"c", 4, 1u, false}}), ElementsAre("a"));
}

TEST(HiddenInInstallShield, IsToldWhereTheDirectoryStandsElsewhere) {
  std::string cabinet = specimens::installshield({{"a"}});
  specimens::put(cabinet, 12, specimens::words({0x229}));
  for (const std::string& bytes : {cabinet, specimens::setup_file("one1.cab", cabinet)}) {
    EXPECT_THAT(open(Format::installshield, bytes).missed,
                ElementsAre("its directory lists no file"));
  }
}

TEST(HiddenInDmg, ComesOutOfWhatIsWrittenBeforeDamage) {
  const auto literal = [](const std::string& bytes) {
    return static_cast<char>(0x80 | (bytes.size() - 1)) + bytes;
  };
  const std::string half = content.substr(0, 80), rest = content.substr(80);
  const std::string beyond_start = "\x45\xff\xff";
  const Outcome out =
      open(Format::dmg,
           specimens::dmg({{0x80000004, 0, 1, literal(half) + literal(rest) + beyond_start}}, 1));
  EXPECT_THAT(out.children, ElementsAre(content));
  EXPECT_THAT(out.missed, ElementsAre("the compressed data point before their start"));
}

TEST(Dmg, KeepsWithinTheBoundOfAnObjectByEachKindOfRun) {
  const std::string matches = std::string("\x80x", 2) + std::string("\x7f\0\0", 3) +
                              std::string("\x7f\0\0", 3);  // 135 bytes
  const std::string run = specimens::zlib_of(specimens::padded(content, 512));
  for (const std::vector<specimens::DmgRun>& runs :
       {std::vector<specimens::DmgRun>{{0, 0, 1, ""}, {0, 1, 1, ""}, {0, 2, 1, ""}},
        {{0, 0, 1, ""}, {0x80000004, 1, 1, matches}, {0, 2, 1, ""}},
        {{0, 0, 1, ""}, {0x80000005, 1, 1, run}, {0, 2, 1, ""}},
        {{0, 0, 1, ""}, {1, 1, 1, std::string(512, 'x')}, {0, 2, 1, ""}}}) {
    const Outcome out = open(Format::dmg, specimens::dmg(runs, 3), of_object_bytes(600));
    ASSERT_THAT(out.children, testing::SizeIs(1));
    EXPECT_GE(out.children[0].size(), 512u);
    EXPECT_LE(out.children[0].size(), 600u);
    EXPECT_THAT(out.kinds, ElementsAre(ErrorKind::budget_spent));
  }
}

TEST(MembersThatAreTooLarge, DoNotHideThoseBehindThem) {
  const std::string large(200, 'l');
  const Limits limits = of_object_bytes(100);
  const Outcome cab =
      open(Format::cab, specimens::cab({{"a", large}, {"b", "small"}, {"c", large}, {"d", "late"}}),
           limits);
  EXPECT_THAT(cab.children, testing::IsSupersetOf({"small", "late"}));
  EXPECT_THAT(cab.kinds, ElementsAre(ErrorKind::budget_spent, ErrorKind::budget_spent));
  const Outcome installer =
      open(Format::installshield, specimens::installshield({{"a"}, {"b"}}), limits);
  EXPECT_THAT(installer.kinds, ElementsAre(ErrorKind::budget_spent, ErrorKind::budget_spent));
  const Outcome two = open(Format::installshield,
                           specimens::setup_file("one1.cab", specimens::installshield({{"a"}})) +
                               specimens::setup_file("two1.cab", specimens::installshield({{"b"}})),
                           limits);
  EXPECT_THAT(two.kinds, ElementsAre(ErrorKind::budget_spent, ErrorKind::budget_spent));
  zip::Writer writer;
  writer.add("a", as_bytes(large));
  const std::string zip = to_string(writer.finish()) + "what follows";
  EXPECT_THAT(open(Format::zip, zip, limits).children, Contains("what follows"));
}

TEST(HiddenInCpio, IsToldWhereAHeaderIsPassedOver) {
  const auto row = [](const std::string& name, const std::string& bytes, const char* digit = "0") {
    std::string out = "070701";
    for (const std::size_t field :
         {std::size_t{1}, std::size_t{0x81a4}, std::size_t{0}, std::size_t{0}, std::size_t{1},
          std::size_t{0}, bytes.size(), std::size_t{0}, std::size_t{0}, std::size_t{0},
          std::size_t{0}, name.size() + 1, std::size_t{0}}) {
      out += fmt::format("{:08x}", field);
    }
    out.replace(20, 1, digit);
    out += name + '\0';
    out.resize((out.size() + 3) & ~std::size_t{3});
    out += bytes;
    out.resize((out.size() + 3) & ~std::size_t{3});
    return out;
  };
  const std::string end = row("TRAILER!!!", ""), name(300, 'n');
  EXPECT_THAT(open(Format::cpio, row("a", content) + row(name, "more") + end).missed, IsEmpty());
  const Outcome first = open(Format::cpio, row("a", content, "t") + row("b", "more") + end);
  EXPECT_THAT(first.missed, Not(IsEmpty()));
  const Outcome last = open(Format::cpio, row("a", content) + row("b", "more", "t") + end);
  EXPECT_THAT(last.children, ElementsAre(content));
  EXPECT_THAT(last.missed, Not(IsEmpty()));
  for (std::size_t size = 0; size < 24; ++size) {
    const std::string head = row("a", std::string(size, 'x'), "t");
    EXPECT_THAT(open(Format::cpio, head + end).missed, Not(IsEmpty())) << size;
    EXPECT_THAT(open(Format::cpio, head + row("b", "more") + end).missed, Not(IsEmpty())) << size;
  }
}

/// Files of one archive in a dialect of cpio: "odc", "bin", "bin of big numbers", "newc" or "crc".
std::string cpio_row(const std::string& dialect, const std::string& name,
                     const std::string& bytes) {
  std::string out;
  std::size_t rounded = 1;
  if (dialect == "odc") {
    out = fmt::format("070707{:06o}{:06o}{:06o}{:06o}{:06o}{:06o}{:06o}{:011o}{:06o}{:011o}", 0, 1,
                      0100644, 0, 0, 1, 0, 0, name.size() + 1, bytes.size());
  } else if (dialect == "newc" || dialect == "crc") {
    unsigned sum = 0;
    for (const char c : bytes) sum += static_cast<unsigned char>(c);
    out = dialect == "crc" ? "070702" : "070701";
    for (const std::size_t field :
         {std::size_t{1}, std::size_t{0x81a4}, std::size_t{0}, std::size_t{0}, std::size_t{1},
          std::size_t{0}, bytes.size(), std::size_t{0}, std::size_t{0}, std::size_t{0},
          std::size_t{0}, name.size() + 1, std::size_t{dialect == "crc" ? sum : 0}}) {
      out += fmt::format("{:08x}", field);
    }
    rounded = 4;
  } else {
    for (const std::size_t field :
         {std::size_t{070707}, std::size_t{0}, std::size_t{1}, std::size_t{0100644}, std::size_t{0},
          std::size_t{0}, std::size_t{1}, std::size_t{0}, std::size_t{0}, std::size_t{0},
          name.size() + 1, bytes.size() >> 16, bytes.size() & 0xffff}) {
      out += dialect == "bin" ? specimens::le(field, 2) : specimens::be(field, 2);
    }
    rounded = 2;
  }
  const auto round = [&out, rounded] {
    out.resize((out.size() + rounded - 1) / rounded * rounded);
  };
  out += name + '\0';
  round();
  out += bytes;
  round();
  return out;
}

TEST(HiddenInCpio, IsToldWhereOneByteIsMissingOrTooMany) {
  for (const std::string dialect : {"odc", "bin", "bin of big numbers", "newc", "crc"}) {
    for (std::size_t size = 1; size <= 9; ++size) {
      const std::string first = cpio_row(dialect, "a", content.substr(0, size));
      for (const std::size_t name_bytes : {1, 2, 3, 4}) {
        const std::string second = cpio_row(dialect, std::string(name_bytes, 'n'), content);
        const std::string end = cpio_row(dialect, "TRAILER!!!", "");
        const Outcome whole = open(Format::cpio, first + second + end);
        EXPECT_THAT(whole.children, ElementsAre(content.substr(0, size), content)) << dialect;
        EXPECT_THAT(whole.missed, IsEmpty()) << dialect << size << name_bytes;
        const std::string cut = first.substr(0, first.size() - 1), longer = first + 'x';
        for (const std::string& bent : {cut, longer}) {
          EXPECT_THAT(open(Format::cpio, bent + second + end).missed, Not(IsEmpty()))
              << dialect << size << name_bytes;
          EXPECT_THAT(open(Format::cpio, bent + end).missed, Not(IsEmpty())) << dialect << size;
        }
      }
    }
  }
}

TEST(Nsis, BringsOutAFileUnderItsName) {
  const Outcome out = open(Format::nsis, specimens::nsis());
  EXPECT_THAT(out.names, ElementsAre("header", "a.txt"));
  EXPECT_THAT(out.children, Contains(content));
  EXPECT_THAT(out.missed, IsEmpty());
}

}  // namespace
}  // namespace antidotary::unpack

// Method: files of three signatures of which the middle one is wrong in one way. It must be left
// out, counted, and reported with its file, its line and the reason; its neighbours must be taken.
#include "signatures/clamav/readers.h"

#include <gmock/gmock.h>

#include "core/digest.h"

namespace antidotary::signatures::clamav {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string md5 = "d41d8cd98f00b204e9800998ecf8427e";
const std::string sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const std::string crc_rule = ":CL_TYPE_ZIP:*:*:*:*:*:*:*:*";

Corpus read_into(std::string_view extension, const std::string& text, Options options = {}) {
  Corpus corpus(options);
  corpus.begin_source({"before.hdb", "hdb", "", 0, 0, 0, false});
  corpus.begin_source({"file." + std::string(extension), "", "", 0, 0, 0, false});
  const Status status = read(extension, as_bytes(text), corpus);
  EXPECT_TRUE(status) << status.error().what;
  return corpus;
}

struct Mistake {
  std::string line;
  std::string_view reason;
};

/// `good`: a line of the format that is right.
void expect_refusals(std::string_view extension, const std::string& good,
                     const std::vector<Mistake>& mistakes) {
  for (const Mistake& one : mistakes) {
    const std::string text = good + "\r\n# a comment\n\n" + one.line + "\n" + good + "\n";
    const Corpus corpus = read_into(extension, text);
    EXPECT_EQ(corpus.sources.at(1).taken, 2u) << extension << ": " << one.line;
    EXPECT_EQ(corpus.sources.at(1).refused, 1u) << extension << ": " << one.line;
    EXPECT_EQ(corpus.sources.at(0).refused, 0u);
    ASSERT_THAT(corpus.refusals, SizeIs(1)) << extension << ": " << one.line;
    EXPECT_EQ(corpus.sources.at(corpus.refusals[0].source).path, "file." + std::string(extension));
    EXPECT_EQ(corpus.refusals[0].line, 4u) << one.line;
    EXPECT_THAT(corpus.refusals[0].reason, HasSubstr(std::string(one.reason))) << one.line;
  }
}

TEST(ClamavReaders, RefuseMalformedDigestsOfFiles) {
  const std::vector<Mistake> mistakes = {
      {md5 + ":1", "a digest, a size and a name"},
      {"nonsense", "a digest, a size and a name"},
      {md5 + ":1:Name:73:99:more", "more fields"},
      {md5 + ":1:", "the name is empty"},
      {md5 + ":0:Name", "a size of 0"},
      {md5 + ":4294967295:Name", "a size of 4294967295"},
      {md5 + ":ten:Name", "the size is 'ten', which is no number"},
      {md5 + ":-1:Name", "the size is '-1'"},
      {md5 + ":18446744073709551616:Name", "which is no number"},
      {md5 + ":*:Name", "needs a least engine level of 73"},
      {md5 + ":*:Name:72", "needs a least engine level of 73"},
      {md5 + ":1:Name:x", "the least engine level is 'x'"},
      {md5 + ":1:Name:9999", "for engines of level 9999 and up"},
      {md5 + ":1:Name:1:2", "for engines up to level 2"},
      {"d41d8:1:Name", "a digest of 5 characters"},
      {"g" + md5.substr(1) + ":1:Name", "not hexadecimal"},
      {":1:Name", "a digest of 0 characters"},
  };
  for (const std::string_view extension : {"hdb", "hsb", "imp", "fp", "sfp"}) {
    expect_refusals(extension, md5 + ":10:Good", mistakes);
  }
}

TEST(ClamavReaders, RefuseMalformedDigestsOfSections) {
  for (const std::string_view extension : {"mdb", "msb"}) {
    expect_refusals(extension, "10:" + sha1 + ":Good",
                    {{md5 + ":10:Name", "the size is"},
                     {"0:" + md5 + ":Name", "a size of 0"},
                     {"*:" + md5 + ":Name", "needs a least engine level of 73"},
                     {"10:" + md5, "a digest, a size and a name"},
                     {"10:" + md5 + ":", "the name is empty"}});
  }
}

TEST(ClamavReaders, RefuseMalformedBodies) {
  for (const std::string_view extension : {"ndb", "sdb"}) {
    expect_refusals(extension, "Good:0:*:61626364",
                    {{"Name:0:*", "3 fields"},
                     {"Name:0:*:61626364:1:2:3", "7 fields"},
                     {":0:*:61626364", "the name is empty"},
                     {"Name:15:*:61626364", "target 15"},
                     {"Name:pe:*:61626364", "the target is 'pe'"},
                     {"Name:0:EOF+4:61626364", "EOF"},
                     {"Name:0:x:61626364", "the offset is 'x'"},
                     {"Name:0:*:6162636", ""},
                     {"Name:0:*:61626x64", ""},
                     {"Name:0:*:", ""},
                     {"Name:0:*:6162", "a body for any file has 3 bytes"},
                     {"Name:0:*:61626364:9999", "for engines of level 9999"},
                     {"Name:0:*:61626364:1:2", "for engines up to level 2"}});
  }
}

TEST(ClamavReaders, RefuseMalformedBodiesOfTheOldFormat) {
  expect_refusals("db", "Good=61626364",
                  {{"Name", "NAME=BODY"},
                   {"=61626364", "NAME=BODY"},
                   {"Name=", ""},
                   {"Name=6162", "a body for any file has 3 bytes"},
                   {"Name=zz", ""}});
}

TEST(ClamavReaders, RefuseLogicalSignaturesOfTheWrongForm) {
  expect_refusals("ldb", "Good;Target:0;0;61626364",
                  {{"Name;Target:0;0", "NAME;CONDITIONS;EXPRESSION;SUBSIGNATURE"},
                   {";Target:0;0;61626364", "the name is empty"},
                   {"Name;Target:0;0;", "subsignature 0: it is empty"},
                   {"Name;Target:0;0&1;61626364", "speaks of 2 subsignatures; there are 1"},
                   {"Name;Target:0;0;61626364;61626364", "speaks of 1 subsignatures; there are 2"},
                   {"Name;Target:0;(0;61626364", ""},
                   {"Name;Target:0;0&;61626364", ""},
                   {"Name;Target:0;x;61626364", ""}});
}

TEST(ClamavReaders, RefuseWrongConditions) {
  const auto with = [](const std::string& conditions) {
    return "Name;" + conditions + ";0;61626364";
  };
  expect_refusals("ldb", "Good;Engine:81-255,Target:1;0;61626364",
                  {{with("Engine:1-255"), "no Target is stated"},
                   {with("Target"), "the condition 'Target' has no value"},
                   {with(""), "has no value"},
                   {with("Target:15"), "Target 15; 0 to 14 are known"},
                   {with("Target:one"), "Target is 'one'"},
                   {with("Target:0,Engine:81-255"), "Engine is not the first condition"},
                   {with("Engine:81,Target:0"), "Engine '81' is no range"},
                   {with("Engine:9-8,Target:0"), "Engine '9-8' is empty"},
                   {with("Engine:900-999,Target:0"), "for engines of level 900 to 999"},
                   {with("Target:0,FileSize:1-2"), "needs Engine:51-... before it"},
                   {with("Engine:51-255,Target:0,FileSize:2-1"), "FileSize '2-1' is empty"},
                   {with("Engine:51-255,Target:0,FileSize:a-b"), "FileSize is 'a'"},
                   {with("Engine:51-255,Target:0,Container:ZIP"), "'ZIP' is no type"},
                   {with("Engine:51-255,Target:0,Container:CL_TYPE_X"), "no type that is known"},
                   {with("Engine:51-255,Target:0,HandlerType:ZIP"), "'ZIP' is no type"},
                   {with("Engine:51-255,Target:0,Intermediates:CL_TYPE_ZIP>x"), "'x' is no type"},
                   {with("Engine:51-255,Target:0,EntryPoint:1-2"), "need Target 1, 6 or 9"},
                   {with("Engine:51-255,Target:0,NumberOfSections:1-2"), "need Target 1, 6 or 9"},
                   {with("Engine:51-255,Target:0,IconGroup1:a"), "need Target 1"},
                   {with("Engine:51-255,Target:0,Colour:red"), "an unknown condition 'Colour'"}});
}

// What cannot be asked yet must not count as taken.
TEST(ClamavReaders, RefuseRulesThatAskForIcons) {
  expect_refusals("ldb", "Good;Target:5;0;fuzzy_img#0123456789abcdef",
                  {{"Name;Engine:51-255,Target:1,IconGroup1:a;0;61626364", "asks for icons"}});
}

TEST(ClamavReaders, RefuseMoreSubsignaturesThanARuleHas) {
  std::string line = "Name;Target:0;0";
  for (int i = 0; i < 65; ++i) line += ";61626364";
  expect_refusals("ldb", "Good;Target:0;0;61626364", {{line, "65 subsignatures; 64 are taken"}});
}

TEST(ClamavReaders, RefuseWrongSubsignaturesAndSayWhich) {
  const auto with = [](const std::string& second) {
    return "Name;Target:0;0&1;61626364;" + second;
  };
  expect_refusals("ldb", "Good;Target:0;0;61626364",
                  {{with("6x"), "subsignature 1: "},
                   {with("EP:61626364"), "subsignature 1: EP takes"},
                   {with("61626364::q"), "subsignature 1: "},
                   {with("0/abc"), "without its end '/'"},
                   {with("/abc/"), "without a trigger"},
                   {with("0//"), "an empty regular expression"},
                   {with("0/(/"), "subsignature 1: "},
                   {with("0/abc/q"), "unknown flags 'q'"},
                   {with("1/abc/"), "its trigger is not a subsignature before it"},
                   {with("1(>>0#i1#=1)"), "its trigger is not a subsignature before it"},
                   {with("0(0#i1#=1)"), "begins with >> or <<"},
                   {with("0(>>0#i1)"), "offset#options#comparison"},
                   {with("0(>>0#1#=1)"), "without h, d, a or i"},
                   {with("0(>>0#hd1#=1)"), "of two bases"},
                   {with("0(>>0#dl1#=1)"), "little-endian decimal"},
                   {with("0(>>0#i3#=1)"), "of 3 bytes"},
                   {with("0(>>0#h0#=1)"), "of 0 bytes"},
                   {with("0(>>0#i1#!1)"), "a byte comparison by '!1'"},
                   {with("0(>>0#i1#=x)"), "a byte comparison with 'x'"},
                   {with("0(>>0#i1#=1,=2,=3)"), "over two byte comparisons"},
                   {with("0(>>0#i1#=1"), "without its ')'"},
                   {with("${1-2}32$"), "a macro of group 32"},
                   {with("${2-1}3$"), "from 2 to 1"},
                   {with("${1-2}3"), "a macro is"},
                   {with("fuzzy_img#abc"), "16 hexadecimal digits"},
                   {with("fuzzy_img#0123456789abcdef#1"), "another distance than 0"}});
}

TEST(ClamavReaders, RefuseMalformedRulesOverMembers) {
  expect_refusals("cdb", "Good" + crc_rule,
                  {{"Name:CL_TYPE_ZIP:*:*:*:*:*:*:*", "9 fields"},
                   {"Name:*:*:a\\:b[:]:*:*:*:*:*:*:*:*", "14 fields"},
                   {"Name:*:*:a\\:b:*:*:*:*:*:*", "the least engine level is"},
                   {crc_rule, "the name is empty"},
                   {"Name:ZIP:*:*:*:*:*:*:*:*", "'ZIP' is no type of container"},
                   {"Name:CL_TYPE_X:*:*:*:*:*:*:*:*", "'CL_TYPE_X' is no type of container"},
                   {"Name:*:x:*:*:*:*:*:*:*", "the container's size is 'x'"},
                   {"Name:*:9-1:*:*:*:*:*:*:*", "the container's size '9-1' is empty"},
                   {"Name:*:*:(:*:*:*:*:*:*", ""},
                   {"Name:*:*:*:x:*:*:*:*:*", "the packed size is 'x'"},
                   {"Name:*:*:*:*:1-:*:*:*:*", "the real size is ''"},
                   {"Name:*:*:*:*:*:2:*:*:*", "encrypted is 0, 1 or *"},
                   {"Name:*:*:*:*:*:*:x:*:*", "the position is 'x'"},
                   {"Name:*:*:*:*:*:*:*:xyz:*", "'xyz' is no CRC-32"},
                   {"Name:*:*:*:*:*:*:*:123456789:*", "is no CRC-32"},
                   {"Name" + crc_rule + ":9999", "for engines of level 9999"},
                   {"Name" + crc_rule + ":1:2", "for engines up to level 2"}});
}

TEST(ClamavReaders, RefuseMalformedMagics) {
  const std::string good = "0:0:4d5a:Program:CL_TYPE_ANY:CL_TYPE_MSEXE";
  expect_refusals("ftm", good,
                  {{"0:0:4d5a:Program:CL_TYPE_ANY", "5 fields; a magic has 6 to 8"},
                   {good + ":1:2:3", "9 fields"},
                   {"2:0:4d5a:P:A:B", "a magic of kind 2"},
                   {"x:0:4d5a:P:A:B", "the kind of magic is 'x'"},
                   {"0:x:4d5a:P:A:B", "the offset is 'x'"},
                   {"0:0:4d5:P:A:B", ""},
                   {"0:0:4d5a:P:A:CL_TYPE_PDF", "'A' is no type that is known"},
                   {"0:0:4d5a:P:CL_TYPE_ANY:CL_TYPE_NONE", "'CL_TYPE_NONE' is no type"},
                   {"0:*:4d5a:P:CL_TYPE_ANY:CL_TYPE_PDF", "stands at a number"},
                   {"0:0,4:4d5a:P:CL_TYPE_ANY:CL_TYPE_PDF", "stands at a number"},
                   {"0:0:4d??5a:P:CL_TYPE_ANY:CL_TYPE_PDF", "digits alone, not '4d??5a'"},
                   {"1:EOF-4:4d5a:P:CL_TYPE_ANY:CL_TYPE_PDF", "at n, at n,m or at *"},
                   {"1:*:4d5a:P:CL_TYPE_ANY:CL_TYPE_ANY", "says nothing"},
                   {good + ":9999", "for engines of level 9999"},
                   {good + ":1:2", "for engines up to level 2"}});
}

TEST(ClamavReaders, RefuseAMagicThatNoPackCanHold) {
  std::string line = "1:0:";
  for (int i = 0; i < 70'000; ++i) line += "6162";
  expect_refusals("ftm", "0:0:4d5a:Program:CL_TYPE_ANY:CL_TYPE_MSEXE",
                  {{line + ":P:CL_TYPE_ANY:CL_TYPE_PDF", "a pattern of more than 65536 parts"}});
}

TEST(ClamavReaders, RefuseMalformedIcons) {
  const std::string hash(124, 'a');
  expect_refusals("idb", "Good:one:two:" + hash,
                  {{"Name:one:" + hash, "3 fields; an icon is NAME:GROUP1:GROUP2:HASH"},
                   {"Name:one:two:" + hash.substr(2), "124 hexadecimal digits"},
                   {"Name:one:two:g" + hash.substr(1), "124 hexadecimal digits"}});
}

TEST(ClamavReaders, RefuseMalformedIgnores) {
  expect_refusals("ign", "main.db:1:Good",
                  {{"Good", "FILE:LINE:NAME"},
                   {"main.db:1", "FILE:LINE:NAME"},
                   {"main.db:1:", "FILE:LINE:NAME"}});
  expect_refusals("ign2", "Good",
                  {{":" + md5, "NAME, or NAME and the MD5"},
                   {"Name:" + md5 + ":more", "NAME, or NAME and the MD5"},
                   {"Name:" + sha1, "is no MD5"},
                   {"Name:g" + md5.substr(1), "is no MD5"}});
}

TEST(ClamavReaders, TakeTheDigestOfAnIgnoredLineInEitherCase) {
  const Corpus corpus = read_into("ign2", "Name:D41D8CD98F00B204E9800998ECF8427E\n");
  ASSERT_THAT(corpus.ignores, SizeIs(1));
  EXPECT_EQ(corpus.ignores[0].line_md5, md5);
}

TEST(ClamavReaders, LeaveOutTheLineThatAnIgnoreListNames) {
  for (const auto& [extension, line, other] : std::vector<std::array<std::string, 3>>{
           {"hdb", md5 + ":5:Name", md5 + ":6:Name"},
           {"mdb", "5:" + md5 + ":Name", "6:" + md5 + ":Name"},
           {"cdb", "Name:*:*:a:*:*:*:*:*:*", "Name:*:*:b:*:*:*:*:*:*"}}) {
    Corpus corpus;
    corpus.begin_source({});
    corpus.ignore("Name", hex_digest(DigestKind::md5, as_bytes(std::string_view(line))));
    corpus.ignore("Else", hex_digest(DigestKind::md5, as_bytes(std::string_view(other))));
    corpus.begin_source({});
    const std::string text = line + "\n" + other + "\r\n";
    ASSERT_TRUE(read(extension, as_bytes(std::string_view(text)), corpus)) << extension;
    EXPECT_EQ(corpus.current().taken, 1u) << extension;
    EXPECT_EQ(corpus.current().refused, 0u) << extension;
  }
}

TEST(ClamavReaders, RefuseLinesOfOverAMebibyte) {
  expect_refusals("ndb", "Good:0:*:61626364",
                  {{"Name:0:*:" + std::string((1 << 20) + 2, '6'), "longer than 1 MiB"}});
}

TEST(ClamavReaders, CountFormatsThatAreNotApplied) {
  for (const std::string_view extension : {"crb", "cat", "cfg"}) {
    const Corpus corpus = read_into(extension, "# comment\none\ntwo\n\nthree");
    EXPECT_EQ(corpus.sources.at(1).refused, 3u) << extension;
    EXPECT_EQ(corpus.sources.at(1).taken, 0u) << extension;
    ASSERT_THAT(corpus.refusals, SizeIs(1)) << extension;
    EXPECT_THAT(corpus.refusals[0].reason, HasSubstr("3 lines: ")) << extension;
    EXPECT_EQ(corpus.refusals[0].line, 0u);
    EXPECT_THAT(read_into(extension, "").refusals, IsEmpty()) << extension;
  }
}

TEST(ClamavReaders, SayThatBytecodeIsNotRun) {
  EXPECT_EQ(read_into("cbc", "ClamBCabc\n").sources.at(1).refused, 1u);
  Corpus corpus;
  EXPECT_EQ(read("cbc", as_bytes(std::string_view("other")), corpus).error().kind,
            ErrorKind::bad_input);
}

TEST(ClamavReaders, TakeWhatIsMerelyUnwantedOnRequestAlone) {
  for (const std::string_view extension : {"hdu", "hsu", "mdu", "msu", "ndu", "ldu"}) {
    const std::string text = extension == "ndu"    ? "Name:0:*:61626364"
                             : extension == "ldu"  ? "Name;Target:0;0;61626364"
                             : extension[0] == 'm' ? "1:" + md5 + ":Name"
                                                   : md5 + ":1:Name";
    const Corpus without = read_into(extension, text);
    EXPECT_EQ(without.sources.at(1).taken, 0u) << extension;
    ASSERT_THAT(without.refusals, SizeIs(1)) << extension;
    EXPECT_THAT(without.refusals[0].reason, HasSubstr("--pua")) << extension;
    Options options;
    options.potentially_unwanted = true;
    EXPECT_EQ(read_into(extension, text, options).sources.at(1).taken, 1u) << extension;
  }
}

TEST(ClamavReaders, ShowAThousandRefusalsAndCountThemAll) {
  std::string text;
  for (int i = 0; i < 1500; ++i) text += "bad\n";
  const Corpus corpus = read_into("hdb", text);
  EXPECT_THAT(corpus.refusals, SizeIs(1000));
  EXPECT_EQ(corpus.sources.at(1).refused, 1500u);
}

TEST(ClamavReaders, KnowExtensionsInLowerCaseWithoutDot) {
  EXPECT_TRUE(knows("ldb"));
  EXPECT_TRUE(knows("cvd"));
  EXPECT_FALSE(knows(".ldb"));
  EXPECT_FALSE(knows("LDB"));
  EXPECT_FALSE(knows("exe"));
  Corpus corpus;
  EXPECT_EQ(read("exe", {}, corpus).error().kind, ErrorKind::bad_input);
}

TEST(ClamavReaders, KeepTheLineAndWhereItStood) {
  const Corpus corpus = read_into("ndb", "\n\nName:0:*:61626364\n");
  ASSERT_EQ(corpus.rules.size(), 1u);
  const pack::Rule rule = corpus.rules.at(0).value();
  EXPECT_EQ(rule.name, "Name");
  EXPECT_EQ(rule.origin.line, 3u);
  EXPECT_EQ(rule.origin.source, 1u);
  EXPECT_EQ(rule.text, "Name:0:*:61626364");
}

TEST(ClamavReaders, TakeAllFieldsOfARuleOverMembers) {
  const Corpus corpus = read_into("cdb", "Name:CL_TYPE_ZIP:1-9:a.b$:2:3-4:1:5:beef:*:1:999");
  ASSERT_THAT(corpus.member_rules, SizeIs(1));
  const pack::MemberRule& rule = corpus.member_rules[0];
  EXPECT_EQ(rule.container, "CL_TYPE_ZIP");
  EXPECT_EQ(rule.container_size, (pack::Range{1, 9}));
  EXPECT_EQ(rule.regex, "a.b$");
  EXPECT_EQ(rule.packed_size, (pack::Range{2, 2}));
  EXPECT_EQ(rule.real_size, (pack::Range{3, 4}));
  EXPECT_EQ(rule.encrypted, true);
  EXPECT_EQ(rule.position, (pack::Range{5, 5}));
  EXPECT_EQ(rule.checksum, 0xbeefu);
}

TEST(ClamavReaders, TakeComparisonsWithoutAnOrderOfBytesAsNeverHolding) {
  for (const std::string options : {"h4", "a4", "i4", "he4"}) {
    const Corpus corpus =
        read_into("ldb", "Name;Target:0;0&1;61626364;0(>>4#" + options + "#=1)\n");
    ASSERT_EQ(corpus.rules.size(), 1u) << options;
    EXPECT_EQ(std::get<pack::ByteCompare>(corpus.rules.at(0)->subs[1]).bytes, 0u) << options;
  }
  const Corpus corpus = read_into("ldb", "Name;Target:0;0&1;61626364;0(>>4#d4#=1)\n");
  EXPECT_EQ(std::get<pack::ByteCompare>(corpus.rules.at(0)->subs[1]).bytes, 4u);
}

TEST(ClamavReaders, TakeLinksAndTheirLevels) {
  const Corpus guarded =
      read_into("pdb", "H:shop.com\nR:.+:.+\\.shop\\.com([/?].*)?:17-\nH:a.b:17-300\n");
  ASSERT_THAT(guarded.links.rules, SizeIs(3));
  EXPECT_EQ(guarded.links.rules[0].text, "shop.com");
  EXPECT_EQ(guarded.links.rules[1].text, ".+:.+\\.shop\\.com([/?].*)?");
  EXPECT_EQ(guarded.links.rules[2].line, 3u);
  const Corpus honest = read_into("wdb", "M:real.org:shop.com\nX:.+\\.real\\.org:.+:17-\n");
  ASSERT_THAT(honest.links.rules, SizeIs(2));
  EXPECT_EQ(honest.links.rules[0].text, "real.org:shop.com");
}

TEST(ClamavReaders, RefuseMalformedLinks) {
  expect_refusals("pdb", "H:shop.com",
                  {{"Q:shop.com", "'Q' is no kind of line; R and H are known"},
                   {"H:", "fields"},
                   {"H", "fields"},
                   {"R:(:x", ""},
                   {"H:a.b:900-", "for engines of level 900-"},
                   {"H:a.b:1-20", "for engines of level 1-20"}});
  expect_refusals("wdb", "M:real.org:shop.com",
                  {{"H:shop.com", "X and M are known"}, {"M:one", "2 fields"}, {"X:(:x", ""}});
  const std::string sha256 = md5 + md5;
  expect_refusals("gdb", "S1:F:" + sha256,
                  {{"S3:F:" + sha256, "S, S1 or S2"},
                   {"S:Q:" + sha256, "'Q' is neither P, F nor W"},
                   {"S:P:" + sha256, "8 hexadecimal digits"},
                   {"S:F:12345678", "64 hexadecimal digits"}});
}

TEST(ClamavReaders, TakePasswordsAsTheyStandAndInHexadecimal) {
  const Corpus corpus = read_into(
      "pwdb", "A;Engine:81-255;0;a;b\nB;Engine:81-255,Container:CL_TYPE_ZIP,Target:0;1;6162\n");
  ASSERT_THAT(corpus.passwords, SizeIs(2));
  EXPECT_EQ(corpus.passwords[0].text, "a;b");
  EXPECT_EQ(corpus.passwords[0].container, "");
  EXPECT_EQ(corpus.passwords[1].text, "ab");
  EXPECT_EQ(corpus.passwords[1].container, "CL_TYPE_ZIP");
  expect_refusals("pwdb", "A;Engine:81-255;0;secret",
                  {{"A;Engine:81-255;0", "NAME;CONDITIONS;0 or 1;PASSWORD"},
                   {"A;Engine:81-255;2;x", "'2' is neither 0"},
                   {"A;Engine:81-255;1;xx", "no hexadecimal"},
                   {"A;Engine:81-255;0;", "is empty"},
                   {"A;Engine:81-255,Container:CL_TYPE_GZ;0;x", "zip and rar do"},
                   {"A;Engine:900-999;0;x", "for engines of level 900-999"},
                   {"A;Nonsense:1;0;x", "an unknown condition 'Nonsense'"}});
}

std::string header(const std::string& content_md5, std::string_view level = "90") {
  std::string out = "ClamAV-VDB:01 Jan 2026 00-00 +0000:1:1:" + std::string(level) + ":" +
                    content_md5 + ":seal:builder:0";
  out.resize(512, ' ');
  return out;
}

std::string refusal_of(std::string_view extension, const std::string& text) {
  Corpus corpus;
  corpus.begin_source({"main", "", "", 0, 0, 0, false});
  const Status status = read(extension, as_bytes(text), corpus);
  return status ? "taken" : status.error().what;
}

TEST(ClamavReaders, RefuseContainersThatAreCutOrOfAnotherFormat) {
  for (const std::string_view extension : {"cvd", "cld", "cud"}) {
    EXPECT_THAT(refusal_of(extension, ""), HasSubstr("it is cut"));
    EXPECT_THAT(refusal_of(extension, std::string(511, 'C')), HasSubstr("it is cut"));
    EXPECT_THAT(refusal_of(extension, std::string(512, 'C')), HasSubstr("'ClamAV-VDB:'"));
    EXPECT_THAT(refusal_of(extension, "ClamAV-VDB:a:1:2" + std::string(500, ' ')),
                HasSubstr("its header has 4 fields"));
    EXPECT_THAT(refusal_of(extension, header(md5, "x")), HasSubstr("its engine level is 'x'"));
  }
}

TEST(ClamavReaders, RefuseACvdThatIsDamagedOrNotThePublishers) {
  EXPECT_THAT(refusal_of("cvd", header(md5) + "content"), HasSubstr("MD5 differs"));
  const std::string right = hex_digest(DigestKind::md5, as_bytes(std::string_view("content")));
  EXPECT_THAT(refusal_of("cvd", header(right) + "content"), HasSubstr("digital signature"));
}

TEST(ClamavReaders, RefuseALocalDatabaseWhoseArchiveIsNone) {
  EXPECT_THAT(refusal_of("cld", header(md5) + std::string(2000, 'x')), HasSubstr("archive"));
}

}  // namespace
}  // namespace antidotary::signatures::clamav

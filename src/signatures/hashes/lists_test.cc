// Method: a list of each form that people pass on, written here as they write it; what was taken is
// read back by its digest, its name and whether it is to be detected or allowed.
#include "signatures/hashes/lists.h"

#include <gmock/gmock.h>

#include "core/text.h"

namespace antidotary::signatures::hashes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const std::string md5 = "d41d8cd98f00b204e9800998ecf8427e";
const std::string sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const std::string sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const std::string upper_sha256 = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";

struct Read {
  Status status;
  std::vector<std::string> taken;  ///< "md5 name", the kind first.
  std::vector<pack::Role> roles;
  std::vector<pack::Refusal> refusals;
  pack::Source source;
};

Read read(const std::string& text, const std::string& name = "dir/bad.txt") {
  Corpus corpus;
  corpus.begin_source({name, "list", "", 0, 0, 0, false});
  Read out;
  out.status = read_list(as_bytes(text), name, corpus);
  out.source = corpus.current();
  out.refusals = corpus.refusals;
  const Buffer section = std::move(corpus.names).finish();
  const pack::Names names = pack::Names::open(section).value();
  static constexpr std::array<std::string_view, 3> kinds = {"md5", "sha1", "sha256"};
  for (const Corpus::DigestRows& rows : corpus.digests) {
    out.roles.push_back(rows.role);
    for (const match::DigestRow& row : rows.rows) {
      EXPECT_EQ(row.size, 0u);
      out.taken.push_back(std::string(kinds[static_cast<std::size_t>(rows.kind)]) + " " +
                          names.at(row.tag)->text);
    }
  }
  return out;
}

TEST(HashLists, OfOneDigestALineAreNamedByTheirFileAndTheDigest) {
  const Read list = read(md5 + "\n" + sha1 + "\r\n\n# comment\n" + upper_sha256 + "\n");
  ASSERT_TRUE(list.status);
  EXPECT_THAT(list.taken,
              UnorderedElementsAre("md5 Listed.bad.d41d8cd98f00", "sha1 Listed.bad.da39a3ee5e6b",
                                   "sha256 Listed.bad.e3b0c44298fc"));
  EXPECT_THAT(list.refusals, IsEmpty());
  EXPECT_EQ(list.source.taken, 3u);
}

TEST(HashLists, OfSha256sumAreNamedByTheFile) {
  EXPECT_THAT(read(sha256 + "  sample.bin\n").taken, ElementsAre("sha256 sample.bin"));
  EXPECT_THAT(read(sha256 + " *sample.bin\n").taken, ElementsAre("sha256 sample.bin"));
}

TEST(HashLists, NeverNameByAPath) {
  EXPECT_THAT(read(md5 + "  /tmp/sample.bin\n").taken, ElementsAre("md5 Listed.bad.d41d8cd98f00"));
}

TEST(HashLists, OfCsvTakeTheStrongestDigestOfALine) {
  const Read list = read("first_seen,md5,sha256,signature\n2026-01-01 10:00:00," + md5 + "," +
                         sha256 + ",Test.Family\n");
  EXPECT_THAT(list.taken, ElementsAre("sha256 Test.Family"));
  EXPECT_THAT(list.refusals, IsEmpty()) << "a heading is no mistake";
}

TEST(HashLists, OfCsvAreNamedByTheColumnThatTheHeadingNames) {
  const std::string row = "\"2024-01-01\", \"" + sha256 + "\", \"" + md5 +
                          "\", \"abuse_ch\", \"x.exe\", \"AgentTesla\", \"" + md5 + "\"\n";
  for (const std::string before : {"", "# ", "\xef\xbb\xbf"}) {
    const Read list = read(before +
                           "\"first_seen\",\"sha256_hash\",\"md5_hash\",\"reporter\","
                           "\"file_name\",\"signature\",\"imphash\"\n" +
                           row);
    EXPECT_THAT(list.taken, ElementsAre("sha256 AgentTesla")) << before;
    EXPECT_THAT(list.refusals, IsEmpty());
  }
  const Read other = read("name,imphash,md5\nN.A," + md5 + ",\nN.B,," + md5 + "\n");
  EXPECT_THAT(other.taken, ElementsAre("md5 N.B")) << "an imphash is no digest of a file";
  EXPECT_THAT(other.refusals, SizeIs(1));
  EXPECT_THAT(read("md5,signature\n" + md5 + ",n/a\n").taken,
              ElementsAre("md5 Listed.bad.d41d8cd98f00"));
}

TEST(HashLists, OfCsvMayHoldQuotesAndSeparatorsInQuotes) {
  EXPECT_THAT(read("\"" + md5 + "\",\"Fam \"\"Q\"\", X\",2024\n").taken,
              ElementsAre("md5 Fam_\"Q\",_X"));
  EXPECT_THAT(read(md5 + "|Pipe.Fam\n").taken, ElementsAre("md5 Pipe.Fam"));
  EXPECT_THAT(read("\"a;b\"," + md5 + "\n").taken, ElementsAre("md5 a;b"));
}

TEST(HashLists, OfSeveralDigestsOfOneKindTakeEach) {
  const std::string other(32, '1');
  EXPECT_THAT(read(md5 + " " + other + " two\n").taken, ElementsAre("md5 two", "md5 two"));
}

TEST(HashLists, OfBsdsMd5AreNamedByTheFile) {
  for (const std::string form : {"MD5 (a b.exe) = ", "MD5(a b.exe)= "}) {
    EXPECT_THAT(read(form + md5 + "\n").taken, ElementsAre("md5 a_b.exe"));
  }
  EXPECT_THAT(read("md5:" + md5 + "\nsha256:" + sha256 + ",N.B\n").taken,
              UnorderedElementsAre("md5 Listed.bad.d41d8cd98f00", "sha256 N.B"));
}

TEST(HashLists, TakeNoDigestOutOfOtherWords) {
  const Read list = read(md5 + "\nhttp://example.org/" + md5 + ".exe\nx:" + md5 + ":y\n");
  EXPECT_EQ(list.source.taken, 1u);
  EXPECT_THAT(list.refusals, SizeIs(2));
}

TEST(HashLists, AreKnownByTheirContent) {
  const auto looks = [](const std::string& text) { return looks_like_list(as_bytes(text)); };
  EXPECT_TRUE(looks("signature\tsha256\nTab.Fam\t" + sha256 + "\n"));
  EXPECT_TRUE(looks(sha1 + "  a\n" + sha1 + " *b\n"));
  EXPECT_TRUE(looks("# " + std::string(9000, 'x') + "\n" + md5 + "\n"));
  EXPECT_FALSE(looks("one\ntwo\nthree " + md5 + "\n"));
  EXPECT_FALSE(looks("{\"a\": \"" + md5 + "\"}"));
  EXPECT_FALSE(looks(md5 + std::string(1, '\0')));
  EXPECT_FALSE(looks(""));
  const std::string sums = "# x\n" + md5 + "  b c\n";
  const std::string rows = md5 + ",b\n";
  EXPECT_EQ(first_file_named(as_bytes(sums)), "b c");
  EXPECT_EQ(first_file_named(as_bytes(rows)), "");
}

TEST(HashLists, OfUtf16AreReadAsWindowsWritesThem) {
  const Buffer wide = utf16_le_from_utf8(md5 + ",N.A\r\n");
  EXPECT_THAT(read("\xff\xfe" + to_string(wide)).taken, ElementsAre("md5 N.A"));
}

TEST(HashLists, OfCsvMayBeQuotedAndPartedBySemicolonsOrTabs) {
  EXPECT_THAT(read("\"" + md5 + "\", \"Test.Family\"\n").taken, ElementsAre("md5 Test.Family"));
  EXPECT_THAT(read(md5 + ";Test.Family\n").taken, ElementsAre("md5 Test.Family"));
  EXPECT_THAT(read(md5 + "\tTest.Family\n").taken, ElementsAre("md5 Test.Family"));
}

TEST(HashLists, MakeNamesThatCanBeShownOnALine) {
  EXPECT_THAT(read(md5 + ",a name: \x1b[31mred\n").taken, ElementsAre("md5 a_name___[31mred"));
  const Read list = read(md5 + "," + std::string(5000, 'n') + "\n");
  ASSERT_THAT(list.taken, SizeIs(1));
  EXPECT_EQ(list.taken[0].size(), 4u + 200u);
}

TEST(HashLists, ReportLinesWithoutADigest) {
  const Read list = read(md5 + "\nnothing here\n" + md5.substr(1) + "\ng" + md5.substr(1) + "\n");
  ASSERT_TRUE(list.status);
  EXPECT_EQ(list.source.taken, 1u);
  EXPECT_EQ(list.source.refused, 3u);
  ASSERT_THAT(list.refusals, SizeIs(3));
  EXPECT_EQ(list.refusals[0].line, 2u);
  EXPECT_EQ(list.refusals[2].line, 4u);
  EXPECT_THAT(list.refusals[0].reason,
              HasSubstr("no field of this line is an MD5, SHA-1 or SHA-256"));
}

TEST(HashLists, WithoutAnyDigestAreRefusedWhole) {
  for (const std::string text : {"", "one\ntwo\n", "[]", "{\"a\": 1}", "\n\n"}) {
    const Read list = read(text);
    ASSERT_FALSE(list.status) << text;
    EXPECT_EQ(list.status.error().kind, ErrorKind::bad_input);
  }
}

TEST(HashLists, OfBrokenJsonAreRefusedWhole) {
  const Read list = read("{\"md5\": \"" + md5 + "\"");
  ASSERT_FALSE(list.status);
  EXPECT_EQ(list.status.error().kind, ErrorKind::malformed);
}

TEST(HashLists, OfMispAreNamedByTheEventOrTheAttribute) {
  const Read list = read(R"({"Event": {"info": "Event one", "uuid": ")" + sha256 +
                         R"(", "Attribute": [
      {"type": "md5", "to_ids": true, "comment": "Dropper", "value": ")" +
                         md5 + R"("},
      {"type": "filename|sha1", "to_ids": true, "comment": "", "value": "x.exe|)" +
                         sha1 + R"("}]}})");
  ASSERT_TRUE(list.status);
  EXPECT_THAT(list.taken, UnorderedElementsAre("md5 Dropper", "sha1 Event_one"));
}

TEST(HashLists, OfMispLeaveOutWhatIsNotMeantForDetection) {
  const Read list = read(R"({"Event": {"info": "E", "Attribute": [
      {"to_ids": false, "value": ")" +
                         md5 + R"("},
      {"to_ids": true, "value": ")" +
                         sha1 + R"("}]}})");
  EXPECT_THAT(list.taken, ElementsAre("sha1 E"));
}

TEST(HashLists, OfMispTellWhatWasNotTaken) {
  const Read list = read(R"({"Event": {"info": "E", "Attribute": [
      {"type": "md5", "value": ")" +
                         md5 + R"("},
      {"type": "md5", "to_ids": false, "value": ")" +
                         md5 + R"("},
      {"type": "sha256", "value": ")" +
                         sha1 + R"("},
      {"type": "ip-dst", "to_ids": false, "value": "192.0.2.1"},
      {"type": "imphash", "value": ")" +
                         md5 + R"("}]}})");
  EXPECT_THAT(list.taken, ElementsAre("md5 E"));
  ASSERT_THAT(list.refusals, SizeIs(2));
  EXPECT_THAT(list.refusals[0].reason, HasSubstr("to_ids is false"));
  EXPECT_THAT(list.refusals[1].reason, HasSubstr("it is no such digest"));
}

TEST(HashLists, OfJsonTakeNothingThatIsAllowedOrOfSomethingElse) {
  const Read list = read(R"({"allow": [")" + md5 + R"("], "imphash": ")" + md5 +
                         R"(", "name": "N", "parent": {"sha256": ")" + sha256 + R"("}, "sha1": ")" +
                         sha1 + R"("})");
  EXPECT_THAT(list.taken, ElementsAre("sha1 N"));
  ASSERT_THAT(list.refusals, SizeIs(1));
  EXPECT_THAT(list.refusals[0].reason, HasSubstr("'allow'"));
}

TEST(HashLists, OfJsonMayHaveATreeALine) {
  const Read list = read("{\"md5\": \"" + md5 + "\", \"name\": \"One\"}\n{\"sha1\": \n" +
                         "{\"sha1\": \"" + sha1 + "\"}\n");
  EXPECT_THAT(list.taken, UnorderedElementsAre("md5 One", "sha1 Listed.bad.da39a3ee5e6b"));
  ASSERT_THAT(list.refusals, SizeIs(1));
  EXPECT_EQ(list.refusals[0].line, 2u);
}

TEST(HashLists, OfStixLeaveOutWhatWasRevoked) {
  const Read list = read(R"([{"type": "indicator", "name": "Old", "revoked": true,
      "pattern": "[file:hashes.MD5 = ')" +
                         md5 + R"(']"}, {"name": "New", "md5": ")" + md5 + R"("}])");
  EXPECT_THAT(list.taken, ElementsAre("md5 New"));
  EXPECT_THAT(list.refusals, SizeIs(1));
}

TEST(HashLists, OfStixTakeDigestsOutOfPatternsAndObjects) {
  const Read list = read(R"({"type": "bundle", "id": "bundle--)" + md5 + R"(", "objects": [
      {"type": "indicator", "name": "Test.Family",
       "pattern": "[file:hashes.MD5 = ')" +
                         md5 + R"(' OR file:hashes.'SHA-256' = ')" + sha256 +
                         R"(']"},
      {"type": "file", "name": "a.exe", "hashes": {"SHA-1": ")" +
                         sha1 + R"("}}]})");
  ASSERT_TRUE(list.status);
  EXPECT_THAT(list.taken,
              UnorderedElementsAre("md5 Test.Family", "sha256 Test.Family", "sha1 a.exe"));
}

TEST(HashLists, NestedDeeperThanJsonAllowsDoNotEndTheProgram) {
  const std::string deep = std::string(5000, '[') + "\"" + md5 + "\"" + std::string(5000, ']');
  EXPECT_FALSE(read(deep).status);
}

TEST(HashLists, WhoseNameSaysAllowAreAllowed) {
  for (const std::string name : {"allowlist.txt", "dir/our-allowed.csv", "NSRL-2026.txt",
                                 "whitelist", "falsepositives.txt", "known-good.txt"}) {
    EXPECT_THAT(read(md5, name).roles, ElementsAre(pack::Role::allow)) << name;
  }
}

TEST(HashLists, AreNotAllowedByAWordThatIsDenied) {
  for (const std::string name : {"not-allowed.txt", "do_not_allow.csv", "NotAllowed.txt",
                                 "non-whitelisted.txt", "unknown-not known-good"}) {
    EXPECT_THAT(read(md5, name).roles, ElementsAre(pack::Role::detect)) << name;
  }
  EXPECT_THAT(read(md5, "/lists/do-not/allowed.txt").roles, ElementsAre(pack::Role::allow));
  EXPECT_THAT(read(md5, "not-allowed-but-allow.txt").roles, ElementsAre(pack::Role::allow));
}

TEST(HashLists, AreNotAllowedByTheMiddleOfAWord) {
  for (const std::string name : {"bad.txt", "swallow.txt", "disallowed.txt", "/home/mallow/x"}) {
    EXPECT_THAT(read(md5, name).roles, ElementsAre(pack::Role::detect)) << name;
  }
}

}  // namespace
}  // namespace antidotary::signatures::hashes

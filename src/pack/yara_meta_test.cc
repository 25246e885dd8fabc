// Method: the meta of rules as the public collections write it, one habit a test.
#include "pack/yara_meta.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace antidotary::pack {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

const std::string md5(32, 'a');
const std::string sha256(64, 'b');

TEST(YaraMeta, ReadsTheCommonKeys) {
  const YaraMeta meta = read_yara_meta({{"description", "Finds  a\nthing"},
                                        {"author", "A. Uthor"},
                                        {"date", "2024-01-02"},
                                        {"reference", "https://a.example/x, https://b.example"},
                                        {"license", "DRL 1.1"},
                                        {"score", "75"},
                                        {"id", "0f2c"},
                                        {"hash1", md5},
                                        {"hash2", sha256}},
                                       {});
  EXPECT_EQ(meta.description, "Finds a thing");
  EXPECT_EQ(meta.author, "A. Uthor");
  EXPECT_THAT(meta.references, ElementsAre("https://a.example/x", "https://b.example"));
  EXPECT_EQ(meta.license, "DRL 1.1");
  EXPECT_EQ(meta.score, 75U);
  EXPECT_EQ(meta.severity, "high");
  EXPECT_THAT(meta.hashes, ElementsAre(md5, sha256));
  EXPECT_EQ(meta.date, "2024-01-02");
  EXPECT_EQ(meta.id, "0f2c");
}

TEST(YaraMeta, KeepsEveryAuthor) {
  EXPECT_EQ(read_yara_meta({{"author", "A"}, {"author", "B"}, {"Authors", "A"}}, {}).author,
            "A, B");
}

TEST(YaraMeta, FindsFamiliesUnderTheirManyKeys) {
  const auto family = [](const char* key, const char* value) {
    const YaraMeta meta = read_yara_meta({{key, value}}, {});
    return meta.families.size() == 1 ? meta.families.front() : "";
  };
  EXPECT_EQ(family("family", "Foo"), "Foo");
  EXPECT_EQ(family("malware", "Foo"), "Foo");
  EXPECT_EQ(family("malware_family", "Ransom:W32/Foo"), "Ransom:W32/Foo");
  EXPECT_EQ(family("threat_name", "Windows.Trojan.Foo"), "Foo");
  EXPECT_EQ(family("tc_detection_name", "Foo"), "Foo");
  EXPECT_EQ(family("cape_type", "Foo Payload"), "Foo");
  EXPECT_EQ(family("malpedia_family", "win.foo"), "foo");
}

TEST(YaraMeta, FindsTechniquesInMetaTagsAndAddresses) {
  const YaraMeta meta =
      read_yara_meta({{"mitre_att", "T1059.001, t1486"},
                      {"reference", "https://attack.mitre.org/techniques/T1027/002/"},
                      {"description", "not T1111"},
                      {"technique", "XT1234 T12345 T1234x T1110.0011"}},
                     {"T1566_001", "FILE", "T1003"});
  EXPECT_THAT(meta.attack,
              ElementsAre("T1059.001", "T1486", "T1027.002", "T1110", "T1566.001", "T1003"));
}

TEST(YaraMeta, TakesNoOtherDigestForASample) {
  EXPECT_THAT(read_yara_meta({{"imphash", md5},
                              {"logic_hash", sha256},
                              {"fingerprint", sha256},
                              {"malpedia_hash", md5},
                              {"hash", md5 + "0"},
                              {"hash", "x" + md5}},
                             {})
                  .hashes,
              IsEmpty());
  EXPECT_THAT(read_yara_meta({{"reference_sample", "SHA256: " + sha256}, {"md5", md5}}, {}).hashes,
              ElementsAre(sha256, md5));
}

TEST(YaraMeta, ReadsSeverityAsNumberOrWord) {
  EXPECT_EQ(read_yara_meta({{"severity", "High"}}, {}).severity, "high");
  EXPECT_EQ(read_yara_meta({{"severity", "100"}}, {}).severity, "critical");
  EXPECT_EQ(read_yara_meta({{"severity", "10"}, {"score", "80"}}, {}).score, 80U);
  EXPECT_EQ(read_yara_meta({{"tc_detection_factor", "5"}}, {}).score, 100U);
  EXPECT_EQ(read_yara_meta({{"score", "4000000000"}}, {}).score, 100U);
  EXPECT_EQ(read_yara_meta({{"score", "-5"}}, {}).score, std::nullopt);
  EXPECT_EQ(read_yara_meta({{"score", "99999999999999"}}, {}).score, std::nullopt);
}

TEST(YaraMeta, BoundsItsLists) {
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 1000; ++i) many.emplace_back("reference", std::to_string(i));
  EXPECT_EQ(read_yara_meta(many, {}).references.size(), yara_meta_items_max);
}

TEST(YaraMeta, IsShownInOneOrder) {
  EXPECT_THAT(shown(read_yara_meta({{"ref", "r"}, {"score", "40"}, {"author", "A"}}, {"T1003"})),
              ElementsAre(Pair("author", "A"), Pair("attack", "T1003"), Pair("reference", "r"),
                          Pair("score", "40"), Pair("severity", "medium")));
}

}  // namespace
}  // namespace antidotary::pack

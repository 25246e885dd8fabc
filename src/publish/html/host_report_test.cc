// A page that hostile names cannot break out of, that asks nobody for anything, and that says what
// the examination says.
#include "publish/html/host_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/sample.h"

namespace antidotary::publish {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::int64_t second = 1'000'000'000, hour = 3600 * second;
constexpr std::int64_t infected_at = 1'059'739'200 * second;  // 2003-08-01 12:00:00

diagnosis::Examination infected(const std::string& name = "WINDOWS/videodrv.exe") {
  diagnosis::Examination out;
  out.windows = host::WindowsKind::nt;
  out.windows_directory = "WINDOWS";
  diagnosis::Diagnosis diagnosis;
  diagnosis.entry = "win32/example";
  diagnosis.verdict = diagnosis::Verdict::infected;
  diagnosis.reason = "two kinds agree";
  host::Finding file;
  file.where = name;
  file.detail = "19,824 bytes, as published";
  file.outcome = host::Outcome::found;
  file.file = host::FileFact{name, {}, std::string(64, 'a')};
  file.file->node.modified_unix_ns = infected_at;
  diagnosis.evidence_for.push_back(file);
  out.diagnoses.push_back(diagnosis);
  return out;
}

host::StartUp start(const std::string& where, std::int64_t since) {
  host::StartUp out;
  out.where = where;
  out.command = "x.exe";
  out.since_unix_ns = since;
  return out;
}

std::string page_of(const diagnosis::Examination& examination,
                    const std::vector<UnreadVolume>& unread = {}) {
  const entries::Encyclopedia all = sample_encyclopedia();
  return host_page(all, {{"/mnt/windows", false, &examination, nullptr, nullptr, {}}}, unread,
                   {1'790'000'000, "Antidotary 0"});
}

TEST(HostPage, SaysVerdictEvidenceAndTimes) {
  const std::string page = page_of(infected());
  EXPECT_THAT(page, HasSubstr("INFECTED"));
  EXPECT_THAT(page, HasSubstr("19,824 bytes, as published"));
  EXPECT_THAT(page, HasSubstr("2003-08-01 12:00:00"));
  EXPECT_THAT(page, HasSubstr(std::string(64, 'a')));
  EXPECT_THAT(page, HasSubstr("by Antidotary 0"));
}

diagnosis::Examination nothing_found() {
  diagnosis::Examination out;
  out.windows = host::WindowsKind::nt;
  out.windows_directory = "WINDOWS";
  return out;
}

TEST(HostPage, CallsNoDiskCleanThatWasNotWhollyRead) {
  EXPECT_THAT(page_of(nothing_found()), HasSubstr("<h1>Clean</h1>"));
  const std::string partly = page_of(nothing_found(), {{"volume 2", "it is <encrypted>"}});
  EXPECT_THAT(partly, Not(HasSubstr("<h1>Clean")));
  EXPECT_THAT(partly, HasSubstr("volume 2: it is &lt;encrypted&gt;"));
  diagnosis::Examination doubted = nothing_found();
  doubted.doubts = {host::Doubt::hibernated};
  EXPECT_THAT(page_of(doubted), Not(HasSubstr("<h1>Clean")));
  EXPECT_THAT(page_of(doubted), HasSubstr("hiberfil.sys"));
}

TEST(HostPage, ShowsWhatIsTooWeakToCount) {
  diagnosis::Examination seen = nothing_found();
  seen.slight = infected("WINDOWS/mmc.exe").diagnoses[0].evidence_for;
  seen.slight[0].entry = "win32/example";
  const std::string page = page_of(seen);
  EXPECT_THAT(page, HasSubstr("Too weak to count"));
  EXPECT_THAT(page, HasSubstr("WINDOWS/mmc.exe"));
}

TEST(HostPage, IsHeadedByTheWorstOfSeveral) {
  const entries::Encyclopedia all = sample_encyclopedia();
  const auto well = nothing_found(), sick = infected();
  const std::string page = host_page(all,
                                     {{"volume 1", true, &well, nullptr, nullptr, {}},
                                      {"volume 2", true, &sick, nullptr, nullptr, {}}},
                                     {}, {1'790'000'000, "Antidotary 0"});
  EXPECT_THAT(page, HasSubstr("<h1>Infected"));
}

TEST(HostPage, AsksNobodyForAnything) {
  const std::string page = page_of(infected());
  EXPECT_THAT(page, HasSubstr("Content-Security-Policy\" content=\"default-src 'none'; "
                              "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\""));
  for (const char* asking : {"<script", "<link", "<img", "src=", "@import", "url("}) {
    EXPECT_THAT(page, Not(HasSubstr(asking))) << asking;
  }
}

TEST(HostPage, ShowsHostileNamesAndObeysNone) {
  const std::string page = page_of(infected("\"><script>alert(1)</script>\xe2\x80\xae"));
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
}

TEST(Moments, AreTheEvidenceAndWhatIsNearIt) {
  diagnosis::Examination seen = infected();
  seen.start_ups = {start("near", infected_at + 5 * hour), start("far", infected_at + 48 * hour),
                    start("before", infected_at - hour), start("never", 0)};
  std::vector<std::string> told;
  for (const Moment& moment : moments_of(seen)) told.push_back(moment.where);
  EXPECT_THAT(told, ElementsAre("before", "WINDOWS/videodrv.exe", "near"));
}

TEST(Moments, AreNoneWithoutEvidence) {
  diagnosis::Examination seen;
  seen.start_ups = {start("some", infected_at)};
  EXPECT_THAT(moments_of(seen), IsEmpty());
}

}  // namespace
}  // namespace antidotary::publish

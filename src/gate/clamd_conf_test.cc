#include "gate/clamd_conf.h"

#include <gmock/gmock.h>

namespace antidotary::gate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ClamdConf, BecomesOurConfiguration) {
  const auto out = translate_clamd_conf(R"(# Debian's
LocalSocket /var/run/clamav/clamd.ctl
LocalSocketMode 0666
FixStaleSocket true
TCPSocket 3310
TCPAddr localhost
DatabaseDirectory /var/lib/clamav
MaxThreads 12
StreamMaxLength 25M
EnableShutdownCommand no
ScanMail true
)",
                                        "c.conf");
  EXPECT_THAT(out.mistakes, IsEmpty());
  EXPECT_THAT(out.notes, IsEmpty());
  EXPECT_EQ(out.toml,
            "[clamd]\nallow_shutdown = false\nstream_bytes_max = 26214400\n"
            "tcp = \"127.0.0.1:3310\"\nunix = \"/var/run/clamav/clamd.ctl\"\n"
            "unix_mode = \"666\"\n\n[scan]\ndatabases = [\"/var/lib/clamav\"]\nworkers = 12\n");
}

TEST(ClamdConf, NamesEachOptionThatItCannotHonour) {
  const auto out = translate_clamd_conf(
      "ScanPDF no\nAlertEncrypted yes\nVirusEvent /bin/true\nMaxFileSize 0\nOnAccessPrevention "
      "yes\n",
      "c.conf");
  EXPECT_THAT(out.mistakes, IsEmpty());
  EXPECT_THAT(
      out.notes,
      ElementsAre(HasSubstr("c.conf:1: ScanPDF is not honoured"),
                  HasSubstr("c.conf:2: AlertEncrypted"), HasSubstr("c.conf:3: VirusEvent"),
                  HasSubstr("c.conf:4: MaxFileSize"), HasSubstr("c.conf:5: OnAccessPrevention")));
}

TEST(ClamdConf, NamesWhatIsNoOption) {
  const auto out = translate_clamd_conf(
      "Example\nScanMial yes\nMaxThreads many\nArchiveBlockEncrypted "
      "false\n",
      "c.conf");
  EXPECT_THAT(out.mistakes,
              ElementsAre(HasSubstr("c.conf:1: 'Example'"), HasSubstr("c.conf:2: 'ScanMial'"),
                          HasSubstr("c.conf:3: 'MaxThreads': it is a number")));
}

TEST(ClamdConf, PutsNoStrangersQuoteIntoTheToml) {
  const auto out = translate_clamd_conf("LocalSocket /a\"b\\c\n", "c.conf");
  EXPECT_THAT(out.toml, HasSubstr(R"(unix = "/a\"b\\c")"));
}

}  // namespace
}  // namespace antidotary::gate

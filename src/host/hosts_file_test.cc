#include "host/hosts_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/sample_disk.h"

namespace antidotary::host {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> told(const std::vector<HostsLine>& lines) {
  std::vector<std::string> out;
  for (const HostsLine& line : lines) {
    out.push_back(fmt::format("{}: {} {}", line.line, line.address, line.name));
  }
  return out;
}

TEST(HostsLines, OfWordsThatAreNoAddressLeadNowhere) {
  EXPECT_THAT(hosts_lines_in("Botzor2005 Made By\n0.0.0.0 av.example\n::1 a\n", "hosts"),
              ::testing::SizeIs(2));
}

TEST(HostsLines, LeaveOutCommentsAndTheComputerItself) {
  EXPECT_THAT(hosts_lines_in("# 102.54.94.97 rhino.acme.com\r\n127.0.0.1\tlocalhost\r\n"
                             "::1 LOCALHOST # own\r\n\r\n",
                             "hosts"),
              IsEmpty());
}

TEST(HostsLines, TellEveryNameWithItsLine) {
  EXPECT_THAT(told(hosts_lines_in("127.0.0.1 localhost www.example.com\n\n"
                                  "  10.0.0.1\tupdate.example.com  av.example.com # x\n"
                                  "127.0.0.1 last.example.com",
                                  "hosts")),
              ElementsAre("1: 127.0.0.1 www.example.com", "3: 10.0.0.1 update.example.com",
                          "3: 10.0.0.1 av.example.com", "4: 127.0.0.1 last.example.com"));
}

TEST(HostsLines, AreBounded) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "127.0.0.1 a b\n";
  EXPECT_EQ(hosts_lines_in(text, "hosts").size(), hosts_lines_max);
}

TEST(HostsLines, AreOfTheFileThatWindowsReads) {
  SampleDisk disk;
  disk.lay();
  disk.tree.file("WINDOWS/system32/drivers/etc/HOSTS", "127.0.0.1 update.example.com\r\n");
  disk.tree.file("WINDOWS/hosts", "127.0.0.1 other.example.com\r\n");
  const auto lines = hosts_lines(disk.look());
  EXPECT_THAT(told(lines), ElementsAre("1: 127.0.0.1 update.example.com"));
  EXPECT_EQ(lines[0].path, "WINDOWS/system32/drivers/etc/HOSTS");
}

}  // namespace
}  // namespace antidotary::host

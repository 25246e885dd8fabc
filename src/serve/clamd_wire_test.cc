#include "serve/clamd_wire.h"

#include <gmock/gmock.h>

#include "gate/section.h"
#include "serve/config.h"

namespace antidotary::serve {
namespace {

using clamd::parse_command;
using clamd::Verb;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

TEST(ClamdCommand, KnowsWhichVerbsTakeAPath) {
  EXPECT_EQ(parse_command("SCAN /a b", false).verb, Verb::scan);
  EXPECT_EQ(parse_command("SCAN /a b", false).argument, "/a b");
  EXPECT_EQ(parse_command("SCAN", false).verb, Verb::unknown);
  EXPECT_EQ(parse_command("PING /a", false).verb, Verb::unknown);
  EXPECT_EQ(parse_command("ping", false).verb, Verb::unknown);
}

TEST(ClamdCommand, KnowsFewerVerbsWithoutPrefix) {
  EXPECT_EQ(parse_command("PING\r", true).verb, Verb::ping);
  EXPECT_EQ(parse_command("STATS", true).verb, Verb::unknown);
  EXPECT_EQ(parse_command("IDSESSION", true).verb, Verb::unknown);
}

/// Wants one command at a time.
class Choosy final : public clamd::Listener {
 public:
  clamd::Wire wire{*this};
  int commands = 0;

 private:
  bool command(clamd::Command) override {
    ++commands;
    wire.hold(true);
    return true;
  }
  bool chunk_begins(std::uint32_t) override { return true; }
  bool chunk(Bytes) override { return true; }
  bool stream_ends() override { return true; }
  bool descriptor_byte() override { return true; }
};

TEST(ClamdWire, TellsNothingWhileItIsHeldAndLosesNothing) {
  Choosy listener;
  std::string packet;
  for (int i = 0; i < 3; ++i) packet.append("zPING").push_back('\0');
  listener.wire.feed(as_bytes(std::string_view(packet)));
  EXPECT_EQ(listener.commands, 1);
  for (int wanted = 2; wanted <= 3; ++wanted) {
    listener.wire.hold(false);
    listener.wire.feed({});
    EXPECT_EQ(listener.commands, wanted);
  }
}

TEST(Config, NamesEveryMistakeWithItsPlace) {
  const auto read = read_config("[clamd]\nunix = 3\ntpc = \"x\"\n[scan]\nworkers = 0\n", "s.toml");
  EXPECT_THAT(read.mistakes, testing::UnorderedElementsAre(
                                 StartsWith("s.toml:2:1: 'unix' is a text in quotes, not"),
                                 StartsWith("s.toml:3:1: [clamd] has no 'tpc'; it knows: unix"),
                                 StartsWith("s.toml:5:1: 'workers' is a number from 1 to 256")));
}

TEST(Config, KnowsNoOtherServices) {
  const auto other = read_config("[mitler]\n", "s.toml");
  EXPECT_THAT(
      other.mistakes,
      ElementsAre(testing::EndsWith("it knows: scan, clamd, milter, http, quarantine, outbreak")));
}

TEST(Config, SharesNoWorkerBetweenStrangersUnlessTold) {
  EXPECT_EQ(read_config("", "s.toml").config.objects_per_worker, 100u);
  EXPECT_EQ(read_config("[scan]\nobjects_per_worker = 9\n", "s.toml").config.objects_per_worker,
            9u);
}

TEST(Config, ReadsSizesWithSuffixes) {
  const auto read = read_config("[clamd]\nstream_bytes_max = \"3M\"\n", "s.toml");
  EXPECT_THAT(read.mistakes, IsEmpty());
  EXPECT_EQ(read.config.clamd.stream_bytes_max, 3u << 20);
  std::uint64_t size = 0;
  EXPECT_FALSE(gate::size_from("99999999999G", size));
  EXPECT_FALSE(gate::size_from("3X", size));
}

TEST(Config, HasSpaceForTheLongestObject) {
  const auto space = [](const std::string& text) {
    return read_config(text, "s.toml").config.spool_bytes_max;
  };
  EXPECT_EQ(space(""), 2ull << 30);
  EXPECT_EQ(space("[clamd]\nstream_bytes_max = \"3G\"\n"), 9ull << 29);
  EXPECT_EQ(space("[scan]\nspool_bytes_max = \"200M\"\n"), 200ull << 20);
  EXPECT_THAT(read_config("[scan]\nspool_bytes_max = \"132M\"\n", "s.toml").mistakes,
              ElementsAre(testing::HasSubstr("too little for the longest object")));
}

}  // namespace
}  // namespace antidotary::serve

#include "gate/milter/wire.h"

#include <gmock/gmock.h>

namespace antidotary::gate::milter {
namespace {

TEST(MilterWire, CutsPacketsHoweverTheyCome) {
  const std::string stream = packet('H', text("mail.example")) + packet('Q');
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    Wire wire;
    std::string seen;
    for (const std::string& part : {stream.substr(0, cut), stream.substr(cut)}) {
      wire.feed(as_bytes(std::string_view(part)));
      while (const auto one = wire.next()) {
        seen.push_back(one->command);
        seen += as_text(one->data);
      }
    }
    EXPECT_EQ(seen, std::string("Hmail.example\0Q", 15)) << cut;
    EXPECT_EQ(wire.held_bytes(), 0u);
  }
}

TEST(MilterWire, PeeksWithoutTaking) {
  const std::string stream = packet('A') + packet('Q');
  Wire wire;
  wire.feed(as_bytes(std::string_view(stream)));
  EXPECT_EQ(wire.peek(), 'A');
  EXPECT_EQ(wire.next()->command, 'A');
  EXPECT_EQ(wire.peek(), 'Q');
}

TEST(MilterWire, BreaksOnLengthsThatCannotBe) {
  for (const std::uint32_t length : {0u, packet_bytes_max + 1, 0xffff'ffffu}) {
    const std::string stream = number(length) + "O";
    Wire wire;
    wire.feed(as_bytes(std::string_view(stream)));
    EXPECT_TRUE(wire.broken()) << length;
    EXPECT_FALSE(wire.next()) << length;
  }
}

TEST(MilterWire, HoldsNoMoreThanCame) {
  const std::string stream = number(packet_bytes_max) + "B";
  Wire wire;
  wire.feed(as_bytes(std::string_view(stream)));
  EXPECT_FALSE(wire.broken());
  EXPECT_FALSE(wire.next());
  EXPECT_EQ(wire.held_bytes(), stream.size());
}

TEST(MilterWire, LetsNoNulOutOfAText) {
  EXPECT_EQ(text(std::string_view("a\0b", 3)), std::string("a\0", 2));
}

}  // namespace
}  // namespace antidotary::gate::milter

#include "remedy/journal.h"

#include <fcntl.h>
#include <gmock/gmock.h>

#include "files/scratch.h"

namespace antidotary::remedy {
namespace {

using ::testing::HasSubstr;

constexpr auto key = octets('k', 'e', 'y');
constexpr const char* run_id = "20261123-221500-4f2a";

Event turn_at(std::uint64_t time) {
  Event event;
  event.kind = EventKind::turn;
  event.time_unix_s = time;
  event.detail = "\xff raw bytes survive";
  return event;
}

class JournalTest : public ::testing::Test {
 protected:
  JournalTest() : folder_(::open(scratch_.path().c_str(), O_PATH | O_DIRECTORY)) {
    auto journal = Journal::create(folder_.get(), key, run_id).value();
    for (std::uint64_t time = 1; time <= 3; ++time) {
      EXPECT_TRUE(journal.append(turn_at(time)).has_value());
    }
    text_ = files::Scratch::content(scratch_.path("journal"));
  }
  Result<JournalContent> read(const std::string& text) const {
    return read_journal(as_bytes(text), key, run_id);
  }
  files::Scratch scratch_;
  files::Fd folder_;
  std::string text_;
};

TEST_F(JournalTest, ReadsBackWhatWasWritten) {
  const auto content = read(text_).value();
  ASSERT_EQ(content.events.size(), 3u);
  EXPECT_EQ(content.events[2].time_unix_s, 3u);
  EXPECT_EQ(content.events[2].detail, "\xff raw bytes survive");
  EXPECT_EQ(content.whole_bytes, text_.size());
}

// Cut at any byte: whole lines are read, the torn one is dropped.
TEST_F(JournalTest, DropsATornLastLineWhereverItIsCut) {
  const std::size_t second = text_.find('\n') + 1;
  const std::size_t third = text_.find('\n', second) + 1;
  for (std::size_t size = 0; size < text_.size(); ++size) {
    const auto content = read(text_.substr(0, size));
    ASSERT_TRUE(content.has_value()) << size;
    EXPECT_EQ(content->events.size(), size < second ? 0u : size < third ? 1u : 2u) << size;
  }
}

TEST_F(JournalTest, GoesOnAfterATornLine) {
  scratch_.file("journal", text_.substr(0, text_.size() - 5));
  const auto torn = read(text_.substr(0, text_.size() - 5)).value();
  auto journal = Journal::resume(folder_.get(), key, torn).value();
  ASSERT_TRUE(journal.append(turn_at(9)).has_value());
  const auto content = read(files::Scratch::content(scratch_.path("journal"))).value();
  ASSERT_EQ(content.events.size(), 3u);
  EXPECT_EQ(content.events[2].time_unix_s, 9u);
}

// One bit anywhere before the last line: the line is named. In the last line, or in the line feed
// that parts it from the one before, it counts as torn.
TEST_F(JournalTest, NamesTheDamagedLine) {
  const std::size_t second = text_.find('\n') + 1;
  const std::size_t third = text_.find('\n', second) + 1;
  for (std::size_t i = 0; i + 1 < third; ++i) {
    std::string damaged = text_;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    const auto content = read(damaged);
    ASSERT_FALSE(content.has_value()) << i;
    EXPECT_EQ(content.error().kind, ErrorKind::malformed);
    EXPECT_THAT(content.error().what, HasSubstr(i < second ? "line 1:" : "line 2:")) << i;
  }
  std::string damaged = text_;
  damaged[third + 80] = static_cast<char>(damaged[third + 80] ^ 4);
  EXPECT_EQ(read(damaged)->events.size(), 2u);
}

TEST_F(JournalTest, RefusesLinesLeftOutMovedOrFromAnotherRun) {
  const std::size_t second = text_.find('\n') + 1;
  const std::size_t third = text_.find('\n', second) + 1;
  const std::string first_line = text_.substr(0, second);
  const std::string second_line = text_.substr(second, third - second);
  const std::string third_line = text_.substr(third);
  EXPECT_FALSE(read(second_line + third_line).has_value());
  EXPECT_EQ(read(first_line + third_line)->events.size(), 1u);
  EXPECT_FALSE(read(second_line + first_line + third_line).has_value());
  EXPECT_FALSE(read_journal(as_bytes(text_), key, "20261123-221500-0000").has_value());
  EXPECT_FALSE(read_journal(as_bytes(text_), octets('k', 'e', 'z'), run_id).has_value());
}

}  // namespace
}  // namespace antidotary::remedy

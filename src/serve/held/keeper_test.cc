#include "serve/held/keeper.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/mman.h>

#include <optional>
#include <vector>

#include "core/text.h"
#include "files/act.h"
#include "files/scratch.h"
#include "files/state.h"

namespace antidotary::serve::held {
namespace {

using testing::SizeIs;

constexpr std::uint64_t now = 1'800'000'000;

class HeldKeeper : public testing::Test {
 protected:
  HeldKeeper()
      : state_(files::open_state(scratch_.path() + "/state")),
        store_(Store::open(*state_, Bounds{.items_max = 3}).value()),
        loop_(Loop::make().value()),
        keeper_(Keeper::start(*loop_, store_).value()) {}

  static files::Fd memory(std::string_view text) {
    files::Fd out(memfd_create("message", MFD_CLOEXEC));
    EXPECT_TRUE(files::act::write_all(out.get(), as_bytes(text)));
    return out;
  }
  static HeldMail mail(std::string subject) {
    HeldMail out;
    out.sender = "a@b";
    out.recipients = {"c@d"};
    out.subject = std::move(subject);
    return out;
  }
  std::uint64_t keep(const std::string& subject) {
    return keeper_->keep(mail(subject), memory("Subject: " + subject + "\n\nharmless\n"), now,
                         [this](const Result<std::string>& id) { told_.push_back(id); });
  }
  /// Runs the loop until `count` answers came, or for half a minute.
  void wait_for(std::size_t count) {
    Loop::TimerId end = loop_->after_ms(30'000, [this] { loop_->stop(); });
    std::function<void()> look = [&] {
      if (told_.size() >= count) return loop_->stop();
      loop_->after_ms(1, look);
    };
    look();
    if (told_.size() < count) loop_->run();
    loop_->cancel(end);
    ASSERT_THAT(told_, SizeIs(count));
  }
  std::size_t kept() const {
    return store_.list([](const std::string&) {}).size();
  }

  files::Scratch scratch_;
  Result<files::Root> state_;
  Store store_;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<Keeper> keeper_;
  std::vector<Result<std::string>> told_;
};

TEST_F(HeldKeeper, TellsTheIdOnceTheMessageCanBeRead) {
  keep("one");
  EXPECT_THAT(told_, SizeIs(0));  // not within
  wait_for(1);
  ASSERT_TRUE(told_[0]) << told_[0].error().what;
  const auto found = store_.find(*told_[0]);
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(found->subject, "one");
  EXPECT_EQ(to_string(*store_.content(*told_[0])), "Subject: one\n\nharmless\n");
  EXPECT_EQ(keeper_->items(), 1u);
  EXPECT_GT(keeper_->bytes(), 0u);
}

TEST_F(HeldKeeper, ASlowDiskKeepsNobodyElseWaiting) {
  ASSERT_EQ(kill(keeper_->process(), SIGSTOP), 0);
  keep("one");
  keep("two");
  bool others_were_served = false;
  loop_->after_ms(50, [&] {
    others_were_served = told_.empty();
    kill(keeper_->process(), SIGCONT);
  });
  wait_for(2);
  EXPECT_TRUE(others_were_served);
  EXPECT_TRUE(told_[0] && told_[1]);
}

TEST_F(HeldKeeper, ItsDeathIsAnErrorAndTheNextIsKept) {
  ASSERT_EQ(kill(keeper_->process(), SIGSTOP), 0);
  keep("one");
  loop_->after_ms(20, [&] { kill(keeper_->process(), SIGKILL); });
  wait_for(1);
  ASSERT_FALSE(told_[0]);
  EXPECT_EQ(told_[0].error().kind, ErrorKind::worker_died);
  keep("two");
  wait_for(2);
  ASSERT_TRUE(told_[1]) << told_[1].error().what;
  EXPECT_EQ(kept(), 1u);
}

TEST_F(HeldKeeper, WhatIsGivenUpIsNotKept) {
  ASSERT_EQ(kill(keeper_->process(), SIGSTOP), 0);
  const std::uint64_t in_hand = keep("in hand");
  const std::uint64_t waiting = keep("waiting");
  loop_->after_ms(20, [&] {
    keeper_->give_up(in_hand);
    keeper_->give_up(waiting);
    kill(keeper_->process(), SIGCONT);
    keep("wanted");
  });
  wait_for(1);
  ASSERT_TRUE(told_[0]);
  // What was in hand is removed behind it.
  keep("and one more");
  wait_for(2);
  EXPECT_EQ(kept(), 2u);
  EXPECT_EQ(store_.find(*told_[0])->subject, "wanted");
}

TEST_F(HeldKeeper, SaysThatThereIsNoRoom) {
  for (const char* subject : {"one", "two", "three", "four"}) keep(subject);
  wait_for(4);
  ASSERT_FALSE(told_[3]);
  EXPECT_EQ(told_[3].error().kind, ErrorKind::budget_spent);
  EXPECT_EQ(kept(), 3u);
}

TEST_F(HeldKeeper, ExpiresBesideTheLoop) {
  keep("one");
  wait_for(1);
  std::optional<std::uint64_t> gone;
  keeper_->expire(now + 40ull * 86'400, [&](const Result<std::uint64_t>& count) {
    gone = count.value_or(0);
    told_.emplace_back("");
  });
  wait_for(2);
  EXPECT_EQ(gone, 1u);
  EXPECT_EQ(kept(), 0u);
  EXPECT_EQ(keeper_->items(), 0u);
}

TEST_F(HeldKeeper, EndsWithoutLosingWhatIsInHand) {
  keep("one");
  loop_->after_ms(0, [&] { loop_->stop(); });
  loop_->run();
  keeper_.reset();
  EXPECT_THAT(told_, SizeIs(0));
  EXPECT_LE(kept(), 1u);  // whole, or not at all
}

}  // namespace
}  // namespace antidotary::serve::held

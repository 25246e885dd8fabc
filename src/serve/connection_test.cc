#include "serve/connection.h"

#include <gmock/gmock.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace antidotary::serve {
namespace {

/// Answers every byte with a thousand, unless it is clogged.
class Generous final : public Session {
 public:
  Generous(Loop& loop, files::Fd socket)
      : connection(loop, std::move(socket), [&loop, this] {
          gone = true;
          loop.stop();
        }) {}
  void received(Bytes bytes, std::vector<files::Fd>) override {
    for (std::size_t i = 0; i < bytes.size() && !connection.clogged(); ++i) {
      connection.send(std::string(1'000, 'x'));
    }
    most_unsent = std::max(most_unsent, connection.unsent_bytes());
  }
  void ended() override { has_ended = true; }
  void late() override {}
  void relieved() override { ++times_relieved; }
  bool idle() const override { return true; }

  Connection connection;
  std::size_t most_unsent = 0;
  int times_relieved = 0;
  bool has_ended = false;
  bool gone = false;
};

class ConnectionOnALoop : public testing::Test {
 protected:
  ConnectionOnALoop() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()), 0);
    peer_ = files::Fd(ends[0]);
    session_ = std::make_unique<Generous>(*loop_, files::Fd(ends[1]));
    EXPECT_TRUE(session_->connection.start(*session_));
  }
  void run_ms(std::uint64_t limit) {
    auto timer = loop_->after_ms(limit, [this] { loop_->stop(); });
    loop_->run();
    loop_->cancel(timer);
  }

  std::unique_ptr<Loop> loop_ = std::move(*Loop::make());
  files::Fd peer_;
  std::unique_ptr<Generous> session_;
};

TEST_F(ConnectionOnALoop, KeepsNoEndOfAnswersThatNobodyReads) {
  const std::string asked(100'000, 'a');
  for (int i = 0; i < 50; ++i) {
    loop_->after_ms(static_cast<std::uint64_t>(i), [&] {
      static_cast<void>(send(peer_.get(), asked.data(), asked.size(), MSG_DONTWAIT));
    });
  }
  run_ms(200);
  EXPECT_TRUE(session_->connection.clogged());
  EXPECT_LT(session_->most_unsent, std::size_t{2} << 20);
}

TEST_F(ConnectionOnALoop, PartsWithAPeerThatReadsNothing) {
  session_->connection.answer_limit_ms(100);
  session_->connection.send(std::string(std::size_t{2} << 20, 'x'));
  EXPECT_TRUE(session_->connection.clogged());
  run_ms(5'000);
  EXPECT_TRUE(session_->gone);
}

TEST(Connection, TellsThatThePeerReadAtLast) {
  const auto loop = std::move(*Loop::make());
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()), 0);
  const files::Fd peer(ends[0]);
  Generous session(*loop, files::Fd(ends[1]));
  ASSERT_TRUE(session.connection.start(session));
  session.connection.send(std::string(std::size_t{3} << 20, 'x'));
  EXPECT_TRUE(session.connection.clogged());
  std::size_t read = 0;
  ASSERT_TRUE(loop->watch(peer.get(), EPOLLIN, [&](std::uint32_t) {
    std::array<char, 65'536> bytes{};
    const ssize_t count = recv(peer.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count > 0) read += static_cast<std::size_t>(count);
    if (read == std::size_t{3} << 20) loop->stop();
  }));
  loop->after_ms(5'000, [&] { loop->stop(); });
  loop->run();
  EXPECT_EQ(read, std::size_t{3} << 20);
  EXPECT_FALSE(session.connection.clogged());
  EXPECT_EQ(session.times_relieved, 1);
  loop->forget(peer.get());
}

TEST_F(ConnectionOnALoop, WaitsForAPeerThatOnlyAskedItsLast) {
  shutdown(peer_.get(), SHUT_WR);
  run_ms(50);
  EXPECT_TRUE(session_->has_ended);
  EXPECT_FALSE(session_->gone) << "it may still read";
}

TEST_F(ConnectionOnALoop, IsGoneWithAPeerThatHungUp) {
  peer_.reset();
  run_ms(1'000);
  EXPECT_TRUE(session_->has_ended);
  EXPECT_TRUE(session_->gone) << "else its end would wake the loop for ever";
}

}  // namespace
}  // namespace antidotary::serve

#include "serve/held/store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "core/text.h"
#include "files/act.h"
#include "files/scratch.h"
#include "files/state.h"
#include "gate/release.h"
#include "serve/held/smtp.h"

namespace antidotary::serve::held {
namespace {

constexpr std::uint64_t now = 1'800'000'000;

files::Fd memory(std::string_view text) {
  files::Fd out(memfd_create("message", MFD_CLOEXEC));
  EXPECT_TRUE(files::act::write_all(out.get(), as_bytes(text)));
  return out;
}

class HeldStore : public testing::Test {
 protected:
  HeldStore() : state_(files::open_state(scratch_.path() + "/state")) {}

  Store open(Bounds bounds = {}) {
    auto store = Store::open(*state_, bounds);
    EXPECT_TRUE(store) << store.error().what;
    return std::move(*store);
  }
  static HeldMail mail(std::string subject = "hello") {
    HeldMail out;
    out.sender = "a@b";
    out.recipients = {"c@d", "e@f"};
    out.subject = std::move(subject);
    out.names = {"Evil-1"};
    return out;
  }
  std::string file(const std::string& id, const std::string& end) const {
    return scratch_.path() + "/state/mail/" + id + end;
  }

  files::Scratch scratch_;
  Result<files::Root> state_;
};

TEST_F(HeldStore, KeepsAMessageAndGivesItBack) {
  Store store = open();
  const auto kept = store.keep(mail(), memory("A: b\r\n\r\nbody\r\n").get(), now);
  ASSERT_TRUE(kept) << kept.error().what;
  Store again = open();
  EXPECT_EQ(again.items(), 1u);
  const auto found = again.find(kept->id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->recipients, mail().recipients);
  EXPECT_EQ(found->taken_unix_s, now);
  EXPECT_EQ(as_text(*again.content(kept->id)), "A: b\r\n\r\nbody\r\n");
}

TEST_F(HeldStore, StoresNothingThatRunsOrIsFoundByAccident) {
  Store store = open();
  const auto kept = store.keep(mail(), memory("#!/bin/sh\nnever this\n").get(), now);
  ASSERT_TRUE(kept);
  for (const std::string end : {".item", ".mail"}) {
    std::ifstream in(file(kept->id, end), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    EXPECT_EQ(bytes.find("never this"), std::string::npos);
    EXPECT_EQ(bytes.find("#!"), std::string::npos);
    const auto mode = std::filesystem::status(file(kept->id, end)).permissions();
    EXPECT_EQ(static_cast<unsigned>(mode), 0600u);
  }
}

TEST_F(HeldStore, BelievesNoChangedRecord) {
  Store store = open();
  const auto kept = store.keep(mail(), memory("x").get(), now);
  ASSERT_TRUE(kept);
  std::fstream out(file(kept->id, ".mail"), std::ios::in | std::ios::out | std::ios::binary);
  out.seekp(100);
  out.put('!');
  out.close();
  EXPECT_EQ(store.find(kept->id).error().kind, ErrorKind::malformed);
  EXPECT_FALSE(store.content(kept->id));
  std::vector<std::string> told;
  EXPECT_TRUE(store.list([&](const std::string& one) { told.push_back(one); }).empty());
  EXPECT_EQ(told.size(), 1u);
}

TEST_F(HeldStore, IsBoundedByBytesAndNumber) {
  Bounds bounds;
  bounds.items_max = 2;
  Store store = open(bounds);
  ASSERT_TRUE(store.keep(mail("1"), memory("x").get(), now));
  ASSERT_TRUE(store.keep(mail("2"), memory("x").get(), now + 1));
  EXPECT_EQ(store.keep(mail("3"), memory("x").get(), now).error().kind, ErrorKind::budget_spent);
  bounds.bytes_max = 1;
  EXPECT_EQ(open(bounds).keep(mail(), memory("xy").get(), now).error().kind,
            ErrorKind::budget_spent);
}

TEST_F(HeldStore, MakesRoomByTheOldestWhereToldTo) {
  Bounds bounds;
  bounds.items_max = 2;
  bounds.when_full = WhenFull::oldest;
  Store store = open(bounds);
  for (std::uint64_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(store.keep(mail(std::to_string(i)), memory("x").get(), now + i));
  }
  const auto left = store.list([](const std::string&) {});
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].subject, "2");
  EXPECT_EQ(left[1].subject, "3");
}

TEST_F(HeldStore, MakesRoomByADamagedOneAsByAnyOther) {
  Bounds bounds;
  bounds.items_max = 1;
  bounds.when_full = WhenFull::oldest;
  Store store = open(bounds);
  const auto kept = store.keep(mail("old"), memory("x").get(), now);
  ASSERT_TRUE(kept);
  std::filesystem::resize_file(file(kept->id, ".mail"), 10);
  ASSERT_TRUE(store.keep(mail("new"), memory("x").get(), now + 1));
  EXPECT_EQ(store.list([](const std::string&) {}).front().subject, "new");
}

TEST_F(HeldStore, LooksForRoomWhereAnotherMadeSome) {
  Bounds bounds;
  bounds.items_max = 1;
  Store store = open(bounds);
  const auto kept = store.keep(mail(), memory("x").get(), now);
  ASSERT_TRUE(kept);
  EXPECT_FALSE(store.keep(mail(), memory("x").get(), now)) << "it looks, and from now on it knows";
  const auto touched = std::filesystem::last_write_time(scratch_.path() + "/state/mail");
  ASSERT_TRUE(open(bounds).forget(kept->id));
  std::filesystem::last_write_time(scratch_.path() + "/state/mail", touched);
  EXPECT_FALSE(store.keep(mail(), memory("x").get(), now)) << "nobody seems to have been here";
  EXPECT_TRUE(store.keep(mail(), memory("x").get(), now + 60)) << "now and then it looks anyway";
  const auto other = open(bounds).list([](const std::string&) {});
  ASSERT_EQ(other.size(), 1u);
  ASSERT_TRUE(open(bounds).forget(other.front().id));
  EXPECT_TRUE(store.keep(mail(), memory("x").get(), now + 60)) << "somebody has been here";
}

// As many orphans, four times as many: what compares each with each takes sixteen times as long.
TEST_F(HeldStore, OpensInTimeThatGrowsWithWhatIsThere) {
  open();
  const auto ticks_with = [&](int count) {
    for (int i = 0; i < count; ++i) std::ofstream(file(fmt::format("mail-{}", i), ".item"));
    const std::clock_t began = std::clock();
    open();
    return static_cast<double>(std::clock() - began);
  };
  const double few = ticks_with(4'000);
  EXPECT_LT(ticks_with(16'000), 9 * few);
}

TEST_F(HeldStore, ForgetsSoManyAtOnceAndNoMore) {
  Store store = open();
  const std::string last = file("mail-20000101t000000-000000000000", ".mail");
  for (std::size_t i = 0; i < Store::expired_at_once; ++i) {
    std::ofstream(file(fmt::format("mail-19990101t000000-{:012}", i), ".mail"));
  }
  std::ofstream(last).close();
  EXPECT_EQ(store.expire(now), Store::expired_at_once);
  EXPECT_TRUE(std::filesystem::exists(last));
  EXPECT_EQ(store.expire(now), 1u);
  EXPECT_FALSE(std::filesystem::exists(last));
}

TEST_F(HeldStore, ForgetsWhatWasKeptLongEnough) {
  Store store = open();
  ASSERT_TRUE(store.keep(mail("old"), memory("x").get(), now - 31 * 86'400));
  ASSERT_TRUE(store.keep(mail("new"), memory("x").get(), now));
  EXPECT_EQ(store.expire(now), 1u);
  EXPECT_EQ(store.items(), 1u);
  EXPECT_EQ(open().list([](const std::string&) {}).front().subject, "new");
}

TEST_F(HeldStore, LetsOneOfTwoRelease) {
  Store store = open();
  const auto kept = store.keep(mail(), memory("x").get(), now);
  ASSERT_TRUE(kept);
  Store other = open();
  const auto first = store.begin_release(kept->id, now, false);
  ASSERT_TRUE(first);
  EXPECT_EQ(other.begin_release(kept->id, now, false).error().kind, ErrorKind::busy);
  EXPECT_NE(other.find(kept->id)->released_unix_s, 0u);
  EXPECT_TRUE(store.give_up_release(*first));
  EXPECT_EQ(other.find(kept->id)->released_unix_s, 0u);
  EXPECT_TRUE(other.begin_release(kept->id, now, false));
}

TEST_F(HeldStore, TakesNoNoteBackThatAnotherReleaseMade) {
  Store store = open();
  const auto kept = store.keep(mail(), memory("x").get(), now);
  ASSERT_TRUE(kept);
  const auto is_noted = [&] { return store.find(kept->id)->released_unix_s != 0; };
  const auto first = store.begin_release(kept->id, now, true);
  const auto again = store.begin_release(kept->id, now, true);
  ASSERT_TRUE(first && again);
  EXPECT_TRUE(store.give_up_release(*again));
  EXPECT_TRUE(is_noted()) << "the first may have been sent";
  EXPECT_TRUE(store.give_up_release(*first));
  EXPECT_TRUE(is_noted()) << "the second may have been sent";
}

TEST_F(HeldStore, LeavesNoNoteOfAReleaseThatCouldNotBegin) {
  Store store = open();
  const auto kept = store.keep(mail(), memory("x").get(), now);
  ASSERT_TRUE(kept);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto ignored = ::signal(SIGXFSZ, SIG_IGN);
  rlimit none = before;
  none.rlim_cur = 0;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
  EXPECT_FALSE(store.begin_release(kept->id, now, false));
  EXPECT_FALSE(store.begin_release(kept->id, now, true));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, ignored);
  EXPECT_FALSE(std::filesystem::exists(file(kept->id, ".released")));
  EXPECT_TRUE(store.begin_release(kept->id, now, false));
}

TEST_F(HeldStore, UsesANonceOnce) {
  Store store = open();
  EXPECT_TRUE(store.use_nonce("0123"));
  EXPECT_EQ(store.use_nonce("0123").error().kind, ErrorKind::busy);
  EXPECT_FALSE(open().use_nonce("0123"));
}

TEST_F(HeldStore, OpensNoPathForAnId) {
  Store store = open();
  EXPECT_EQ(store.find("../key").error().kind, ErrorKind::not_found);
  EXPECT_EQ(store.forget("mail-/../x").error().kind, ErrorKind::not_found);
}

TEST(SmtpWire, LetsNothingInAMessageEndIt) {
  const auto form = [](std::string_view text) {
    return wire_form({"", {}, "X: y", as_bytes(text)});
  };
  EXPECT_EQ(form("a\r\n.\r\nb\r\n"), "X: y\r\na\r\n..\r\nb\r\n.\r\n");
  EXPECT_EQ(form("a\n.\nb"), "X: y\r\na\r\n..\r\nb\r\n.\r\n");
  EXPECT_EQ(form("a\n\na\r.\rb\n"), "X: y\r\na\r\n\r\na\r\n..\r\nb\r\n.\r\n");
  for (const std::string_view text :
       {"\n.\n", "\r\n.\r\n", "\r.\r", "\n.\r\n", ".\r\n", ".", "\r"}) {
    const std::string out = form(text);
    EXPECT_EQ(out.find("\r\n.\r\n"), out.size() - 5) << text;
    for (std::size_t i = 0; i < out.size(); ++i) {
      EXPECT_TRUE(out[i] != '\n' || (i > 0 && out[i - 1] == '\r'));
      EXPECT_TRUE(out[i] != '\r' || (i + 1 < out.size() && out[i + 1] == '\n'));
    }
  }
}

TEST(SmtpWire, MakesNoFieldOfAValue) {
  const std::string_view text = "S: x\rContent-Type: text/html\r\n\r\nbody\r\n";
  EXPECT_EQ(wire_form({"", {}, "X: y", as_bytes(text)}),
            "X: y\r\nS: x Content-Type: text/html\r\n\r\nbody\r\n.\r\n");
}

/// What a server takes of a message that was sent in this form.
std::string unstuffed(std::string wire) {
  wire.resize(wire.size() - 3);
  std::string out;
  for (const std::string_view line : split(wire, '\n')) {
    out.append(line.substr(line.starts_with('.') ? 1 : 0));
    out.push_back('\n');
  }
  out.pop_back();
  return out;
}

// Every message of up to five of these letters: a release of it fits the mark made for it.
TEST(SmtpWire, KeepsTheBodysDigest) {
  constexpr std::string_view letters = "a\r\n.";
  for (std::size_t length = 0; length <= 5; ++length) {
    for (std::size_t number = 0; number < (std::size_t{1} << (2 * length)); ++number) {
      std::string text;
      for (std::size_t i = 0; i < length; ++i) text.push_back(letters[number >> (2 * i) & 3]);
      for (const std::string& whole : {text, "A: b\r\n\r\n" + text}) {
        const std::string sent = unstuffed(wire_form({"", {}, "X: y", as_bytes(whole)}));
        EXPECT_EQ(gate::body_sha256(as_bytes(whole)), gate::body_sha256(as_bytes(sent)))
            << testing::PrintToString(whole) << " " << testing::PrintToString(sent);
      }
    }
  }
}

TEST(SmtpWire, SendsToNoAddressThatSpeaksSmtpItself) {
  EXPECT_FALSE(is_sendable("a@b>\r\nDATA"));
  EXPECT_FALSE(is_sendable("a b@c"));
  EXPECT_TRUE(is_sendable("a@b"));
  EXPECT_EQ(send_to("192.0.2.1:25", {}).error().error.kind, ErrorKind::bad_input);
  EXPECT_EQ(send_to("nonsense", {}).error().error.kind, ErrorKind::bad_input);
}

/// Sends to a server whose replies are all written beforehand; then it hangs up.
Sent sent_to_server_that_says(std::string_view replies) {
  std::array<int, 2> ends{};
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  const files::Fd ours(ends[0]);
  const files::Fd theirs(ends[1]);
  EXPECT_TRUE(files::act::write_all(theirs.get(), as_bytes(replies)));
  shutdown(theirs.get(), SHUT_WR);
  return send(ours.get(), ours.get(), {"a@b", {"c@d"}, "X: y", as_bytes(std::string_view("m"))});
}

TEST(SmtpDialogue, TellsANoFromSilence) {
  const std::string before = "220 hi\r\n250 hi\r\n250 ok\r\n250 ok\r\n";
  EXPECT_TRUE(sent_to_server_that_says(before + "354 go\r\n250 ok\r\n"));
  for (const std::string words :
       {"", "450 no\r\n", "354 go\r\n451 no\r\n", "354 go\r\n550 n\r\n"}) {
    const Sent sent = sent_to_server_that_says(before + words);
    ASSERT_FALSE(sent) << words;
    EXPECT_FALSE(sent.error().in_doubt) << words;
  }
  for (const std::string words : {"354 go\r\n", "354 go\r\n25", "354 go\r\nwhat\r\n"}) {
    const Sent sent = sent_to_server_that_says(before + words);
    ASSERT_FALSE(sent) << words;
    EXPECT_TRUE(sent.error().in_doubt) << words;
  }
}

}  // namespace
}  // namespace antidotary::serve::held

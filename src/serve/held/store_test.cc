#include "serve/held/store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "files/act.h"
#include "files/scratch.h"
#include "files/state.h"
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

TEST_F(HeldStore, ForgetsWhatWasKeptLongEnough) {
  Store store = open();
  ASSERT_TRUE(store.keep(mail("old"), memory("x").get(), now - 31 * 86'400));
  ASSERT_TRUE(store.keep(mail("new"), memory("x").get(), now));
  EXPECT_EQ(store.expire(now), 1u);
  EXPECT_EQ(store.items(), 1u);
  EXPECT_EQ(open().list([](const std::string&) {}).front().subject, "new");
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
  EXPECT_EQ(form("a\r.\rb\n"), "X: y\r\na\r\n..\r\nb\r\n.\r\n");
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

TEST(SmtpWire, SendsToNoAddressThatSpeaksSmtpItself) {
  EXPECT_FALSE(is_sendable("a@b>\r\nDATA"));
  EXPECT_FALSE(is_sendable("a b@c"));
  EXPECT_TRUE(is_sendable("a@b"));
  EXPECT_EQ(send_to("192.0.2.1:25", {}).error().kind, ErrorKind::bad_input);
  EXPECT_EQ(send_to("nonsense", {}).error().kind, ErrorKind::bad_input);
}

}  // namespace
}  // namespace antidotary::serve::held

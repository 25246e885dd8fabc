// Method: a ledger in a scratch folder, written and read by its own calls and by SQLite beside it.
#include "serve/outbreak/ledger.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "core/digest.h"
#include "core/record.h"
#include "files/scratch.h"
#include "serve/outbreak/addresses.h"

namespace antidotary::serve::outbreak {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t now_s = 1'700'000'000;
constexpr std::uint64_t day_s = 86'400;

scan::Leaf leaf_of(const std::string& content, scan::Risk risk = scan::Risk::program) {
  const Bytes bytes = as_bytes(std::string_view(content));
  scan::Leaf leaf;
  leaf.sha256 = sha256_hex(bytes);
  leaf.sha1 = hex_digest(DigestKind::sha1, bytes);
  leaf.md5 = hex_digest(DigestKind::md5, bytes);
  leaf.size_bytes = content.size();
  leaf.risk = risk;
  leaf.format = "pe";
  leaf.names = {"a.exe", std::string("b\0c.exe", 7), "\xff\xfe"};
  leaf.inside = "js";
  leaf.depth = 2;
  return leaf;
}

MailRow mail_of(const std::string& content, std::uint64_t time_s = now_s) {
  MailRow mail;
  mail.time_s = time_s;
  mail.queue_id = "4ABC";
  mail.message_id = "<1@example.org>";
  mail.client = "192.0.2.1";
  mail.sender = 0xfedcba9876543210;
  mail.sender_as_recipient = 77;
  mail.recipients = {1, 2, 0xffffffffffffffff};
  mail.finding = "clean";
  mail.outcome = "deliver";
  mail.outbreaks = {"same-0", "shape-1"};
  mail.leaves = {leaf_of(content)};
  return mail;
}

class LedgerTest : public testing::Test {
 protected:
  files::Scratch scratch_;
  files::Root folder_ = *files::Root::open(scratch_.path());
  std::string path_ = scratch_.path() + "/ledger.sqlite";

  Ledger open() {
    auto ledger = Ledger::open(folder_, 50);
    EXPECT_TRUE(ledger.has_value()) << (ledger ? "" : ledger.error().what);
    return std::move(*ledger);
  }
  std::vector<Copy> copies_of(const Ledger& ledger, const std::string& content) {
    std::vector<Copy> out;
    EXPECT_TRUE(ledger.copies(leaf_of(content).sha256, [&](Copy&& one) { out.push_back(one); }));
    return out;
  }
};

TEST_F(LedgerTest, TellsAgainWhatWasWritten) {
  Ledger ledger = open();
  MailRow mail = mail_of("worm");
  mail.held_id = "mail-1";
  ASSERT_TRUE(ledger.write({{mail}, {}, {}}));
  const auto copies = copies_of(ledger, "worm");
  ASSERT_THAT(copies, SizeIs(1));
  mail.leaves[0].names[1] = "b?c.exe";
  EXPECT_EQ(to_wire(copies[0].mail), to_wire(mail));
  EXPECT_FALSE(copies[0].released);
  ASSERT_TRUE(ledger.write({{}, {}, {"mail-1"}}));
  EXPECT_TRUE(copies_of(ledger, "worm").at(0).released);
  EXPECT_THAT(copies_of(ledger, "other"), IsEmpty());
}

TEST_F(LedgerTest, RemembersTheRiskyMailOfTheWindowOldestFirst) {
  Ledger ledger = open();
  MailRow harmless = mail_of("logo", now_s);
  harmless.leaves[0].risk = scan::Risk::none;
  ASSERT_TRUE(ledger.write(
      {{mail_of("b", now_s), mail_of("old", now_s - 2 * day_s), harmless, mail_of("a", now_s - 5)},
       {},
       {}}));
  const auto recent = ledger.recent(now_s - day_s, 10);
  ASSERT_TRUE(recent.has_value());
  ASSERT_THAT(*recent, SizeIs(2));
  EXPECT_EQ((*recent)[0].leaves.at(0).sha256, leaf_of("a").sha256);
  EXPECT_EQ((*recent)[1].leaves.at(0).sha256, leaf_of("b").sha256);
  EXPECT_THAT(*ledger.recent(0, 1), SizeIs(1));
}

TEST_F(LedgerTest, TellsEachAttachmentOnce) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.write({{mail_of("a"), mail_of("b"), mail_of("a")}, {}, {}}));
  std::size_t count = 0;
  ASSERT_TRUE(ledger.each_leaf([&](const scan::Leaf&) { ++count; }));
  EXPECT_EQ(count, 2U);
}

Outbreak outbreak_of(const std::string& id, std::uint64_t last_s = now_s) {
  Outbreak one;
  one.id = id;
  one.key = "key";
  one.name = "\xff.exe";
  one.last_s = last_s;
  one.held = 3;
  return one;
}

TEST_F(LedgerTest, KeepsWhatAPersonSaidOfAnOutbreak) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.write({{}, {outbreak_of("same-1")}, {}}));
  {
    auto beside = Ledger::read(folder_);
    ASSERT_TRUE(beside.has_value());
    const std::int64_t version = ledger.version();
    ASSERT_TRUE(beside->dismiss("same-1", "our own form", now_s));
    EXPECT_NE(ledger.version(), version);
    EXPECT_EQ(beside->dismiss("same-2", "x", now_s).error().kind, ErrorKind::not_found);
  }
  Outbreak later = outbreak_of("same-1");
  later.held = 4;
  ASSERT_TRUE(ledger.write({{}, {later}, {}}));
  const auto all = ledger.outbreaks();
  ASSERT_TRUE(all.has_value());
  ASSERT_THAT(*all, SizeIs(1));
  EXPECT_EQ(all->at(0).held, 4U);
  EXPECT_EQ(all->at(0).name, "\xff.exe");
  EXPECT_EQ(all->at(0).dismissed_s, now_s);
  EXPECT_EQ(all->at(0).reason, "our own form");
}

TEST_F(LedgerTest, PrunesALittleAtATimeWhatWasKeptLongEnough) {
  Ledger ledger = open();
  Batch batch;
  for (std::uint64_t i = 0; i < 700; ++i) batch.mails.push_back(mail_of("old", now_s - 31 * day_s));
  batch.mails.push_back(mail_of("new"));
  batch.outbreaks = {outbreak_of("old", now_s - 31 * day_s), outbreak_of("new"),
                     outbreak_of("said", now_s - 31 * day_s)};
  ASSERT_TRUE(ledger.write(batch));
  ASSERT_TRUE(ledger.dismiss("said", "honest", now_s));
  EXPECT_EQ(*ledger.prune({}, now_s), Ledger::pruned_at_once);
  EXPECT_EQ(*ledger.prune({}, now_s), 200U);
  EXPECT_EQ(*ledger.prune({}, now_s), 0U);
  EXPECT_EQ(*ledger.mails(), 1U);
  EXPECT_THAT(copies_of(ledger, "old"), IsEmpty());
  std::vector<std::string> left;
  const auto all = ledger.outbreaks();
  ASSERT_TRUE(all.has_value());
  for (const Outbreak& one : *all) left.push_back(one.id);
  EXPECT_THAT(left, testing::UnorderedElementsAre("new", "said"));
}

TEST_F(LedgerTest, PrunesTheOldestWhereItIsTooLarge) {
  Ledger ledger = open();
  for (std::uint64_t i = 0; i < 30; ++i) {
    Batch batch;
    for (int k = 0; k < 200; ++k) batch.mails.push_back(mail_of("x", now_s + i));
    ASSERT_TRUE(ledger.write(batch));
  }
  const Keeping keeping{.bytes_max = 400 << 10};
  ASSERT_GT(ledger.bytes(), keeping.bytes_max);
  while (*ledger.prune(keeping, now_s) > 0) {
  }
  EXPECT_LE(ledger.bytes(), keeping.bytes_max);
  EXPECT_GT(*ledger.mails(), 0U);
  EXPECT_EQ(copies_of(ledger, "x").back().mail.time_s, now_s + 29);
}

TEST_F(LedgerTest, NeverPrunesWhatAClockThatWentBackMakesOld) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.write({{mail_of("x")}, {}, {}}));
  EXPECT_EQ(*ledger.prune({}, 5), 0U);
  EXPECT_EQ(*ledger.prune({}, now_s - 400 * day_s), 0U);
  EXPECT_EQ(*ledger.mails(), 1U);
}

TEST_F(LedgerTest, SaysThatItIsLocked) {
  Ledger ledger = open();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(ledger.write({{mail_of("x")}, {}, {}}).error().kind, ErrorKind::busy);
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  EXPECT_TRUE(ledger.write({{mail_of("x")}, {}, {}}));
  EXPECT_EQ(*ledger.mails(), 1U);
}

TEST_F(LedgerTest, SaysThatItIsDamagedAndCanBePutAside) {
  { std::ofstream(path_) << std::string(10'000, 'x'); }
  const auto opened = Ledger::open(folder_, 50);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().kind, ErrorKind::malformed) << opened.error().what;
  const auto aside = put_aside(folder_, now_s);
  ASSERT_TRUE(aside.has_value());
  EXPECT_EQ(std::ifstream(scratch_.path() + "/" + *aside).get(), 'x');
  EXPECT_TRUE(open().write({{mail_of("x")}, {}, {}}));
}

TEST_F(LedgerTest, SaysThatAPageWithinIsDamaged) {
  {
    Ledger ledger = open();
    Batch batch;
    for (int k = 0; k < 500; ++k) batch.mails.push_back(mail_of("x"));
    ASSERT_TRUE(ledger.write(batch));
  }
  {
    std::fstream file(path_, std::ios::in | std::ios::out);
    file.seekp(4'096 * 3);
    file << std::string(4'096 * 40, '\x5a');
  }
  Ledger ledger = open();
  const auto told = ledger.copies(leaf_of("x").sha256, [](Copy&&) {});
  ASSERT_FALSE(told.has_value());
  EXPECT_EQ(told.error().kind, ErrorKind::malformed) << told.error().what;
}

// RLIMIT_FSIZE is a disk of a few kilobytes for this process.
TEST_F(LedgerTest, LosesABatchAndNoMoreWhereTheDiskIsFull) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.write({{mail_of("before")}, {}, {}}));
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  struct stat now {};
  ASSERT_EQ(stat((path_ + "-wal").c_str(), &now), 0);
  const rlimit small{static_cast<rlim_t>(now.st_size), old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  Batch batch;
  for (int k = 0; k < 500; ++k) batch.mails.push_back(mail_of("lost"));
  const Status written = ledger.write(batch);
  setrlimit(RLIMIT_FSIZE, &old);
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().kind, ErrorKind::io) << written.error().what;
  EXPECT_TRUE(ledger.write({{mail_of("after")}, {}, {}}));
  EXPECT_EQ(*ledger.mails(), 2U);
}

TEST_F(LedgerTest, IsNotMadeByWhoOnlyReads) {
  const auto read = Ledger::read(folder_);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().kind, ErrorKind::not_found);
  EXPECT_THAT(folder_.list("").value(), IsEmpty());
}

TEST(Addresses, TellsTheSameOnlyUnderTheSameKey) {
  const Addresses ours(Buffer(32, std::byte{1})), theirs(Buffer(32, std::byte{2}));
  EXPECT_EQ(ours.recipient("Anna@Example.org"), ours.recipient("anna@example.org"));
  EXPECT_NE(ours.recipient("anna@example.org"), ours.recipient("bert@example.org"));
  EXPECT_NE(ours.recipient("anna@example.org"), theirs.recipient("anna@example.org"));
  EXPECT_NE(ours.recipient("anna@example.org"), ours.sender("", "anna@example.org", ""));
}

TEST(Addresses, TakesTheLoginForTheSenderWhereThereIsOne) {
  const Addresses ours(Buffer(32, std::byte{1}));
  EXPECT_EQ(ours.sender("anna", "a@x", "192.0.2.1"), ours.sender("anna", "b@x", "192.0.2.2"));
  EXPECT_NE(ours.sender("", "", "192.0.2.1"), ours.sender("", "", "192.0.2.2"));
  EXPECT_EQ(ours.sender("", "a@x", "192.0.2.1"), ours.sender("", "a@x", "192.0.2.2"));
}

}  // namespace
}  // namespace antidotary::serve::outbreak

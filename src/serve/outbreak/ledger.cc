#include "serve/outbreak/ledger.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/json.h"
#include "core/record.h"
#include "core/text.h"
#include "files/act.h"
#include "files/database.h"

namespace antidotary::serve::outbreak {
namespace {

using files::Database;
using files::Statement;
using files::Transaction;

constexpr std::uint64_t schema_version = 1;
constexpr int read_busy_ms = 5'000;
constexpr std::size_t person_bytes = 8;

// A message's row carries its recipients as one blob: a hundred rows a message would cost more than
// all the rest.
constexpr const char* schema = R"(
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA journal_size_limit = 16777216;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY, time_s INTEGER NOT NULL, queue_id TEXT NOT NULL,
    message_id BLOB NOT NULL, client TEXT NOT NULL, sender INTEGER NOT NULL,
    sender_as_recipient INTEGER NOT NULL,
    recipients BLOB NOT NULL, finding TEXT NOT NULL, name TEXT NOT NULL, outcome TEXT NOT NULL,
    held_id TEXT NOT NULL, outbreaks TEXT NOT NULL, released INTEGER NOT NULL DEFAULT 0,
    risky INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS mails_time ON mails (time_s);
  CREATE INDEX IF NOT EXISTS mails_held ON mails (held_id) WHERE held_id <> '';
  CREATE TABLE IF NOT EXISTS leaves (
    mail INTEGER NOT NULL, sha256 BLOB NOT NULL, sha1 BLOB NOT NULL, md5 BLOB NOT NULL,
    size INTEGER NOT NULL, format TEXT NOT NULL, risk INTEGER NOT NULL, names BLOB NOT NULL,
    inside TEXT NOT NULL, depth INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS leaves_mail ON leaves (mail);
  CREATE INDEX IF NOT EXISTS leaves_digest ON leaves (sha256);
  CREATE TABLE IF NOT EXISTS outbreaks (
    id TEXT PRIMARY KEY, last_s INTEGER NOT NULL, told TEXT NOT NULL,
    dismissed_s INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
)";

constexpr const char* mail_columns =
    "m.id, m.time_s, m.queue_id, m.message_id, m.client, m.sender, m.recipients, m.finding, "
    "m.name, m.outcome, m.held_id, m.outbreaks, m.sender_as_recipient, m.released";
constexpr const char* leaf_columns =
    "l.sha256, l.sha1, l.md5, l.size, l.format, l.risk, l.names, l.inside, l.depth";
constexpr int mail_column_count = 14;

tl::unexpected<Error> told(const Error& error) {
  return fail(error.kind, "the outbreak ledger: {}", error.what);
}

tl::unexpected<Error> no_ledger(const std::string& where) {
  return fail(ErrorKind::not_found,
              "there is no outbreak ledger in {}; 'antidotary serve' keeps one where mail comes",
              where);
}

Buffer packed(const std::vector<Person>& people) {
  Buffer out;
  out.reserve(people.size() * person_bytes);
  for (const Person one : people) append_u64_le(out, one);
  return out;
}

std::vector<Person> people_of(Bytes bytes) {
  std::vector<Person> out;
  for (std::size_t at = 0; person_bytes <= bytes.size() - at; at += person_bytes) {
    out.push_back(load_u64_le(bytes, at));
  }
  return out;
}

/// Names end with NUL each, for they may hold anything else.
std::string packed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& one : names) {
    for (const char c : one) out.push_back(c == '\0' ? '?' : c);
    out.push_back('\0');
  }
  return out;
}

std::vector<std::string> names_of(const std::string& packed) {
  std::vector<std::string> out;
  for (const std::string_view one : split(packed, '\0')) out.emplace_back(one);
  if (!out.empty()) out.pop_back();  // behind the last NUL is nothing
  return out;
}

Buffer digest(const std::string& hex) {
  auto bytes = from_hex(hex);
  return bytes ? std::move(*bytes) : Buffer();
}

MailRow mail_of(const Statement& row) {
  MailRow out;
  out.time_s = row.number(1);
  out.queue_id = row.text(2);
  out.message_id = row.text(3);
  out.client = row.text(4);
  out.sender = row.number(5);
  out.recipients = people_of(row.bytes(6));
  out.finding = row.text(7);
  out.name = row.text(8);
  out.outcome = row.text(9);
  out.held_id = row.text(10);
  for (const std::string_view one : split(row.text(11), ' ')) {
    if (!one.empty()) out.outbreaks.emplace_back(one);
  }
  out.sender_as_recipient = row.number(12);
  return out;
}

scan::Leaf leaf_of(const Statement& row, int at) {
  scan::Leaf out;
  out.sha256 = to_hex(row.bytes(at));
  out.sha1 = to_hex(row.bytes(at + 1));
  out.md5 = to_hex(row.bytes(at + 2));
  out.size_bytes = row.number(at + 3);
  out.format = row.text(at + 4);
  const std::uint64_t risk = row.number(at + 5);
  if (risk < enum_names(scan::Risk{}).size()) out.risk = static_cast<scan::Risk>(risk);
  out.names = names_of(row.text(at + 6));
  out.inside = row.text(at + 7);
  out.depth = row.number(at + 8);
  return out;
}

}  // namespace

struct Ledger::State {
  Database database;

  Status write_mail(const MailRow& mail, Statement& mails, Statement& leaves);
  Status write_outbreaks(const std::vector<Outbreak>& all);
};

Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;
Ledger::~Ledger() = default;

Result<Ledger> Ledger::open(const files::Root& folder, int busy_ms) {
  auto database = Database::open(folder, file_name, Database::Access::create, busy_ms);
  if (!database) return told(database.error());
  auto made = database->run(schema);
  if (!made) return told(made.error());
  const auto version = database->ask("PRAGMA user_version");
  if (!version) return told(version.error());
  if (*version > schema_version) {
    return fail(ErrorKind::unsupported, "the outbreak ledger was written by a later version");
  }
  if (*version == 0) {
    if (made = database->run("PRAGMA user_version = 1"); !made) return told(made.error());
  }
  return Ledger(std::make_unique<State>(State{std::move(*database)}));
}

Result<Ledger> Ledger::read(const files::Root& folder) {
  if (!files::stat_in(folder.descriptor(), std::string(file_name))) return no_ledger(folder.path());
  // To read a log that is being written SQLite needs to lock it.
  auto database = Database::open(folder, file_name, Database::Access::write, read_busy_ms);
  if (!database) return told(database.error());
  const auto version = database->ask("PRAGMA user_version");
  if (!version) return told(version.error());
  if (*version != schema_version) {
    return fail(ErrorKind::unsupported, "the outbreak ledger is of version {}", *version);
  }
  return Ledger(std::make_unique<State>(State{std::move(*database)}));
}

Status Ledger::State::write_mail(const MailRow& mail, Statement& mails, Statement& leaves) {
  const Buffer recipients = packed(mail.recipients);
  const std::string outbreaks = join(mail.outbreaks, " ");
  const bool risky = std::any_of(mail.leaves.begin(), mail.leaves.end(),
                                 [](const auto& one) { return one.risk != scan::Risk::none; });
  mails.bind(1, mail.time_s).bind(2, mail.queue_id).bind(4, mail.client).bind(5, mail.sender);
  mails.bind(3, as_bytes(std::string_view(mail.message_id))).bind(6, Bytes(recipients));
  mails.bind(7, mail.finding).bind(8, mail.name).bind(9, mail.outcome).bind(10, mail.held_id);
  mails.bind(11, outbreaks).bind(12, std::uint64_t{risky}).bind(13, mail.sender_as_recipient);
  ANTIDOTARY_CHECK(mails.run());
  const std::uint64_t id = ANTIDOTARY_TRY(database.ask("SELECT last_insert_rowid()"));
  for (const scan::Leaf& leaf : mail.leaves) {
    const Buffer sha256 = digest(leaf.sha256), sha1 = digest(leaf.sha1), md5 = digest(leaf.md5);
    const std::string names = packed(leaf.names);
    leaves.bind(1, id).bind(2, Bytes(sha256)).bind(3, Bytes(sha1)).bind(4, Bytes(md5));
    leaves.bind(5, leaf.size_bytes).bind(6, leaf.format);
    leaves.bind(7, static_cast<std::uint64_t>(leaf.risk));
    leaves.bind(8, as_bytes(std::string_view(names))).bind(9, leaf.inside).bind(10, leaf.depth);
    ANTIDOTARY_CHECK(leaves.run());
  }
  return {};
}

/// What a person has said of one stays.
Status Ledger::State::write_outbreaks(const std::vector<Outbreak>& all) {
  auto upsert = ANTIDOTARY_TRY(
      database.prepare("INSERT INTO outbreaks (id, last_s, told) VALUES (?1, ?2, ?3) "
                       "ON CONFLICT (id) DO UPDATE SET last_s = ?2, told = ?3"));
  for (const Outbreak& one : all) {
    const std::string text = to_json(one).dump();
    upsert.bind(1, one.id).bind(2, one.last_s).bind(3, text);
    ANTIDOTARY_CHECK(upsert.run());
  }
  return {};
}

Status Ledger::write(const Batch& batch) {
  const auto all = [&]() -> Status {
    Database& database = state_->database;
    auto transaction = ANTIDOTARY_TRY(Transaction::begin(database));
    auto mails = ANTIDOTARY_TRY(database.prepare(
        "INSERT INTO mails (time_s, queue_id, message_id, client, sender, recipients, finding, "
        "name, outcome, held_id, outbreaks, risky, sender_as_recipient) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"));
    auto leaves = ANTIDOTARY_TRY(
        database.prepare("INSERT INTO leaves VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"));
    for (const MailRow& one : batch.mails) {
      ANTIDOTARY_CHECK(state_->write_mail(one, mails, leaves));
    }
    ANTIDOTARY_CHECK(state_->write_outbreaks(batch.outbreaks));
    auto released =
        ANTIDOTARY_TRY(database.prepare("UPDATE mails SET released = 1 WHERE held_id = ?1"));
    for (const std::string& id : batch.released) ANTIDOTARY_CHECK(released.bind(1, id).run());
    return transaction.commit();
  };
  const Status done = all();
  return done ? done : told(done.error());
}

Result<std::size_t> Ledger::prune(const Keeping& keeping, std::uint64_t now_s) {
  const auto all = [&]() -> Result<std::size_t> {
    Database& database = state_->database;
    const bool full = bytes() > keeping.bytes_max;
    const std::uint64_t before_s = now_s - std::min(now_s, keeping.kept_s);
    auto transaction = ANTIDOTARY_TRY(Transaction::begin(database));
    ANTIDOTARY_CHECK(database.run(
        "CREATE TEMP TABLE IF NOT EXISTS old (id INTEGER PRIMARY KEY); DELETE FROM old"));
    auto choose = ANTIDOTARY_TRY(database.prepare(
        "INSERT INTO old SELECT id FROM mails WHERE time_s < ?1 OR ?2 ORDER BY time_s LIMIT ?3"));
    choose.bind(1, before_s).bind(2, std::uint64_t{full});
    ANTIDOTARY_CHECK(choose.bind(3, std::uint64_t{pruned_at_once}).run());
    ANTIDOTARY_CHECK(database.run("DELETE FROM leaves WHERE mail IN (SELECT id FROM old)"));
    ANTIDOTARY_CHECK(database.run("DELETE FROM mails WHERE id IN (SELECT id FROM old)"));
    const auto count = static_cast<std::size_t>(database.changes());
    auto outbreaks = ANTIDOTARY_TRY(
        database.prepare("DELETE FROM outbreaks WHERE last_s < ?1 AND dismissed_s = 0"));
    ANTIDOTARY_CHECK(outbreaks.bind(1, before_s).run());
    ANTIDOTARY_CHECK(transaction.commit());
    if (count > 0) ANTIDOTARY_CHECK(database.run("PRAGMA incremental_vacuum(1000)"));
    return count;
  };
  auto done = all();
  if (!done) return told(done.error());
  return *done;
}

std::uint64_t Ledger::bytes() const {
  Database& database = state_->database;
  const auto pages = database.ask("PRAGMA page_count");
  const auto unused = database.ask("PRAGMA freelist_count");
  const auto size = database.ask("PRAGMA page_size");
  return pages && unused && size ? (*pages - std::min(*pages, *unused)) * *size : 0;
}

Result<std::uint64_t> Ledger::mails() const {
  auto count = state_->database.ask("SELECT count(*) FROM mails");
  if (!count) return told(count.error());
  return *count;
}

std::int64_t Ledger::version() const {
  const auto version = state_->database.ask("PRAGMA data_version");
  return version ? static_cast<std::int64_t>(*version) : -1;
}

Result<std::vector<Outbreak>> Ledger::outbreaks() const {
  auto row = ANTIDOTARY_TRY(state_->database.prepare(
      "SELECT told, dismissed_s, reason FROM outbreaks ORDER BY last_s DESC"));
  std::vector<Outbreak> out;
  while (ANTIDOTARY_TRY(row.step())) {
    const Json json = ANTIDOTARY_TRY(Json::parse(row.text(0)));
    auto one = ANTIDOTARY_TRY(record_from_json<Outbreak>(json));
    one.dismissed_s = row.number(1);
    one.reason = row.text(2);
    out.push_back(std::move(one));
  }
  return out;
}

Status Ledger::dismiss(const std::string& id, const std::string& reason, std::uint64_t now_s) {
  Database& database = state_->database;
  auto update = ANTIDOTARY_TRY(
      database.prepare("UPDATE outbreaks SET dismissed_s = ?2, reason = ?3 WHERE id = ?1"));
  update.bind(1, id).bind(2, now_s).bind(3, reason);
  if (const Status done = update.run(); !done) return told(done.error());
  if (database.changes() == 0) return fail(ErrorKind::not_found, "no outbreak '{}'", id);
  return {};
}

Result<std::vector<MailRow>> Ledger::recent(std::uint64_t since_s, std::size_t most) const {
  Database& database = state_->database;
  auto mails = ANTIDOTARY_TRY(database.prepare(
      fmt::format("SELECT {} FROM mails m WHERE m.time_s >= ?1 AND m.risky ORDER BY m.time_s DESC, "
                  "m.id DESC LIMIT ?2",
                  mail_columns)
          .c_str()));
  auto leaves = ANTIDOTARY_TRY(database.prepare(
      fmt::format("SELECT {} FROM leaves l WHERE l.mail = ?1", leaf_columns).c_str()));
  std::vector<MailRow> out;
  mails.bind(1, since_s).bind(2, std::uint64_t{most});
  while (ANTIDOTARY_TRY(mails.step())) {
    out.push_back(mail_of(mails));
    leaves.bind(1, mails.number(0));
    while (ANTIDOTARY_TRY(leaves.step())) out.back().leaves.push_back(leaf_of(leaves, 0));
    leaves.reset();
  }
  std::reverse(out.begin(), out.end());
  return out;
}

Status Ledger::each_leaf(const std::function<void(const scan::Leaf& leaf)>& told) const {
  auto row = ANTIDOTARY_TRY(state_->database.prepare(
      fmt::format("SELECT {} FROM leaves l GROUP BY l.sha256", leaf_columns).c_str()));
  while (ANTIDOTARY_TRY(row.step())) told(leaf_of(row, 0));
  return {};
}

Status Ledger::copies(const std::string& sha256,
                      const std::function<void(Copy&& copy)>& told) const {
  auto row = ANTIDOTARY_TRY(state_->database.prepare(
      fmt::format("SELECT {}, {} FROM leaves l JOIN mails m ON m.id = l.mail "
                  "WHERE l.sha256 = ?1 ORDER BY m.time_s, m.id",
                  mail_columns, leaf_columns)
          .c_str()));
  const Buffer wanted = digest(sha256);
  row.bind(1, Bytes(wanted));
  while (ANTIDOTARY_TRY(row.step())) {
    Copy copy{mail_of(row), row.number(mail_column_count - 1) != 0};
    copy.mail.leaves.push_back(leaf_of(row, mail_column_count));
    told(std::move(copy));
  }
  return {};
}

Result<files::Root> open_folder(const files::Root& state) {
  const std::string name(Ledger::folder_name);
  const Status made = files::act::make_directory(state.descriptor(), name, 0700);
  if (!made && made.error().kind != ErrorKind::busy) return tl::unexpected(made.error());
  return files::Root::open(state.path() + "/" + name);
}

Result<files::Root> find_folder(const files::Root& state) {
  auto folder = files::Root::open(state.path() + "/" + std::string(Ledger::folder_name));
  if (!folder && folder.error().kind == ErrorKind::not_found) return no_ledger(state.path());
  return folder;
}

Result<std::string> put_aside(const files::Root& folder, std::uint64_t now_s) {
  const std::string from(Ledger::file_name);
  const std::string to = fmt::format("{}.damaged-{}", from, now_s);
  for (const char* const end : {"", "-wal", "-shm"}) {
    const auto moved =
        files::act::rename_over(folder.descriptor(), from + end, folder.descriptor(), to + end);
    if (!moved && moved.error().kind != ErrorKind::not_found) return tl::unexpected(moved.error());
  }
  return to;
}

}  // namespace antidotary::serve::outbreak

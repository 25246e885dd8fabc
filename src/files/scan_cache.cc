#include "files/scan_cache.h"

#include <fmt/core.h>
#include <sqlite3.h>

#include <utility>
#include <vector>

#include "core/digest.h"
#include "core/reader.h"

namespace antidotary::files {
namespace {

constexpr std::uint64_t kept_s = 30ull * 86'400;
constexpr std::int64_t settled_ns = 2'000'000'000;
// What is pending is written when it is so much; a find sees it from then on.
constexpr std::size_t pending_rows_max = 10'000;
constexpr std::size_t pending_bytes_max = 8 << 20;

// A key's rows carry its number, so that a row costs no more than the file's own marks.
constexpr const char* schema = R"(
  CREATE TABLE IF NOT EXISTS keys (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, used_s INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS said (
    key INTEGER NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,
    name INTEGER NOT NULL, size INTEGER NOT NULL, modified_ns INTEGER NOT NULL,
    changed_ns INTEGER NOT NULL, sha256 TEXT NOT NULL, report BLOB NOT NULL,
    PRIMARY KEY (key, device, inode, name)) WITHOUT ROWID;
)";

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct FinishStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FinishStatement>;

sqlite3_int64 as_signed(std::uint64_t value) { return static_cast<sqlite3_int64>(value); }

tl::unexpected<Error> failed(sqlite3* database) {
  return fail(ErrorKind::io, "the cache of scans: {}", sqlite3_errmsg(database));
}

Status run(sqlite3* database, const char* sql) {
  if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failed(database);
  return {};
}

Result<Statement> prepare(sqlite3* database, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, sql, -1, &statement, nullptr) != SQLITE_OK) {
    return failed(database);
  }
  return Statement(statement);
}

/// What is kept of a name; two names that share it have to be found by trying 2^32.
sqlite3_int64 number_of(std::string_view name) {
  if (name.empty()) return 0;
  Digester digester(DigestKind::sha256);
  digester.update(as_bytes(name));
  const Buffer digest = digester.finish();
  return static_cast<sqlite3_int64>(load_u64_le(digest, 0));
}

struct Row {
  Stat stat;
  sqlite3_int64 name = 0;
  Remembered said;
};

}  // namespace

struct ScanCache::State {
  Database database;
  Statement find;
  Statement insert;
  sqlite3_int64 key = 0;
  bool reading = false;  ///< In one transaction for all finds: each by itself would lock the file.
  std::vector<Row> pending;
  std::size_t pending_bytes = 0;

  Status select_key(const std::string& name, std::uint64_t now_s);
  Status drop_old(std::uint64_t now_s);
  Status write();
};

Status ScanCache::State::select_key(const std::string& name, std::uint64_t now_s) {
  const auto upsert =
      ANTIDOTARY_TRY(prepare(database.get(),
                             "INSERT INTO keys (key, used_s) VALUES (?1, ?2) "
                             "ON CONFLICT (key) DO UPDATE SET used_s = ?2 RETURNING id"));
  sqlite3_bind_text(upsert.get(), 1, name.c_str(), -1, SQLITE_STATIC);
  sqlite3_bind_int64(upsert.get(), 2, as_signed(now_s));
  if (sqlite3_step(upsert.get()) != SQLITE_ROW) return failed(database.get());
  key = sqlite3_column_int64(upsert.get(), 0);
  return {};
}

Status ScanCache::State::drop_old(std::uint64_t now_s) {
  const std::uint64_t oldest = now_s > kept_s ? now_s - kept_s : 0;
  const std::string sql = fmt::format(
      "DELETE FROM said WHERE key IN (SELECT id FROM keys WHERE used_s < {0});"
      "DELETE FROM keys WHERE used_s < {0};",
      oldest);
  return run(database.get(), sql.c_str());
}

ScanCache::ScanCache(std::unique_ptr<State> state) : state_(std::move(state)) {}
ScanCache::ScanCache(ScanCache&&) noexcept = default;
ScanCache& ScanCache::operator=(ScanCache&&) noexcept = default;
ScanCache::~ScanCache() {
  if (state_) static_cast<void>(flush());
}

Result<ScanCache> ScanCache::open(const Root& state, const std::string& key, std::uint64_t now_s) {
  auto out = std::make_unique<State>();
  // Through the held folder, so that its path is not trusted a second time.
  const std::string path = fmt::format("/proc/self/fd/{}/scans.sqlite", state.descriptor());
  sqlite3* database = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(), &database,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  out->database.reset(database);
  if (opened != SQLITE_OK) return failed(database);
  sqlite3_busy_timeout(database, 2'000);
  // A lost cache costs a scan, not a file: it is not fsynced row by row.
  ANTIDOTARY_CHECK(run(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"));
  ANTIDOTARY_CHECK(run(database, schema));
  ANTIDOTARY_CHECK(out->select_key(key, now_s));
  ANTIDOTARY_CHECK(out->drop_old(now_s));
  out->find = ANTIDOTARY_TRY(
      prepare(database,
              "SELECT sha256, report FROM said WHERE key = ?1 AND device = ?2 AND inode = ?3 "
              "AND name = ?4 AND size = ?5 AND modified_ns = ?6 AND changed_ns = ?7"));
  out->insert = ANTIDOTARY_TRY(
      prepare(database, "INSERT OR REPLACE INTO said VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"));
  return ScanCache(std::move(out));
}

namespace {

void bind_file(sqlite3_stmt* statement, sqlite3_int64 key, const Stat& stat, sqlite3_int64 name) {
  sqlite3_bind_int64(statement, 1, key);
  sqlite3_bind_int64(statement, 2, as_signed(stat.device));
  sqlite3_bind_int64(statement, 3, as_signed(stat.inode));
  sqlite3_bind_int64(statement, 4, name);
  sqlite3_bind_int64(statement, 5, as_signed(stat.size_bytes));
  sqlite3_bind_int64(statement, 6, stat.modified_unix_ns);
  sqlite3_bind_int64(statement, 7, stat.changed_unix_ns);
}

Bytes column(sqlite3_stmt* statement, int number) {
  return view_of(sqlite3_column_blob(statement, number),
                 static_cast<std::size_t>(sqlite3_column_bytes(statement, number)));
}

}  // namespace

std::optional<Remembered> ScanCache::find(const Stat& stat, std::string_view name) {
  State& state = *state_;
  if (!state.reading) state.reading = run(state.database.get(), "BEGIN").has_value();
  sqlite3_stmt* const statement = state.find.get();
  bind_file(statement, state.key, stat, number_of(name));
  std::optional<Remembered> out;
  if (sqlite3_step(statement) == SQLITE_ROW) {
    out = {to_string(column(statement, 0)), to_buffer(column(statement, 1))};
  }
  sqlite3_reset(statement);
  return out;
}

void ScanCache::remember(const Stat& stat, std::string_view name, Remembered said,
                         std::uint64_t now_s) {
  const auto now_ns = static_cast<std::int64_t>(now_s) * 1'000'000'000;
  if (stat.changed_unix_ns > now_ns - settled_ns) return;
  if (said.report.size() > remembered_report_bytes_max) return;
  State& state = *state_;
  state.pending_bytes += said.report.size();
  state.pending.push_back({stat, number_of(name), std::move(said)});
  const bool many =
      state.pending.size() >= pending_rows_max || state.pending_bytes >= pending_bytes_max;
  // What could not be remembered is scanned again.
  if (many) static_cast<void>(flush());
}

Status ScanCache::State::write() {
  for (const Row& row : pending) {
    const auto size = static_cast<int>(row.said.report.size());
    bind_file(insert.get(), key, row.stat, row.name);
    sqlite3_bind_text(insert.get(), 8, row.said.sha256.c_str(), -1, SQLITE_STATIC);
    size == 0 ? sqlite3_bind_zeroblob(insert.get(), 9, 0)
              : sqlite3_bind_blob(insert.get(), 9, row.said.report.data(), size, SQLITE_STATIC);
    const int stepped = sqlite3_step(insert.get());
    sqlite3_reset(insert.get());
    if (stepped != SQLITE_DONE) return failed(database.get());
  }
  return {};
}

Status ScanCache::flush() {
  State& state = *state_;
  sqlite3* const database = state.database.get();
  if (std::exchange(state.reading, false)) ANTIDOTARY_CHECK(run(database, "COMMIT"));
  if (state.pending.empty()) return {};
  Status written = run(database, "BEGIN IMMEDIATE");
  if (written) written = state.write();
  if (written) written = run(database, "COMMIT");
  if (!written) static_cast<void>(run(database, "ROLLBACK"));
  state.pending.clear();
  state.pending_bytes = 0;
  return written;
}

}  // namespace antidotary::files

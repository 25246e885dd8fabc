#include "files/clean_cache.h"

#include <fmt/core.h>
#include <sqlite3.h>

namespace antidotary::files {
namespace {

constexpr std::uint64_t kept_s = 30ull * 86'400;
constexpr std::int64_t settled_ns = 2'000'000'000;
constexpr int rows_per_commit = 10'000;

// A key's rows carry its number, so that a row costs no more than the file's own marks.
constexpr const char* schema = R"(
  CREATE TABLE IF NOT EXISTS keys (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, used_s INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS clean (
    key INTEGER NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,
    size INTEGER NOT NULL, modified_ns INTEGER NOT NULL, changed_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL, PRIMARY KEY (key, device, inode)) WITHOUT ROWID;
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
  return fail(ErrorKind::io, "the cache of clean files: {}", sqlite3_errmsg(database));
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

}  // namespace

struct CleanCache::State {
  Database database;
  Statement find;
  Statement insert;
  sqlite3_int64 key = 0;
  int pending = 0;  ///< Rows of the open transaction.

  Status select_key(const std::string& name, std::uint64_t now_s);
  Status drop_old(std::uint64_t now_s);
};

Status CleanCache::State::select_key(const std::string& name, std::uint64_t now_s) {
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

Status CleanCache::State::drop_old(std::uint64_t now_s) {
  const std::uint64_t oldest = now_s > kept_s ? now_s - kept_s : 0;
  const std::string sql = fmt::format(
      "DELETE FROM clean WHERE key IN (SELECT id FROM keys WHERE used_s < {0});"
      "DELETE FROM keys WHERE used_s < {0};",
      oldest);
  return run(database.get(), sql.c_str());
}

CleanCache::CleanCache(std::unique_ptr<State> state) : state_(std::move(state)) {}
CleanCache::CleanCache(CleanCache&&) noexcept = default;
CleanCache& CleanCache::operator=(CleanCache&&) noexcept = default;
CleanCache::~CleanCache() {
  if (state_) static_cast<void>(flush());
}

Result<CleanCache> CleanCache::open(const Root& state, const std::string& key,
                                    std::uint64_t now_s) {
  auto out = std::make_unique<State>();
  // Through the held folder, so that its path is not trusted a second time.
  const std::string path = fmt::format("/proc/self/fd/{}/clean.sqlite", state.descriptor());
  sqlite3* database = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
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
              "SELECT sha256 FROM clean WHERE key = ?1 AND device = ?2 AND inode = ?3 "
              "AND size = ?4 AND modified_ns = ?5 AND changed_ns = ?6"));
  out->insert = ANTIDOTARY_TRY(
      prepare(database, "INSERT OR REPLACE INTO clean VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
  return CleanCache(std::move(out));
}

namespace {

void bind_file(sqlite3_stmt* statement, sqlite3_int64 key, const Stat& stat) {
  sqlite3_bind_int64(statement, 1, key);
  sqlite3_bind_int64(statement, 2, as_signed(stat.device));
  sqlite3_bind_int64(statement, 3, as_signed(stat.inode));
  sqlite3_bind_int64(statement, 4, as_signed(stat.size_bytes));
  sqlite3_bind_int64(statement, 5, stat.modified_unix_ns);
  sqlite3_bind_int64(statement, 6, stat.changed_unix_ns);
}

}  // namespace

std::optional<std::string> CleanCache::find(const Stat& stat) {
  sqlite3_stmt* const statement = state_->find.get();
  bind_file(statement, state_->key, stat);
  std::optional<std::string> out;
  if (sqlite3_step(statement) == SQLITE_ROW) {
    const Bytes text = view_of(sqlite3_column_blob(statement, 0),
                               static_cast<std::size_t>(sqlite3_column_bytes(statement, 0)));
    out = to_string(text);
  }
  sqlite3_reset(statement);
  return out;
}

void CleanCache::remember(const Stat& stat, const std::string& sha256, std::uint64_t now_s) {
  const auto now_ns = static_cast<std::int64_t>(now_s) * 1'000'000'000;
  if (stat.changed_unix_ns > now_ns - settled_ns) return;
  if (state_->pending == 0 && !run(state_->database.get(), "BEGIN")) return;
  sqlite3_stmt* const statement = state_->insert.get();
  bind_file(statement, state_->key, stat);
  sqlite3_bind_text(statement, 7, sha256.c_str(), -1, SQLITE_TRANSIENT);
  sqlite3_step(statement);  // what could not be remembered is scanned again
  sqlite3_reset(statement);
  if (++state_->pending >= rows_per_commit) static_cast<void>(flush());
}

Status CleanCache::flush() {
  if (state_->pending == 0) return {};
  state_->pending = 0;
  return run(state_->database.get(), "COMMIT");
}

}  // namespace antidotary::files

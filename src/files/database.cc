#include "files/database.h"

#include <fmt/core.h>

#include <utility>

namespace antidotary::files {
namespace {

ErrorKind kind_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorKind::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorKind::malformed;
    case SQLITE_CANTOPEN:
      return ErrorKind::not_found;
    default:
      return ErrorKind::io;
  }
}

tl::unexpected<Error> failed(sqlite3* database) {
  return fail(kind_of(sqlite3_errcode(database)), "{}", sqlite3_errmsg(database));
}

}  // namespace

Statement& Statement::bind(int number, std::uint64_t value) {
  sqlite3_bind_int64(statement_.get(), number, static_cast<sqlite3_int64>(value));
  return *this;
}

Statement& Statement::bind(int number, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), number, text.empty() ? "" : text.data(), text.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(int number, Bytes bytes) {
  if (bytes.empty()) {
    sqlite3_bind_zeroblob(statement_.get(), number, 0);
  } else {
    sqlite3_bind_blob64(statement_.get(), number, bytes.data(), bytes.size(), SQLITE_STATIC);
  }
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return failed(sqlite3_db_handle(statement_.get()));
}

Status Statement::run() {
  const auto stepped = step();
  reset();
  if (!stepped) return tl::unexpected(stepped.error());
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::uint64_t Statement::number(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement_.get(), column));
}

std::string Statement::text(int column) const { return to_string(bytes(column)); }

Bytes Statement::bytes(int column) const {
  const void* const data = sqlite3_column_blob(statement_.get(), column);
  return view_of(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

Result<Database> Database::open(const Root& folder, std::string_view name, Access access,
                                int busy_ms) {
  const std::string path = fmt::format("/proc/self/fd/{}/{}", folder.descriptor(), name);
  const int how = access == Access::read    ? SQLITE_OPEN_READONLY
                  : access == Access::write ? SQLITE_OPEN_READWRITE
                                            : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, how | SQLITE_OPEN_NOMUTEX, nullptr);
  Database out(opened);
  if (code != SQLITE_OK) return failed(opened);
  sqlite3_busy_timeout(opened, busy_ms);
  return out;
}

Status Database::run(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return failed(database_.get());
}

Result<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql, -1, &statement, nullptr) != SQLITE_OK) {
    return failed(database_.get());
  }
  return Statement(statement);
}

Result<std::uint64_t> Database::ask(const char* sql) {
  auto statement = ANTIDOTARY_TRY(prepare(sql));
  if (!ANTIDOTARY_TRY(statement.step())) return 0;
  return statement.number(0);
}

std::uint64_t Database::changes() const {
  return static_cast<std::uint64_t>(sqlite3_changes(database_.get()));
}

Result<Transaction> Transaction::begin(Database& database) {
  ANTIDOTARY_CHECK(database.run("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  if (database_ != nullptr) static_cast<void>(database_->run("ROLLBACK"));
}

Status Transaction::commit() {
  ANTIDOTARY_CHECK(database_->run("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace antidotary::files

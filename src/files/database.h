// Database: SQLite with our errors and with statements that finish themselves; no more than what
// the stores of this program use. What is stored is each store's affair.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/bytes.h"
#include "core/result.h"
#include "files/root.h"

namespace antidotary::files {

/// One prepared statement; bound and read by number, as SQLite counts: parameters from 1, columns
/// from 0. What is bound must live until the next `step`.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  Statement& bind(int number, std::uint64_t value);
  Statement& bind(int number, std::string_view text);
  Statement& bind(int number, Bytes bytes);
  /// True where there is a row. Errors: as of Database.
  Result<bool> step();
  /// Runs it, which yields no row, and makes it ready for the next time.
  Status run();
  void reset();

  std::uint64_t number(int column) const;
  std::string text(int column) const;
  /// Valid until the next `step`.
  Bytes bytes(int column) const;

 private:
  struct Finish {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finish> statement_;
};

class Database {
 public:
  enum class Access : std::uint8_t { read, write, create };

  /// Opens `name` in a folder, through its descriptor: its path is not trusted a second time.
  /// Waits at most `busy_ms` for others' locks.
  ///
  /// Errors, of all that follows too: busy (somebody else's lock), malformed (damaged, or no
  /// database), io (everything else, the full disk too), each with SQLite's sentence; not_found.
  static Result<Database> open(const Root& folder, std::string_view name, Access access,
                               int busy_ms);

  Status run(const char* sql);
  Result<Statement> prepare(const char* sql);
  /// What a statement yields that answers with one number.
  Result<std::uint64_t> ask(const char* sql);
  std::uint64_t changes() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  explicit Database(sqlite3* database) : database_(database) {}
  std::unique_ptr<sqlite3, Close> database_;
};

/// A transaction that is rolled back unless it is committed.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace antidotary::files

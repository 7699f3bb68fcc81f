// The SQLite handles with their owners, and the few calls that the store makes of them. Errors are
// sentences with SQLite's own reason; no value of a row is ever in them. Used by one thread at a
// time.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "runtime/result.hpp"
#include "runtime/secret.hpp"

namespace ringfence::sip_core {

struct DatabaseDeleter {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct StatementDeleter {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using DatabasePtr = std::unique_ptr<sqlite3, DatabaseDeleter>;
using StatementPtr = std::unique_ptr<sqlite3_stmt, StatementDeleter>;

std::unexpected<Error> sqlite_error(sqlite3* database, std::string_view what);

Result<DatabasePtr> open_database(const std::string& path);
Result<void> execute(sqlite3* database, const char* sql);
Result<StatementPtr> prepare(sqlite3* database, std::string_view sql);
// Runs a statement that yields no rows, and resets it.
Result<void> step(sqlite3* database, sqlite3_stmt* statement);

// Binds values from the first parameter on, in order.
class Binder {
 public:
  explicit Binder(sqlite3_stmt* statement) : statement_(statement) {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  // The text must live until the statement has been stepped.
  Binder& text(std::string_view value);
  Binder& octets(std::span<const std::uint8_t> value);  // likewise
  Binder& number(std::int64_t value);
  Binder& nothing() {  // NULL
    ++next_;
    return *this;
  }
  // 64 bits as SQLite's signed integer, and back by row.unsigned_number().
  Binder& unsigned_number(std::uint64_t value) { return number(static_cast<std::int64_t>(value)); }

 private:
  sqlite3_stmt* statement_;
  int next_ = 1;
};

// Reads columns from the first on, in order.
class RowReader {
 public:
  explicit RowReader(sqlite3_stmt* statement) : statement_(statement) {}
  std::string text();
  SecretBytes secret();
  std::int64_t number() { return sqlite3_column_int64(statement_, next_++); }
  std::uint64_t unsigned_number() { return static_cast<std::uint64_t>(number()); }
  bool is_nothing() const { return sqlite3_column_type(statement_, next_) == SQLITE_NULL; }
  void skip(std::size_t columns) { next_ += static_cast<int>(columns); }

 private:
  sqlite3_stmt* statement_;
  int next_ = 0;
};

}  // namespace ringfence::sip_core

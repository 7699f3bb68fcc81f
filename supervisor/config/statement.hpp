// Database and Statement: SQLite's handles with one owner each. Errors are sentences with SQLite's
// own reason. One thread; nothing here waits longer than the busy timeout.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/result.hpp"

namespace ringfence::supervisor {

struct CloseDatabase {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
using DatabasePtr = std::unique_ptr<sqlite3, CloseDatabase>;

struct FinalizeStatement {
  void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
};
using StatementPtr = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

enum class OpenMode { read_only, create };

Result<DatabasePtr> open_database(const std::string& path, OpenMode mode);
Result<void> execute(sqlite3* database, const char* sql);
std::unexpected<Error> database_error(sqlite3* database, std::string_view what);

// The rows of one SELECT, one after the other; columns count from 0.
class Statement {
 public:
  static Result<Statement> prepare(sqlite3* database, std::string_view sql);

  // True: there is a row. False: there are no more.
  Result<bool> next();
  std::int64_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  std::uint64_t id(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  std::uint32_t number(int column) const { return static_cast<std::uint32_t>(integer(column)); }
  bool flag(int column) const { return integer(column) != 0; }
  bool is_null(int column) const {
    return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
  }
  std::string text(int column) const;  // empty for NULL

 private:
  explicit Statement(StatementPtr handle) : handle_(std::move(handle)) {}
  StatementPtr handle_;
};

// One number, as `PRAGMA data_version` gives it.
Result<std::int64_t> query_integer(sqlite3* database, std::string_view sql);

}  // namespace ringfence::supervisor

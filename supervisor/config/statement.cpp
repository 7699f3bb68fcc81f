#include "supervisor/config/statement.hpp"

namespace ringfence::supervisor {
namespace {

// Somebody else's write lock is waited for this long, then the next poll tries again.
constexpr int kBusyTimeoutMs = 200;

}  // namespace

std::unexpected<Error> database_error(sqlite3* database, std::string_view what) {
  return fail(std::string(what) + ": " + sqlite3_errmsg(database));
}

Result<DatabasePtr> open_database(const std::string& path, OpenMode mode) {
  const int flags =
      mode == OpenMode::create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  DatabasePtr database(handle);
  if (code != SQLITE_OK) {
    return fail("cannot open the database " + path + ": " +
                (handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code)));
  }
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  return database;
}

Result<void> execute(sqlite3* database, const char* sql) {
  if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return database_error(database, "the database refuses a statement");
  }
  return {};
}

Result<Statement> Statement::prepare(sqlite3* database, std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const int code =
      sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &handle, nullptr);
  StatementPtr statement(handle);
  if (code != SQLITE_OK) return database_error(database, "cannot read the database");
  return Statement(std::move(statement));
}

Result<bool> Statement::next() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_error(sqlite3_db_handle(handle_.get()), "cannot read the database");
}

std::string Statement::text(int column) const {
  const unsigned char* octets = sqlite3_column_text(handle_.get(), column);
  const int size = sqlite3_column_bytes(handle_.get(), column);
  if (octets == nullptr) return {};
  return std::string(octets, octets + size);
}

Result<std::int64_t> query_integer(sqlite3* database, std::string_view sql) {
  auto statement = Statement::prepare(database, sql);
  if (!statement) return std::unexpected(statement.error());
  auto row = statement->next();
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail("cannot read the database: no answer");
  return statement->integer(0);
}

}  // namespace ringfence::supervisor

#include "sip-core/store/sqlite.hpp"

namespace ringfence::sip_core {
namespace {

// What waits behind a commit that waits for another's lock is answered within a second (F027).
constexpr int kBusyTimeoutMs = 500;
constexpr int kRowOctets = 4096;
constexpr int kRows = 128;

}  // namespace

std::unexpected<Error> sqlite_error(sqlite3* database, std::string_view what) {
  std::string reason = database != nullptr ? sqlite3_errmsg(database) : "out of memory";
  return fail(std::string(what) + ": " + reason);
}

Result<DatabasePtr> open_database(const std::string& path) {
  sqlite3* opened = nullptr;
  // One thread at a time holds the connection: SQLite needs no mutexes of its own.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int status = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  DatabasePtr database(opened);
  if (status != SQLITE_OK) return sqlite_error(opened, "cannot open " + path);
  sqlite3_busy_timeout(opened, kBusyTimeoutMs);
  // Most rows fit, so that writing one asks the C library for no memory.
  sqlite3_db_config(opened, SQLITE_DBCONFIG_LOOKASIDE, nullptr, kRowOctets, kRows);
  return database;
}

Result<void> execute(sqlite3* database, const char* sql) {
  if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return sqlite_error(database, "state.db refused a statement");
  }
  return {};
}

Result<StatementPtr> prepare(sqlite3* database, std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  const int status = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  if (status != SQLITE_OK) return sqlite_error(database, "state.db has another form than ours");
  return StatementPtr(prepared);
}

Result<void> step(sqlite3* database, sqlite3_stmt* statement) {
  const int status = sqlite3_step(statement);
  // The error's text is gone after the reset that lets go of the locks.
  auto failure = status == SQLITE_DONE
                     ? Result<void>{}
                     : Result<void>(sqlite_error(database, "cannot write state.db"));
  sqlite3_reset(statement);
  return failure;
}

Binder& Binder::text(std::string_view value) {
  sqlite3_bind_text64(statement_, next_++, value.empty() ? "" : value.data(), value.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Binder& Binder::octets(std::span<const std::uint8_t> value) {
  sqlite3_bind_blob64(statement_, next_++, value.data(), value.size(), SQLITE_STATIC);
  return *this;
}

Binder& Binder::number(std::int64_t value) {
  sqlite3_bind_int64(statement_, next_++, value);
  return *this;
}

SecretBytes RowReader::secret() {
  const int column = next_++;
  const auto* octets = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return SecretBytes(std::span(octets, size));
}

std::string RowReader::text() {
  const int column = next_++;
  const unsigned char* octets = sqlite3_column_text(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  std::string value;
  value.reserve(size);
  for (std::size_t i = 0; i < size; ++i)
    value.push_back(static_cast<char>(octets[i]));
  return value;
}

}  // namespace ringfence::sip_core

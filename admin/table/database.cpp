#include "admin/table/database.hpp"

#include <unistd.h>

#include "schema/schema.hpp"

namespace ringfence::admin {
namespace {

// Long enough for anybody's transaction, short enough for a person who waits.
constexpr int kBusyTimeoutMs = 5000;

struct Finalize {
  void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
};
using StatementPtr = std::unique_ptr<sqlite3_stmt, Finalize>;

void bind(sqlite3_stmt* statement, int index, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    sqlite3_bind_int64(statement, index, *number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
  } else {
    sqlite3_bind_null(statement, index);
  }
}

Value column(sqlite3_stmt* statement, int index) {
  switch (sqlite3_column_type(statement, index)) {
    case SQLITE_NULL:
      return std::monostate();
    case SQLITE_INTEGER:
      return std::int64_t{sqlite3_column_int64(statement, index)};
    default:
      break;
  }
  const unsigned char* octets = sqlite3_column_text(statement, index);
  const int size = sqlite3_column_bytes(statement, index);
  return octets == nullptr ? std::string() : std::string(octets, octets + size);
}

SqlError last_error(sqlite3* handle) {
  return {sqlite3_extended_errcode(handle), sqlite3_errmsg(handle)};
}

}  // namespace

std::string to_text(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return {};
}

Result<Database> Database::open(const std::string& path) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, nullptr);
  Database database(std::unique_ptr<sqlite3, Close>(handle), path);
  if (code != SQLITE_OK) {
    return fail("cannot open the database " + path +
                " (say where it is with --db FILE or RINGFENCE_DB): " + sqlite3_errstr(code));
  }
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  if (const auto fits = database.check_version(); !fits) return std::unexpected(fits.error());
  return database;
}

Result<void> Database::check_version() const {
  const auto version = query("PRAGMA user_version");
  if (!version) {
    return fail("cannot read the database " + path_ + ": " + version.error().message);
  }
  const std::int64_t number = std::get<std::int64_t>(version->front().front());
  if (number == 0) return fail(path_ + " is no configuration database of Ringfence");
  if (number > kSchemaVersion) {
    return fail(path_ + " has schema version " + std::to_string(number) +
                ", which is newer than this ringfencectl knows");
  }
  if (number < kSchemaVersion) {
    return fail(path_ + " has schema version " + std::to_string(number) + ", older than the " +
                std::to_string(kSchemaVersion) +
                " of this ringfencectl: ringfence-supervisor brings it up to date when it starts");
  }
  return {};
}

std::expected<Records, SqlError> Database::query(std::string_view sql,
                                                 std::span<const Value> values) const {
  sqlite3_stmt* raw = nullptr;
  const int prepared =
      sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  const StatementPtr statement(raw);
  if (prepared != SQLITE_OK) return std::unexpected(last_error(handle_.get()));
  int index = 0;
  for (const Value& value : values)
    bind(raw, ++index, value);
  Records records;
  while (true) {
    const int code = sqlite3_step(raw);
    if (code == SQLITE_DONE) return records;
    if (code != SQLITE_ROW) return std::unexpected(last_error(handle_.get()));
    Record record;
    for (int i = 0; i < sqlite3_column_count(raw); ++i)
      record.push_back(column(raw, i));
    records.push_back(std::move(record));
  }
}

Result<void> Database::attach_for_reading(const std::string& path, const std::string& name) const {
  if (::access(path.c_str(), R_OK) != 0) {
    return system_error("cannot read " + path + " (its folder is --state or RINGFENCE_STATE)");
  }
  const auto attached = query("ATTACH ?1 AS " + name, {Value(read_only_uri(path))});
  if (!attached) return fail("cannot read " + path + ": " + attached.error().message);
  return {};
}

std::string read_only_uri(std::string_view path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '?' || c == '#' || c == '%') {
      const auto octet = static_cast<unsigned char>(c);
      uri += {'%', kDigits[octet >> 4], kDigits[octet & 15U]};
    } else {
      uri += c;
    }
  }
  return uri + "?mode=ro";
}

Error explain(const SqlError& error, const Database& database) {
  switch (error.code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {database.path() + " is being written to by another program: try again"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return {"no permission to write to " + database.path()};
    default:
      return {"the database " + database.path() + " answers: " + error.message};
  }
}

}  // namespace ringfence::admin

// Database: the configuration database, opened for editing. It owns the SQLite handle; others'
// write locks are waited for. It never makes a file: that is the supervisor's. Statements take
// their values as parameters, never pasted into the text. One thread.
#pragma once

#include <sqlite3.h>

#include <expected>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admin/table/value.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

// What SQLite answered: its extended result code and its own words.
struct SqlError {
  int code = 0;
  std::string message;
};

using Record = std::vector<Value>;
using Records = std::vector<Record>;

class Database {
 public:
  static Result<Database> open(const std::string& path);

  std::expected<Records, SqlError> query(std::string_view sql,
                                         std::span<const Value> values = {}) const;
  std::expected<Records, SqlError> query(std::string_view sql,
                                         std::initializer_list<Value> values) const {
    return query(sql, std::span(values.begin(), values.size()));
  }
  // A second file under that name, never written to.
  Result<void> attach_for_reading(const std::string& path, const std::string& name) const;
  std::int64_t last_insert_id() const { return sqlite3_last_insert_rowid(handle_.get()); }
  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  Database(std::unique_ptr<sqlite3, Close> handle, std::string path)
      : handle_(std::move(handle)), path_(std::move(path)) {}
  Result<void> check_version() const;

  std::unique_ptr<sqlite3, Close> handle_;
  std::string path_;
};

// That file, for reading only, in the URI form of SQLite.
std::string read_only_uri(std::string_view path);

// A sentence for what went wrong outside of any row: locked, read-only, damaged.
Error explain(const SqlError& error, const Database& database);

}  // namespace ringfence::admin

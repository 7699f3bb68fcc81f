// A configuration database of the real schema in a file of its own, gone with its object.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "admin/table/database.hpp"
#include "schema/schema.hpp"

namespace ringfence::admin {

class ExampleDatabase {
 public:
  ExampleDatabase() {
    std::string name = std::filesystem::temp_directory_path() / "ringfence-admin-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    run(std::string(current_schema()));
  }
  ~ExampleDatabase() { std::filesystem::remove_all(folder_); }
  ExampleDatabase(const ExampleDatabase&) = delete;
  ExampleDatabase& operator=(const ExampleDatabase&) = delete;

  std::string path() const { return folder_ + "/config.db"; }
  Database open() const { return std::move(*Database::open(path())); }

  // As the sqlite3 program would.
  void run(const std::string& sql) const {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &handle), SQLITE_OK);
    sqlite3_busy_timeout(handle, 5000);  // the code under test may be writing
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle);
    sqlite3_close(handle);
  }
  std::string text(const std::string& sql) const {
    const auto records = open().query(sql);
    return records && !records->empty() ? to_text(records->front().front()) : "(no row)";
  }

 private:
  std::string folder_;
};

}  // namespace ringfence::admin

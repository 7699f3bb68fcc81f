#include "supervisor/config/schema_migration.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "runtime/fd.hpp"
#include "schema/schema.hpp"
#include "supervisor/config/statement.hpp"

namespace ringfence::supervisor {
namespace {

constexpr int kLockTimeoutMs = 5000;  // at the start, an operator's transaction is waited for

struct FinishBackup {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};
using BackupPtr = std::unique_ptr<sqlite3_backup, FinishBackup>;

Result<void> flush(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file || ::fsync(file.get()) != 0) return system_error("cannot write " + path);
  return {};
}

Result<void> copy_pages(const std::string& from, const std::string& to) {
  const auto source = open_database(from, OpenMode::read_only);
  if (!source) return std::unexpected(source.error());
  const mode_t before = ::umask(0077);  // it holds the same passwords
  const auto target = open_database(to, OpenMode::create);
  ::umask(before);
  if (!target) return std::unexpected(target.error());
  BackupPtr backup(sqlite3_backup_init(target->get(), "main", source->get(), "main"));
  if (!backup) return database_error(target->get(), "cannot write " + to);
  const int code = sqlite3_backup_step(backup.get(), -1);
  if (code != SQLITE_DONE) return fail("cannot write " + to + ": " + sqlite3_errstr(code));
  return {};
}

// Whole or not at all under its name; one of an earlier try is replaced.
Result<void> back_up(const std::string& path, const std::string& backup) {
  const std::string next = backup + ".new";
  ::unlink(next.c_str());
  if (auto copied = copy_pages(path, next); !copied) return copied;
  if (auto flushed = flush(next); !flushed) return flushed;
  if (std::rename(next.c_str(), backup.c_str()) != 0) return system_error("cannot write " + backup);
  return {};
}

std::unexpected<Error> cannot_update(const std::string& path, int version, const Error& error) {
  return fail("cannot bring the database " + path + " from schema version " +
              std::to_string(version) + " to " + std::to_string(kSchemaVersion) +
              " (it stays as it was): " + error.message);
}

Result<int> version_of(sqlite3* database) {
  const auto version = query_integer(database, "PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  return static_cast<int>(*version);
}

// Nobody else writes between the copy and the commit.
Result<void> run_all(sqlite3* database, int version) {
  for (const Migration& migration : migrations_from(version)) {
    const auto done = execute(database, std::string(migration.sql).c_str());
    if (!done) return fail(std::string(migration.name) + ": " + done.error().message);
  }
  return execute(database, "COMMIT");
}

}  // namespace

std::string backup_path(const std::string& database_path, int version) {
  return database_path + ".version-" + std::to_string(version);
}

Result<int> migrate(const std::string& database_path) {
  const auto database = open_database(database_path, OpenMode::create);
  if (!database) return std::unexpected(database.error());
  sqlite3_busy_timeout(database->get(), kLockTimeoutMs);
  const auto begun = execute(database->get(), "BEGIN IMMEDIATE");
  if (!begun) return std::unexpected(begun.error());
  const auto version = version_of(database->get());
  if (!version || *version >= kSchemaVersion) return version;
  const std::string backup = backup_path(database_path, *version);
  auto done = back_up(database_path, backup);
  if (done) done = run_all(database->get(), *version);
  // What is not committed is undone when the handle closes.
  if (!done) return cannot_update(database_path, *version, done.error());
  return version;
}

}  // namespace ringfence::supervisor

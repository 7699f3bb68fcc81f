#include "sip-core/store/state_file.hpp"

#include <sys/stat.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

#include "sip-core/store/schema.hpp"

namespace ringfence::sip_core {
namespace {

constexpr std::string_view kMagic("SQLite format 3\0", 16);

StateFault fault_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return StateFault::busy;
    case SQLITE_FULL:
      return StateFault::full;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return StateFault::corrupt;
    default:
      return StateFault::other;
  }
}

Result<std::string> single_value(sqlite3* database, std::string_view sql) {
  auto statement = prepare(database, sql);
  if (!statement) return std::unexpected(statement.error());
  if (sqlite3_step(statement->get()) != SQLITE_ROW) {
    return sqlite_error(database, "cannot read state.db");
  }
  return RowReader(statement->get()).text();
}

StateFailure failure_of(sqlite3* database, const Error& error) {
  return {fault_of(database == nullptr ? SQLITE_ERROR : sqlite3_errcode(database)), error.message};
}

Written bring_up_to_date(sqlite3* database, const std::string& version) {
  int from = -1;
  std::from_chars(version.data(), version.data() + version.size(), from);
  if (from > kStateVersion) {
    return std::unexpected(StateFailure{StateFault::newer,
                                        "it has version " + version +
                                            ", newer than this program's " +
                                            std::to_string(kStateVersion),
                                        from});
  }
  if (from < 0) {
    return std::unexpected(StateFailure{StateFault::corrupt, "state.db is of no known version"});
  }
  Result<void> made;
  if (from == 0) made = execute(database, kCreateState);
  for (int i = from; made && from > 0 && i < kStateVersion; ++i)
    made = execute(database, kUpgradeState[static_cast<std::size_t>(i - 1)]);
  if (!made) return std::unexpected(failure_of(database, made.error()));
  return {};
}

Written check_form(sqlite3* database) {
  const auto sound = single_value(database, "PRAGMA quick_check(1)");
  if (!sound) return std::unexpected(failure_of(database, sound.error()));
  if (*sound != "ok") {
    return std::unexpected(StateFailure{StateFault::corrupt, "state.db is damaged"});
  }
  const auto version = single_value(database, "PRAGMA user_version");
  if (!version) return std::unexpected(failure_of(database, version.error()));
  return bring_up_to_date(database, *version);
}

}  // namespace

std::string_view to_text(StateFault fault) {
  switch (fault) {
    case StateFault::busy:
      return "BUSY";
    case StateFault::full:
      return "FULL";
    case StateFault::corrupt:
      return "CORRUPT";
    case StateFault::newer:
      return "NEWER";
    case StateFault::other:
      return "IOERR";
  }
  return "IOERR";
}

std::expected<StateFile, StateFailure> StateFile::open(const std::string& path) {
  auto database = open_database(path);
  if (!database) {
    return std::unexpected(StateFailure{StateFault::other, database.error().message});
  }
  sqlite3* const handle = database->get();
  // WAL with NORMAL: a commit is one write without an fsync, durable against the death of the
  // process; a power cut may lose the last second, never the form of the file.
  const auto ready = execute(handle,
                             "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                             "PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16384;");
  if (!ready) return std::unexpected(failure_of(handle, ready.error()));
  if (const auto form = check_form(handle); !form) return std::unexpected(form.error());
  auto rows = StateRows::make(handle);
  // Tables of another form than the statements know.
  if (!rows) return std::unexpected(StateFailure{StateFault::corrupt, rows.error().message});
  return StateFile(std::move(*database), std::move(*rows));
}

void StateFile::move_aside(const std::string& path, const std::string& suffix) {
  for (const char* part : {"", "-wal", "-shm"}) {
    std::rename((path + part).c_str(), (path + suffix + part).c_str());
  }
}

// SQLite trusts what it has read: a file that was written over, or removed, shows only when its
// pages are needed again, which may be at the next start. So it is looked at before each commit.
bool StateFile::is_in_place() const {
  int moved = 0;
  sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (moved != 0) return false;
  sqlite3_file* file = nullptr;
  sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  std::array<char, kMagic.size()> head{};
  if (file == nullptr || file->pMethods == nullptr) return true;
  if (file->pMethods->xRead(file, head.data(), static_cast<int>(head.size()), 0) != SQLITE_OK) {
    return false;
  }
  return std::string_view(head.data(), head.size()) == kMagic;
}

Written StateFile::as_written(const Result<void>& result) const {
  if (result) return {};
  return std::unexpected(failure_of(database_.get(), result.error()));
}

Written StateFile::begin() {
  if (!database_ || !is_in_place()) {
    return std::unexpected(
        StateFailure{StateFault::corrupt, "state.db was written over, moved or removed"});
  }
  return as_written(rows_.begin());
}

Written StateFile::commit() {
  auto tidied = as_written(rows_.tidy());
  return tidied ? as_written(rows_.commit()) : tidied;
}

// SQLite has rolled back by itself after some errors, a full disk among them.
void StateFile::roll_back() {
  if (!database_ || sqlite3_get_autocommit(database_.get()) != 0) return;
  static_cast<void>(execute(database_.get(), "ROLLBACK"));
}

std::uint64_t StateFile::wal_octets(const std::string& path) {
  struct stat log{};
  return ::stat((path + "-wal").c_str(), &log) == 0 ? static_cast<std::uint64_t>(log.st_size) : 0;
}

bool StateFile::empty_wal() {
  const auto busy = single_value(database_.get(), "PRAGMA wal_checkpoint(TRUNCATE)");
  return busy && *busy == "0";
}

Result<void> StateFile::copy_to(const std::string& path) {
  std::remove(path.c_str());
  auto copy = prepare(database_.get(), "VACUUM INTO ?");
  if (!copy) return std::unexpected(copy.error());
  Binder(copy->get()).text(path);
  return step(database_.get(), copy->get());
}

void StateFile::close_without_checkpoint() {
  if (!database_) return;
  sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  rows_ = StateRows();
  database_.reset();
}

}  // namespace ringfence::sip_core

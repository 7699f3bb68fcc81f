#include "supervisor/config/config_database.hpp"

#include <sys/stat.h>

#include <cerrno>

#include "schema/schema.hpp"
#include "supervisor/config/config_reader.hpp"
#include "supervisor/config/schema_migration.hpp"

namespace ringfence::supervisor {
namespace {

Result<void> create_tables(const std::string& path) {
  // Passwords lie in this file: nobody else reads it.
  const mode_t before = ::umask(0077);
  auto database = open_database(path, OpenMode::create);
  ::umask(before);
  if (!database) return std::unexpected(database.error());
  if (auto wal = execute(database->get(), "PRAGMA journal_mode = WAL"); !wal) return wal;
  return execute(database->get(), std::string(current_schema()).c_str());
}

}  // namespace

Result<ConfigDatabase::Prepared> ConfigDatabase::prepare() {
  struct stat status{};
  const bool missing = ::stat(path_.c_str(), &status) != 0;
  if (missing && errno != ENOENT) return system_error("cannot open the database " + path_);
  // A file of no octets is what `touch` or an interrupted copy leaves: as good as none.
  const bool create = missing || (S_ISREG(status.st_mode) && status.st_size == 0);
  if (create) {
    if (auto created = create_tables(path_); !created) return std::unexpected(created.error());
  }
  Prepared prepared;
  prepared.created = create;
  if (auto older = is_older(); !older) {
    return std::unexpected(older.error());
  } else if (*older) {
    const auto from = migrate(path_);
    if (!from) return std::unexpected(from.error());
    prepared.migrated_from = *from;
  }
  if (auto opened = reopen_if_replaced(); !opened) return std::unexpected(opened.error());
  return prepared;
}

// Whether it is ours and of an earlier schema. The handle is given back: closed.
Result<bool> ConfigDatabase::is_older() const {
  const auto database = open_database(path_, OpenMode::read_only);
  if (!database) return std::unexpected(database.error());
  const auto version = query_integer(database->get(), "PRAGMA user_version");
  if (!version) return fail(path_ + ": " + version.error().message);
  return *version >= 1 && *version < kSchemaVersion;
}

Result<void> ConfigDatabase::check_version() {
  const auto version = query_integer(database_.get(), "PRAGMA user_version");
  if (!version) return fail(path_ + ": " + version.error().message);
  if (*version < 1) return fail(path_ + " is no configuration database of Ringfence");
  if (*version == kSchemaVersion) return {};
  const std::string have =
      "the database " + path_ + " has schema version " + std::to_string(*version) + ", ";
  const std::string want = " than this program's " + std::to_string(kSchemaVersion);
  if (*version > kSchemaVersion) {
    return fail(have + "newer" + want + ": start the version of Ringfence that wrote it");
  }
  return fail(have + "older" + want + ": restart ringfence-supervisor, which brings it up to date");
}

Result<void> ConfigDatabase::reopen_if_replaced() {
  struct stat status{};
  if (::stat(path_.c_str(), &status) != 0) {
    database_.reset();
    return system_error("cannot open the database " + path_);
  }
  if (database_ && status.st_dev == device_ && status.st_ino == inode_) return {};
  auto opened = open_database(path_, OpenMode::read_only);
  if (!opened) return std::unexpected(opened.error());
  database_ = std::move(*opened);
  data_version_.reset();
  if (auto ours = check_version(); !ours) {
    database_.reset();
    return ours;
  }
  device_ = status.st_dev;
  inode_ = status.st_ino;
  return {};
}

Result<std::optional<Config>> ConfigDatabase::poll() {
  if (auto open = reopen_if_replaced(); !open) return std::unexpected(open.error());
  const auto version = query_integer(database_.get(), "PRAGMA data_version");
  if (!version) return std::unexpected(version.error());
  if (data_version_ == *version) return std::nullopt;
  auto config = read_config(database_.get());
  if (!config) {
    // Damaged or locked: whatever it was, the next poll starts from the file.
    database_.reset();
    return std::unexpected(config.error());
  }
  data_version_ = *version;
  return std::optional(std::move(*config));
}

}  // namespace ringfence::supervisor

// ConfigDatabase: the configuration database's file. prepare() makes it where it is missing, brings
// an older schema up to date and checks that it is ours; poll() tells when its content may have
// changed. Read-only but for prepare(). A file that was replaced is opened anew; one that is gone,
// locked or damaged is an error of that poll, and the next one tries again.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "supervisor/config/config.hpp"
#include "supervisor/config/statement.hpp"

namespace ringfence::supervisor {

class ConfigDatabase {
 public:
  explicit ConfigDatabase(std::string path) : path_(std::move(path)) {}

  struct Prepared {
    bool created = false;
    int migrated_from = 0;  // its schema version before; 0: it was not migrated
  };
  // At the start only. Errors: unreadable, no database, a newer schema, not Ringfence's, an older
  // schema that could not be brought up to date.
  Result<Prepared> prepare();

  // The rows, if they may differ from those of the last successful poll.
  Result<std::optional<Config>> poll();
  // The next poll reads in any case.
  void read_again() { data_version_.reset(); }

 private:
  Result<void> reopen_if_replaced();
  Result<bool> is_older() const;
  Result<void> check_version();

  std::string path_;
  DatabasePtr database_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  std::optional<std::int64_t> data_version_;
};

}  // namespace ringfence::supervisor

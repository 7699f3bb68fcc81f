// ConfigStore: the configuration in force. It polls the database, validates, counts the revision
// (which goes on across restarts), keeps the last good snapshot below --state, and logs each new
// problem once. The snapshot only ever changes as a whole.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/log.hpp"
#include "supervisor/config/config_database.hpp"
#include "supervisor/config/config_validator.hpp"
#include "supervisor/config/snapshot.hpp"

namespace ringfence::supervisor {

class ConfigStore {
 public:
  ConfigStore(const std::string& database_path, const std::string& state_directory, Logger& log);

  // At the start: opens or makes the database, and takes up the last good snapshot.
  Result<void> prepare();

  enum class Outcome { unchanged, problems_changed, snapshot_changed };
  Outcome poll(const Surroundings& surroundings);
  void read_again() { database_.read_again(); }

  const Snapshot& snapshot() const { return snapshot_; }
  const std::vector<Problem>& errors() const { return errors_; }
  const std::vector<Problem>& warnings() const { return warnings_; }

 private:
  Outcome fail_poll(const std::string& reason);
  void log_new(const std::vector<Problem>& now, const std::vector<Problem>& before,
               std::string_view sentence);
  void keep();

  std::string database_path_;
  std::string kept_path_;
  Logger& log_;
  ConfigDatabase database_;
  Config rows_;  // as last read
  Snapshot snapshot_;
  std::vector<Problem> errors_;
  std::vector<Problem> warnings_;
  Surroundings surroundings_;
};

}  // namespace ringfence::supervisor

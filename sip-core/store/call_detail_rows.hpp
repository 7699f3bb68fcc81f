// CallDetailRows: call detail records to rows of state.db. They are appended at the end of a call
// and removed from the oldest on, a bounded number in each transaction, so that a long retention
// that was shortened holds up no commit. Nothing reads them here: they are the operator's.
#pragma once

#include <optional>

#include "runtime/result.hpp"
#include "sip-core/store/records.hpp"
#include "sip-core/store/sqlite.hpp"

namespace ringfence::sip_core {

class CallDetailRows {
 public:
  // Rows looked at for removal in one transaction.
  static constexpr int kRemovedAtOnce = 500;

  CallDetailRows() = default;  // of no database
  // The database has the form of kCreateState and outlives this.
  static Result<CallDetailRows> make(sqlite3* database);

  Result<void> add(const CallDetailRecord& record);
  // From here on each remove_some() removes rows until none older is left.
  void expire(const CallDetailsExpired& expired) { remove_before_ = expired.before; }
  Result<void> remove_some();

 private:
  explicit CallDetailRows(sqlite3* database) : database_(database) {}

  sqlite3* database_ = nullptr;
  StatementPtr add_;
  StatementPtr remove_;
  std::optional<WallTime> remove_before_;
};

}  // namespace ringfence::sip_core

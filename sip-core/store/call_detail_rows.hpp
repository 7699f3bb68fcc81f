// CallDetailRows: call detail records to rows of state.db. They are appended at the end of a call,
// each chained to the one before (call_chain.hpp), and removed from the oldest on, a bounded number
// in each transaction, so that a long retention that was shortened holds up no commit. What is left
// can still be verified: cdr_chain says after which row the chain begins, and with which it ends.
// Nothing reads the records here: they are the operator's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/result.hpp"
#include "sip-core/digest/hasher.hpp"
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

  // A transaction begins; what the one before it knew may have been rolled back.
  void begin() { tail_.reset(); }
  Result<void> add(const CallDetailRecord& record);
  // From here on each conclude() removes rows until none older is left.
  void expire(const CallDetailsExpired& expired) { remove_before_ = expired.before; }
  // Before the commit.
  Result<void> conclude();

 private:
  // The last row of the chain.
  struct Tail {
    std::int64_t id = 0;
    std::string hash;
  };

  explicit CallDetailRows(sqlite3* database) : database_(database) {}
  Result<void> read_tail();
  Result<void> write_tail();
  Result<void> remove_some();
  Result<void> remove_up_to(const Tail& last);

  sqlite3* database_ = nullptr;
  digest::Hasher hasher_;
  StatementPtr add_;
  StatementPtr read_tail_;
  StatementPtr write_tail_;
  StatementPtr oldest_;
  StatementPtr remove_;
  StatementPtr begin_after_;
  std::optional<Tail> tail_;  // of this transaction, once it has added a row
  std::optional<WallTime> remove_before_;
};

}  // namespace ringfence::sip_core

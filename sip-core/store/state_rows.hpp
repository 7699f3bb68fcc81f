// StateRows: records to rows of state.db and back, by prepared statements. It knows the columns,
// and nothing of when a transaction is due, of threads or of the loop; one thread at a time.
#pragma once

#include <utility>

#include "runtime/result.hpp"
#include "sip-core/engine/event.hpp"
#include "sip-core/store/call_detail_rows.hpp"
#include "sip-core/store/records.hpp"
#include "sip-core/store/sqlite.hpp"

namespace ringfence::sip_core {

class StateRows {
 public:
  StateRows() = default;  // of no database
  // The database has the form of kCreateState and outlives this.
  static Result<StateRows> make(sqlite3* database);

  Result<void> begin() {
    call_details_.begin();
    return step(begin_.get());
  }
  Result<void> write(const Record& record);
  // What ends every transaction, some of the old rows' removal included.
  Result<void> tidy() { return call_details_.conclude(); }
  Result<void> commit() { return step(commit_.get()); }
  // Of the journal's entries, those up to that sequence are in the database.
  Result<void> write_committed(std::uint64_t sequence);
  Result<std::uint64_t> read_committed();
  Result<Restored> read_all();
  Result<void> remove_expired(WallTime wall);

 private:
  StateRows(sqlite3* database, CallDetailRows call_details)
      : database_(database), call_details_(std::move(call_details)) {}
  Result<void> prepare_all();
  Result<void> step(sqlite3_stmt* statement) { return sip_core::step(database_, statement); }
  Result<void> write_one(const BindingRecord& record);
  Result<void> write_one(const BindingRemoved& record);
  Result<void> write_one(const CallRecord& record);
  Result<void> write_one(const CallAcknowledged& record);
  Result<void> write_one(const CallOver& record);
  Result<void> write_one(const CallDetailed& record);
  Result<void> write_one(const CallRemoved& record);
  Result<void> write_one(const PendingInviteRecord& record);
  Result<void> write_one(const PendingInviteRemoved& record);
  Result<void> write_one(const CallDetailRecord& record) { return call_details_.add(record); }
  Result<void> write_one(const CallDetailsExpired& record) {
    call_details_.expire(record);
    return {};
  }
  Result<void> write_one(const TrunkRegistrationRecord& record);
  Result<void> write_one(const NonceSecretRecord& record);
  Result<void> read_bindings(Restored& restored);
  Result<void> read_calls(Restored& restored);
  Result<void> read_invites(Restored& restored);
  Result<void> read_trunks(Restored& restored);
  Result<void> read_nonce_secrets(Restored& restored);

  sqlite3* database_ = nullptr;
  StatementPtr begin_;
  StatementPtr commit_;
  StatementPtr put_binding_;
  StatementPtr remove_binding_;
  StatementPtr put_call_;
  StatementPtr remove_call_;
  StatementPtr put_trunk_;
  StatementPtr remove_expired_;
  StatementPtr put_nonce_secret_;
  StatementPtr remove_old_secrets_;
  StatementPtr put_invite_;
  StatementPtr remove_invite_;
  StatementPtr acknowledge_call_;
  StatementPtr end_call_;
  StatementPtr detail_call_;
  StatementPtr write_committed_;
  CallDetailRows call_details_;
};

}  // namespace ringfence::sip_core

// SqliteStore: the Store in state.db (SQLite, WAL). One thread of its own writes: whatever waits in
// its queue becomes one transaction (group commit), and the answers go back to the loop through an
// eventfd. Its end drains the queue. A file that cannot be read is moved aside with an ERR line and
// begun anew: old state is worth less than a process that starts. A full disk fails commits and
// nothing else; they succeed again by themselves once there is space.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/fd.hpp"
#include "runtime/log.hpp"
#include "runtime/loop.hpp"
#include "sip-core/store/state_rows.hpp"
#include "sip-core/store/store.hpp"

namespace ringfence::sip_core {

class SqliteStore final : public Store {
 public:
  // `log` and `loop` outlive the store. Errors: not even a new file can be made there.
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& directory, Loop& loop,
                                                   Logger& log, WallTime wall);
  ~SqliteStore() override;

  Restored read_all(WallTime wall) override;
  void start(OnAnswer on_answer) override;
  void submit(Persist persist) override;

 private:
  SqliteStore(DatabasePtr database, StateRows rows, Loop& loop, Logger& log)
      : loop_(loop), log_(log), database_(std::move(database)), rows_(std::move(rows)) {}
  void write_batches();
  Result<void> write_batch(const std::deque<Persist>& batch);
  void answer(const std::deque<Persist>& batch, const Result<void>& written);
  void deliver_answers();

  Loop& loop_;
  Logger& log_;
  DatabasePtr database_;  // the writer's alone once it runs
  StateRows rows_;
  OnAnswer on_answer_;
  Fd wake_;  // eventfd: answers wait
  Poll poll_;
  std::thread writer_;
  std::optional<TimePoint> last_failure_logged_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable work_;
  std::deque<Persist> queue_;
  std::vector<Event> answers_;
  std::vector<std::string> failures_;
  bool stopping_ = false;
};

}  // namespace ringfence::sip_core

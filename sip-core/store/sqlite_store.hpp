// SqliteStore: the Store in state.db (SQLite, WAL). One thread of its own writes: whatever waits in
// its queue becomes one transaction (group commit), and the answers go back to the loop through an
// eventfd. Its end drains the queue. A file that cannot be read is moved aside with an ERR line and
// begun anew: at the start, for old state is worth less than a process that starts, and while it
// runs, when StateLost asks the engine for all that memory holds. A full disk or another's lock
// fails commits and nothing else; they succeed again by themselves once the cause is gone.
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
#include "sip-core/store/state_file.hpp"
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
  std::uint64_t transactions();  // committed so far: how well they are grouped

 private:
  SqliteStore(std::string path, StateFile file, Loop& loop, Logger& log)
      : loop_(loop), log_(log), path_(std::move(path)), file_(std::move(file)) {}
  void write_batches();
  Written write_batch(const std::deque<Persist>& batch);
  Written write_records(const std::deque<Persist>& batch);
  // A new file in the place of one that is damaged or gone.
  Written begin_anew();
  void answer(const std::deque<Persist>& batch, const Written& written);
  void deliver_answers();
  void log_failures(const std::vector<StateFailure>& failures);

  Loop& loop_;
  Logger& log_;
  std::string path_;
  StateFile file_;  // the writer's alone once it runs
  OnAnswer on_answer_;
  Fd wake_;  // eventfd: answers wait
  Poll poll_;
  std::thread writer_;
  std::optional<TimePoint> last_failure_logged_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable work_;
  std::deque<Persist> queue_;
  std::vector<Event> answers_;
  std::uint64_t transactions_ = 0;
  std::vector<StateFailure> failures_;
  bool stopping_ = false;
};

}  // namespace ringfence::sip_core

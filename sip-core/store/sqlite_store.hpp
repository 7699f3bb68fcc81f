// SqliteStore: the Store in state.db (SQLite, WAL). One thread of its own writes. What is submitted
// gathers for a few milliseconds and becomes one transaction (group commit), for waking that thread
// and writing pages cost more than the rows; the answers go back to the loop through an eventfd.
// Its end writes what is left; where there was none, what no transaction has is in the journal, and
// read_all() begins with it. A file that cannot be read is moved aside with an ERR line and
// begun anew: at the start, for old state is worth less than a process that starts, and while it
// runs, when StateLost asks the engine for all that memory holds. A full disk or another's lock
// fails commits and nothing else; they succeed again by themselves once the cause is gone.
#pragma once

#include <chrono>
#include <condition_variable>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/fd.hpp"
#include "runtime/log.hpp"
#include "runtime/loop.hpp"
#include "sip-core/store/journal.hpp"
#include "sip-core/store/state_file.hpp"
#include "sip-core/store/store.hpp"

namespace ringfence::sip_core {

class SqliteStore final : public Store {
 public:
  // `log` and `loop` outlive the store. Errors: not even a new file can be made there, or the file
  // is newer than this program (F032), which leaves it as it is.
  static std::expected<std::unique_ptr<SqliteStore>, StateFailure> open(
      const std::string& directory, Loop& loop, Logger& log, WallTime wall,
      std::uint64_t most_wal_octets = kMostWalOctets);
  ~SqliteStore() override;

  Restored read_all(WallTime wall) override;
  void start(OnAnswer on_answer) override;
  void submit(Persist persist) override;
  std::vector<std::pair<std::string, std::uint64_t>> figures() override;
  std::uint64_t transactions();  // committed so far: how well they are grouped

  // From the first Persist of a group to its transaction.
  static constexpr std::chrono::milliseconds kAwaitedGathers{4};
  static constexpr std::chrono::milliseconds kUnhurriedGathers{100};
  // Beyond that a reader who keeps the log from being emptied is cut off (F031): it keeps the old
  // file, which has no name any more.
  static constexpr std::uint64_t kMostWalOctets = std::uint64_t{1} << 30;

 private:
  using Batch = std::vector<Persist>;

  SqliteStore(std::string path, StateFile file, Loop& loop, Logger& log,
              std::uint64_t most_wal_octets)
      : loop_(loop),
        log_(log),
        path_(std::move(path)),
        most_wal_octets_(most_wal_octets),
        file_(std::move(file)) {}
  void hand_over();
  void keep_in_journal(const Persist& persist);
  // What the process before us had submitted and not written.
  void write_journaled();
  void write_batches();
  Written write_batch(const Batch& batch, std::uint64_t journaled);
  Written write_records(const Batch& batch, std::uint64_t journaled);
  Written write_owed();
  void keep_call_details(const Batch& failed);
  // A new file in the place of one that is damaged or gone.
  Written begin_anew();
  void limit_wal();
  Written cut_readers();
  void wake_loop();
  void answer(const Batch& batch, const Written& written);
  void deliver_answers();
  void log_cuts(std::uint64_t cuts);
  void log_failures(const std::vector<StateFailure>& failures);

  Loop& loop_;
  Logger& log_;
  std::string path_;
  std::uint64_t most_wal_octets_;
  StateFile file_;  // the writer's alone once it runs
  Journal journal_;
  // Call detail records of commits that failed: nobody gives them a second time.
  std::vector<OnHeap<CallDetailRecord>> owed_;
  OnAnswer on_answer_;
  Fd wake_;  // eventfd: answers wait
  Poll poll_;
  std::thread writer_;
  std::optional<TimePoint> last_failure_logged_;
  std::uint64_t cuts_logged_ = 0;
  Batch gathered_;                        // the loop's
  std::uint64_t gathered_journaled_ = 0;  // sequence of the last that is in the journal
  std::string octets_;                    // of one Persist, for the journal; kept for its memory
  std::uint64_t journal_full_ = 0;
  Timer gather_over_;
  TimePoint gather_until_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable work_;
  Batch queue_;
  std::uint64_t queue_journaled_ = 0;
  std::vector<Event> answers_;
  std::uint64_t transactions_ = 0;
  std::vector<StateFailure> failures_;
  std::uint64_t busy_ = 0;  // commits that failed for another's lock
  std::uint64_t readers_cut_ = 0;
  std::uint64_t rebuilds_ = 0;  // files that were moved aside
  bool stopping_ = false;
};

}  // namespace ringfence::sip_core

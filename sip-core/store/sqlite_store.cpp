#include "sip-core/store/sqlite_store.hpp"

#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <utility>

#include "sip-core/store/cancelling.hpp"
#include "sip-core/store/record_octets.hpp"
#include "sip-core/store/row_fields.hpp"
#include "sip-core/store/schema.hpp"

namespace ringfence::sip_core {
namespace {

constexpr std::chrono::seconds kFailureLogInterval(60);

constexpr std::size_t kMostOwed = 10'000;

constexpr int kOpenTries = 10;  // of half a second each, while another process holds the file

// Only damage makes a new file: what is locked, or cannot be read just now, is still ours.
std::expected<StateFile, StateFailure> open_unlocked(const std::string& path) {
  auto file = StateFile::open(path);
  for (int i = 1; i < kOpenTries && !file && file.error().fault == StateFault::busy; ++i)
    file = StateFile::open(path);
  return file;
}

std::string seconds_text(WallTime wall) {
  return std::to_string(to_milliseconds(wall) / 1000);
}

}  // namespace

std::expected<std::unique_ptr<SqliteStore>, StateFailure> SqliteStore::open(
    const std::string& directory, Loop& loop, Logger& log, WallTime wall,
    std::uint64_t most_wal_octets) {
  const std::string path = directory + "/state.db";
  ::umask(0077);  // whom our users talk to is for nobody else to read
  auto file = open_unlocked(path);
  const bool damaged = !file && file.error().fault == StateFault::corrupt;
  if (damaged) {
    log.error("state.db cannot be used; it is moved aside and begun anew",
              {{"reason", file.error().reason}});
    StateFile::move_aside(path, ".unreadable-" + seconds_text(wall));
    file = StateFile::open(path);
  }
  if (!file && file.error().fault == StateFault::newer) {
    log.write(LogLevel::error, "schema", "state.db is newer than this program and is left as it is",
              {{"have", file.error().version}, {"want", kStateVersion}});
  }
  if (!file) {
    file.error().reason = path + ": " + file.error().reason;
    return std::unexpected(file.error());
  }
  std::unique_ptr<SqliteStore> store(
      new SqliteStore(path, std::move(*file), loop, log, most_wal_octets));
  store->rebuilds_ = damaged ? 1 : 0;
  auto journal = Journal::open(directory + "/state.journal", record_form());
  if (journal) {
    store->journal_ = std::move(*journal);
  } else {
    log.warning("there is no journal: the last milliseconds of state die with this process",
                {{"reason", journal.error().message}});
  }
  return store;
}

SqliteStore::~SqliteStore() {
  if (!writer_.joinable()) return;
  hand_over();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  writer_.join();
}

// Each once: the database says how far it has come.
void SqliteStore::write_journaled() {
  const auto committed = file_.rows().read_committed();
  std::uint64_t last = committed.value_or(0);
  Batch batch;
  for (Journal::Entry& entry : journal_.entries()) {
    if (entry.sequence <= last) continue;
    auto records = records_of(entry.octets);
    if (!records) break;
    last = entry.sequence;
    batch.push_back({CommitId{}, std::move(*records), Urgency::unhurried});
  }
  if (!batch.empty()) {
    leave_out_what_cancels(batch);
    const Written written = write_records(batch, last);
    log_.write(written ? LogLevel::info : LogLevel::error, "recover",
               "what the last process had not written yet is taken from its journal",
               {{"changes", batch.size()}, {"reason", written ? "" : written.error().reason}});
  }
  journal_.begin_after(last);
}

Restored SqliteStore::read_all(WallTime wall) {
  write_journaled();
  auto expired = file_.rows().remove_expired(wall);
  if (!expired) log_.warning("cannot clean state.db", {{"reason", expired.error().message}});
  auto restored = file_.rows().read_all();
  if (!restored) {
    log_.error("cannot read state.db; nothing is restored", {{"reason", restored.error().message}});
    return {};
  }
  std::erase_if(restored->bindings,
                [&](const BindingRecord& binding) { return binding.expires <= wall; });
  return std::move(*restored);
}

void SqliteStore::start(OnAnswer on_answer) {
  on_answer_ = std::move(on_answer);
  wake_ = Fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  poll_ = Poll(loop_, wake_.get(), [this](Readiness) { deliver_answers(); });
  poll_.watch(Interest::readable);
  writer_ = std::thread([this] { write_batches(); });
}

void SqliteStore::submit(Persist persist) {
  const TimePoint now = loop_.now();
  const TimePoint until =
      now + (persist.urgency == Urgency::awaited ? kAwaitedGathers : kUnhurriedGathers);
  if (gathered_.empty() || until < gather_until_) {
    gather_until_ = until;
    gather_over_ = loop_.after(until - now, [this] { hand_over(); });
  }
  keep_in_journal(persist);
  gathered_.push_back(std::move(persist));
}

void SqliteStore::keep_in_journal(const Persist& persist) {
  octets_.clear();
  append_octets(persist.records, octets_);
  if (const auto sequence = journal_.append(octets_)) {
    gathered_journaled_ = *sequence;
  } else {
    ++journal_full_;
  }
}

void SqliteStore::hand_over() {
  if (gathered_.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    queue_journaled_ = gathered_journaled_;
    if (queue_.empty()) {
      queue_.swap(gathered_);
    } else {
      std::ranges::move(gathered_, std::back_inserter(queue_));
    }
  }
  gathered_.clear();
  work_.notify_one();
}

std::uint64_t SqliteStore::transactions() {
  const std::lock_guard lock(mutex_);
  return transactions_;
}

void SqliteStore::write_batches() {
  Batch batch;
  while (true) {
    batch.clear();
    std::uint64_t journaled = 0;
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      batch.swap(queue_);
      journaled = queue_journaled_;
    }
    leave_out_what_cancels(batch);
    const Written written = write_batch(batch, journaled);
    if (!written && written.error().fault == StateFault::busy) {
      // Whoever came meanwhile has waited as long and waits for the same lock: no second wait.
      const std::lock_guard lock(mutex_);
      std::ranges::move(queue_, std::back_inserter(batch));
      queue_.clear();
      journaled = queue_journaled_;
    }
    if (!written) keep_call_details(batch);
    journal_.release(journaled);
    answer(batch, written);
  }
}

Written SqliteStore::write_batch(const Batch& batch, std::uint64_t journaled) {
  Written written = write_records(batch, journaled);
  if (written) limit_wal();
  if (written || written.error().fault != StateFault::corrupt) return written;
  const Written anew = begin_anew();
  return anew ? written : anew;
}

Written SqliteStore::write_records(const Batch& batch, std::uint64_t journaled) {
  Written written = file_.begin();
  if (written) written = write_owed();
  for (const Persist& persist : batch) {
    for (const Record& record : persist.records) {
      if (written) written = file_.as_written(file_.rows().write(record));
    }
  }
  if (written) written = file_.as_written(file_.rows().write_committed(journaled));
  if (written) written = file_.commit();
  if (written) {
    owed_.clear();
  } else {
    file_.roll_back();
  }
  return written;
}

Written SqliteStore::write_owed() {
  Written written;
  for (const CallDetailRecord& record : owed_)
    if (written) written = file_.as_written(file_.rows().write(OnHeap(record)));
  return written;
}

void SqliteStore::keep_call_details(const Batch& failed) {
  for (const Persist& persist : failed) {
    for (const Record& record : persist.records) {
      const auto* detail = std::get_if<OnHeap<CallDetailRecord>>(&record);
      if (detail != nullptr && owed_.size() < kMostOwed) owed_.push_back(*detail);
    }
  }
}

Written SqliteStore::begin_anew() {
  file_.close_without_checkpoint();
  StateFile::move_aside(path_, ".corrupt-" + seconds_text(std::chrono::system_clock::now()));
  auto file = StateFile::open(path_);
  if (!file) return std::unexpected(file.error());
  file_ = std::move(*file);
  const std::lock_guard lock(mutex_);
  answers_.emplace_back(StateLost{});
  ++rebuilds_;
  return {};
}

void SqliteStore::limit_wal() {
  if (StateFile::wal_octets(path_) <= most_wal_octets_ || file_.empty_wal()) return;
  const Written cut = cut_readers();
  {
    const std::lock_guard lock(mutex_);
    if (cut) ++readers_cut_;
    if (!cut) {
      failures_.push_back(cut.error());
      most_wal_octets_ *= 2;  // not again with each commit
    }
  }
  wake_loop();
}

// We go on in a copy. Between the renames a death leaves the whole state in the old file's parts.
Written SqliteStore::cut_readers() {
  const std::string copy = path_ + ".copy";
  if (const auto copied = file_.copy_to(copy); !copied) return file_.as_written(copied);
  file_.close_without_checkpoint();
  StateFile::move_aside(path_, ".cut");
  std::rename(copy.c_str(), path_.c_str());
  auto file = StateFile::open(path_);
  if (!file) return std::unexpected(file.error());
  file_ = std::move(*file);
  for (const char* part : {"", "-wal", "-shm"})
    std::remove((path_ + ".cut" + part).c_str());
  return {};
}

void SqliteStore::answer(const Batch& batch, const Written& written) {
  {
    const std::lock_guard lock(mutex_);
    transactions_ += written ? 1U : 0U;
    for (const Persist& persist : batch) {
      if (!written) {
        answers_.emplace_back(CommitFailed{persist.commit, written.error().reason});
      } else if (persist.urgency == Urgency::awaited) {
        answers_.emplace_back(Committed{persist.commit});
      }
    }
    if (!written) failures_.push_back(written.error());
    busy_ += !written && written.error().fault == StateFault::busy ? 1U : 0U;
    if (answers_.empty()) return;
  }
  wake_loop();
}

void SqliteStore::wake_loop() {
  const std::uint64_t one = 1;
  // Fails only when the counter is full: then the loop is about to wake anyway.
  [[maybe_unused]] const ssize_t octets = ::write(wake_.get(), &one, sizeof one);
}

std::vector<std::pair<std::string, std::uint64_t>> SqliteStore::figures() {
  const std::lock_guard lock(mutex_);
  return {{"reg_store_busy_total", busy_},
          {"reg_journal_full_total", journal_full_},
          {"reg_store_readers_cut_total", readers_cut_},
          {"reg_store_rebuilds_total", rebuilds_},
          {"reg_wal_bytes", StateFile::wal_octets(path_)}};
}

void SqliteStore::deliver_answers() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t octets = ::read(wake_.get(), &count, sizeof count);
  std::vector<Event> answers;
  std::vector<StateFailure> failures;
  std::uint64_t cuts = 0;
  {
    const std::lock_guard lock(mutex_);
    answers.swap(answers_);
    failures.swap(failures_);
    cuts = readers_cut_;
  }
  log_failures(failures);
  log_cuts(cuts);
  for (Event& one : answers)
    on_answer_(std::move(one));
}

void SqliteStore::log_cuts(std::uint64_t cuts) {
  if (cuts == cuts_logged_) return;
  cuts_logged_ = cuts;
  log_.write(
      LogLevel::warning, "reg-store",
      "somebody read state.db for so long that its log could not be emptied, and was cut off",
      {{"cuts", cuts}});
}

// One line a minute for what goes on, and one for each file that was lost.
void SqliteStore::log_failures(const std::vector<StateFailure>& failures) {
  const TimePoint now = loop_.now();
  for (const StateFailure& failure : failures) {
    const bool lost = failure.fault == StateFault::corrupt;
    if (!lost && last_failure_logged_ && now - *last_failure_logged_ < kFailureLogInterval)
      continue;
    last_failure_logged_ = now;
    log_.write(LogLevel::error, "reg-store", "state cannot be written",
               {{"err", to_text(failure.fault)},
                {"reason", failure.reason},
                {"action", lost ? "rebuild" : "fail"}});
  }
}

}  // namespace ringfence::sip_core

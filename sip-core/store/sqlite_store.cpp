#include "sip-core/store/sqlite_store.hpp"

#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <utility>

#include "sip-core/store/row_fields.hpp"
#include "sip-core/store/schema.hpp"

namespace ringfence::sip_core {
namespace {

constexpr std::chrono::seconds kFailureLogInterval(60);

struct OpenState {
  DatabasePtr database;
  StateRows rows;
};

Result<std::string> single_value(sqlite3* database, std::string_view sql) {
  auto statement = prepare(database, sql);
  if (!statement) return std::unexpected(statement.error());
  if (sqlite3_step(statement->get()) != SQLITE_ROW) {
    return sqlite_error(database, "cannot read state.db");
  }
  return RowReader(statement->get()).text();
}

Result<void> check_form(sqlite3* database) {
  const auto sound = single_value(database, "PRAGMA quick_check(1)");
  if (!sound) return std::unexpected(sound.error());
  if (*sound != "ok") return fail("state.db is damaged");
  const auto version = single_value(database, "PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  if (*version == "0") return execute(database, kCreateState);
  if (*version != std::to_string(kStateVersion)) return fail("state.db is of another version");
  return {};
}

Result<OpenState> open_state(const std::string& path) {
  auto database = open_database(path);
  if (!database) return std::unexpected(database.error());
  // WAL with NORMAL: a commit is one write without an fsync, durable against the death of the
  // process; a power cut may lose the last second, never the form of the file.
  auto ready = execute(database->get(), "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  if (ready) ready = check_form(database->get());
  if (!ready) return std::unexpected(ready.error());
  auto rows = StateRows::make(database->get());
  if (!rows) return std::unexpected(rows.error());
  return OpenState{std::move(*database), std::move(*rows)};
}

void move_aside(const std::string& path, WallTime wall) {
  const std::string aside = path + ".unreadable-" + std::to_string(to_milliseconds(wall) / 1000);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::rename((path + suffix).c_str(), (aside + suffix).c_str());
  }
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& directory, Loop& loop,
                                                       Logger& log, WallTime wall) {
  const std::string path = directory + "/state.db";
  ::umask(0077);  // whom our users talk to is for nobody else to read
  auto state = open_state(path);
  if (!state) {
    log.error("state.db cannot be used; it is moved aside and begun anew",
              {{"reason", state.error().message}});
    move_aside(path, wall);
    state = open_state(path);
  }
  if (!state) return std::unexpected(state.error());
  return std::unique_ptr<SqliteStore>(
      new SqliteStore(std::move(state->database), std::move(state->rows), loop, log));
}

SqliteStore::~SqliteStore() {
  if (!writer_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  writer_.join();
}

Restored SqliteStore::read_all(WallTime wall) {
  auto expired = rows_.remove_expired(wall);
  if (!expired) log_.warning("cannot clean state.db", {{"reason", expired.error().message}});
  auto restored = rows_.read_all();
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
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(persist));
  }
  work_.notify_one();
}

void SqliteStore::write_batches() {
  while (true) {
    std::deque<Persist> batch;
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      batch.swap(queue_);
    }
    answer(batch, write_batch(batch));
  }
}

Result<void> SqliteStore::write_batch(const std::deque<Persist>& batch) {
  auto written = execute(database_.get(), "BEGIN IMMEDIATE");
  if (!written) return written;
  for (const Persist& persist : batch) {
    for (const Record& record : persist.records) {
      if (written) written = rows_.write(record);
    }
  }
  if (written) written = execute(database_.get(), "COMMIT");
  // SQLite has rolled back by itself after some errors, a full disk among them.
  if (!written && sqlite3_get_autocommit(database_.get()) == 0) {
    static_cast<void>(execute(database_.get(), "ROLLBACK"));
  }
  return written;
}

void SqliteStore::answer(const std::deque<Persist>& batch, const Result<void>& written) {
  {
    const std::lock_guard lock(mutex_);
    for (const Persist& persist : batch) {
      if (written) {
        answers_.emplace_back(Committed{persist.commit});
      } else {
        answers_.emplace_back(CommitFailed{persist.commit, written.error().message});
      }
    }
    if (!written) failures_.push_back(written.error().message);
  }
  const std::uint64_t one = 1;
  // Fails only when the counter is full: then the loop is about to wake anyway.
  [[maybe_unused]] const ssize_t octets = ::write(wake_.get(), &one, sizeof one);
}

void SqliteStore::deliver_answers() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t octets = ::read(wake_.get(), &count, sizeof count);
  std::vector<Event> answers;
  std::vector<std::string> failures;
  {
    const std::lock_guard lock(mutex_);
    answers.swap(answers_);
    failures.swap(failures_);
  }
  const TimePoint now = loop_.now();
  if (!failures.empty() &&
      (!last_failure_logged_ || now - *last_failure_logged_ >= kFailureLogInterval)) {
    last_failure_logged_ = now;
    log_.write(LogLevel::error, "reg-store", "state cannot be written",
               {{"reason", failures.back()}});
  }
  for (Event& one : answers)
    on_answer_(std::move(one));
}

}  // namespace ringfence::sip_core

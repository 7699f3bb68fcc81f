#include "sip-core/store/call_detail_rows.hpp"

#include <array>
#include <chrono>
#include <span>
#include <utility>

#include "sip-core/store/call_chain.hpp"
#include "sip-core/store/row_fields.hpp"

namespace ringfence::sip_core {
namespace {

constexpr std::size_t kChainedCount = 25;
constexpr std::size_t kMeasuredOfALeg = kMeasuredCount / 2;

std::string add_statement() {
  std::string places = "?,?";
  for (std::size_t i = 0; i < kChainedCount + kMeasuredCount; ++i)
    places += ",?";
  return "INSERT INTO cdr(id, " + std::string(kChainedColumns) + ", " +
         std::string(kMeasuredColumns) + ", hash) VALUES(" + places + ")";
}

// Past rows that somebody has put in by hand too: an id is never used twice.
constexpr std::string_view kReadTail =
    "SELECT max(coalesce((SELECT last_id FROM cdr_chain), 0), coalesce((SELECT max(id) FROM cdr), "
    "0)), coalesce((SELECT last_hash FROM cdr_chain), '')";
constexpr std::string_view kWriteTail =
    "INSERT INTO cdr_chain VALUES(1, ?1, ?2, ?1, ?2) "
    "ON CONFLICT(one) DO UPDATE SET last_id = excluded.last_id, last_hash = excluded.last_hash";
constexpr std::string_view kOldest = "SELECT id, hash, ended FROM cdr ORDER BY id LIMIT ?";
constexpr std::string_view kRemove = "DELETE FROM cdr WHERE id <= ?";
// Rows of before the chain move nothing.
constexpr std::string_view kBeginAfter =
    "UPDATE cdr_chain SET before_id = ?1, before_hash = ?2 WHERE before_id < ?1";

// Binds the row's fields and gathers what is hashed of them.
class ChainedBinder {
 public:
  explicit ChainedBinder(sqlite3_stmt* statement) : binder_(statement) {}
  ChainedBinder& number(std::int64_t value) {
    binder_.number(value);
    fields_.number(value);
    return *this;
  }
  // The text must live until the statement has been stepped.
  ChainedBinder& text(std::string_view value) {
    binder_.text(value);
    fields_.text(value);
    return *this;
  }
  ChainedBinder& nothing() {
    binder_.nothing();
    fields_.nothing();
    return *this;
  }
  void measured(const std::array<std::optional<std::int64_t>, kMeasuredCount>& columns) {
    std::array<std::optional<std::string>, kMeasuredCount> texts;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!columns[i]) {
        binder_.nothing();
        continue;
      }
      binder_.number(*columns[i]);
      texts[i] = std::to_string(*columns[i]);
    }
    fields_.measured(texts);
  }
  const ChainedFields& fields() const { return fields_; }
  void hash(std::string_view value) { binder_.text(value); }

 private:
  Binder binder_;
  ChainedFields fields_;
};

void bind(ChainedBinder& binder, const CallDetailLeg& leg) {
  binder.text(leg.call_id)
      .text(leg.party)
      .text(leg.party.empty() ? std::string_view() : leg_token(leg.transport))
      .text(leg.tls_version)
      .text(leg.tls_cipher)
      .text(leg.tls_peer)
      .text(leg.srtp_suite);
}

std::optional<std::int64_t> milliseconds(const std::optional<std::chrono::microseconds>& time) {
  if (!time) return std::nullopt;
  return std::chrono::round<std::chrono::milliseconds>(*time).count();
}

// As kMeasuredColumns names them.
void measure(const CallDetailLeg& leg,
             std::span<std::optional<std::int64_t>, kMeasuredOfALeg> columns) {
  if (!leg.media) return;
  const MediaQuality& media = *leg.media;
  columns[0] = static_cast<std::int64_t>(media.packets_received);
  if (media.packets_received > 0) columns[1] = static_cast<std::int64_t>(media.packets_lost);
  columns[2] = milliseconds(media.jitter);
  columns[3] = milliseconds(media.round_trip);
}

void bind(ChainedBinder& binder, const CallDetailRecord& record) {
  binder.number(static_cast<std::int64_t>(record.tenant.value))
      .text(record.from)
      .text(record.to)
      .number(to_milliseconds(record.started));
  if (record.answered) {
    binder.number(to_milliseconds(*record.answered));
  } else {
    binder.nothing();
  }
  binder.number(to_milliseconds(record.ended))
      .number(record.status)
      .text(record.cause)
      .text(record.ended_by)
      .number(record.downgraded ? 1 : 0)
      .text(record.allowed_by);
  bind(binder, record.a);
  bind(binder, record.b);
  std::array<std::optional<std::int64_t>, kMeasuredCount> measured;
  const std::span columns(measured);
  measure(record.a, columns.first<kMeasuredOfALeg>());
  measure(record.b, columns.last<kMeasuredOfALeg>());
  binder.measured(measured);
}

}  // namespace

Result<CallDetailRows> CallDetailRows::make(sqlite3* database) {
  CallDetailRows rows(database);
  const std::string add = add_statement();
  const std::pair<StatementPtr*, std::string_view> all[] = {
      {&rows.add_, add},        {&rows.read_tail_, kReadTail}, {&rows.write_tail_, kWriteTail},
      {&rows.oldest_, kOldest}, {&rows.remove_, kRemove},      {&rows.begin_after_, kBeginAfter}};
  for (const auto& [statement, sql] : all) {
    auto prepared = prepare(database, sql);
    if (!prepared) return std::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  return rows;
}

Result<void> CallDetailRows::read_tail() {
  sqlite3_reset(read_tail_.get());
  if (sqlite3_step(read_tail_.get()) != SQLITE_ROW) {
    return sqlite_error(database_, "cannot read the chain of call records");
  }
  RowReader row(read_tail_.get());
  tail_ = Tail{row.number(), row.text()};
  sqlite3_reset(read_tail_.get());
  return {};
}

Result<void> CallDetailRows::add(const CallDetailRecord& record) {
  if (!tail_) {
    if (auto read = read_tail(); !read) return read;
  }
  ChainedBinder binder(add_.get());
  binder.number(tail_->id + 1);
  bind(binder, record);
  const std::string hash = chain_hash(hasher_, tail_->hash, binder.fields());
  binder.hash(hash);
  auto added = step(database_, add_.get());
  if (added) tail_ = Tail{tail_->id + 1, hash};
  return added;
}

Result<void> CallDetailRows::write_tail() {
  Binder(write_tail_.get()).number(tail_->id).text(tail_->hash);
  return step(database_, write_tail_.get());
}

Result<void> CallDetailRows::conclude() {
  if (tail_) {
    if (auto written = write_tail(); !written) return written;
  }
  return remove_some();
}

// Rows are written as calls end. One that says otherwise, for the clock was wrong then, keeps those
// behind it until its own time has come: the chain has no holes.
Result<void> CallDetailRows::remove_some() {
  if (!remove_before_) return {};
  const std::int64_t before = to_milliseconds(*remove_before_);
  Binder(oldest_.get()).number(kRemovedAtOnce);
  Tail last;
  int old = 0;
  while (sqlite3_step(oldest_.get()) == SQLITE_ROW) {
    RowReader row(oldest_.get());
    Tail one{row.number(), row.text()};
    if (row.number() >= before) break;
    last = std::move(one);
    ++old;
  }
  sqlite3_reset(oldest_.get());
  if (old < kRemovedAtOnce) remove_before_.reset();
  return old == 0 ? Result<void>() : remove_up_to(last);
}

Result<void> CallDetailRows::remove_up_to(const Tail& last) {
  Binder(begin_after_.get()).number(last.id).text(last.hash);
  if (auto noted = step(database_, begin_after_.get()); !noted) return noted;
  Binder(remove_.get()).number(last.id);
  return step(database_, remove_.get());
}

}  // namespace ringfence::sip_core

#include "sip-core/store/call_detail_rows.hpp"

#include <utility>

#include "sip-core/store/row_fields.hpp"

namespace ringfence::sip_core {
namespace {

constexpr std::string_view kAdd =
    "INSERT INTO cdr(tenant, from_uri, to_uri, started, answered, ended, status, cause, ended_by, "
    "downgraded, allowed_by, a_call_id, a_party, a_transport, a_tls_version, a_tls_cipher, "
    "a_tls_peer, "
    "a_srtp_suite, b_call_id, b_party, b_transport, b_tls_version, b_tls_cipher, b_tls_peer, "
    "b_srtp_suite) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
// Rows are written as calls end, so the smallest ids are the oldest.
constexpr std::string_view kRemove =
    "DELETE FROM cdr WHERE id IN (SELECT id FROM cdr ORDER BY id LIMIT ?) AND ended < ?";

void bind(Binder& binder, const CallDetailLeg& leg) {
  binder.text(leg.call_id)
      .text(leg.party)
      .text(leg.party.empty() ? std::string_view() : leg_token(leg.transport))
      .text(leg.tls_version)
      .text(leg.tls_cipher)
      .text(leg.tls_peer)
      .text(leg.srtp_suite);
}

}  // namespace

Result<CallDetailRows> CallDetailRows::make(sqlite3* database) {
  CallDetailRows rows(database);
  auto add = prepare(database, kAdd);
  if (!add) return std::unexpected(add.error());
  rows.add_ = std::move(*add);
  auto remove = prepare(database, kRemove);
  if (!remove) return std::unexpected(remove.error());
  rows.remove_ = std::move(*remove);
  return rows;
}

Result<void> CallDetailRows::add(const CallDetailRecord& record) {
  Binder binder(add_.get());
  binder.unsigned_number(record.tenant.value)
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
  return step(database_, add_.get());
}

Result<void> CallDetailRows::remove_some() {
  if (!remove_before_) return {};
  Binder(remove_.get()).number(kRemovedAtOnce).number(to_milliseconds(*remove_before_));
  auto removed = step(database_, remove_.get());
  if (sqlite3_changes(database_) < kRemovedAtOnce) remove_before_.reset();
  return removed;
}

}  // namespace ringfence::sip_core

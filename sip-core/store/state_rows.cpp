#include "sip-core/store/state_rows.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include "sip-core/store/row_fields.hpp"

namespace ringfence::sip_core {
namespace {

constexpr std::string_view kPutBinding =
    "INSERT OR REPLACE INTO bindings(tenant, username, contact, row_instance, instance_id, reg_id, "
    "q, "
    "flow_listener, flow_remote, flow_epoch, flow_number, transport, path, call_id, cseq, "
    "expires, user_agent) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr std::string_view kRemoveBinding =
    "DELETE FROM bindings WHERE tenant = ? AND username = ? AND contact = ? AND reg_id = ? AND "
    "row_instance = ?";
constexpr std::string_view kAcknowledgeCall = "UPDATE calls SET acknowledged = 1 WHERE id = ?";
constexpr std::string_view kEndCall =
    "UPDATE calls SET ended = ?, status = ?, cause = ?, ended_by = ? WHERE id = ?";
constexpr std::string_view kDetailCall = "UPDATE calls SET started = 0 WHERE id = ?";
constexpr std::string_view kRemoveCall = "DELETE FROM calls WHERE id = ?";
constexpr std::string_view kPutInvite =
    "INSERT OR REPLACE INTO pending_invites(id, role, header, flow_listener, flow_remote, "
    "flow_epoch, flow_number, transport, trunk) VALUES(?,?,?,?,?,?,?,?,?)";
constexpr std::string_view kRemoveInvite = "DELETE FROM pending_invites WHERE id = ?";
constexpr std::string_view kPutTrunk =
    "INSERT OR REPLACE INTO trunk_registrations(trunk, contact_user, call_id, cseq) "
    "VALUES(?,?,?,?)";
constexpr std::string_view kPutNonceSecret =
    "INSERT OR REPLACE INTO nonce_secrets(made, secret) VALUES(?,?)";
constexpr std::string_view kRemoveOldSecrets =
    "DELETE FROM nonce_secrets WHERE made NOT IN "
    "(SELECT made FROM nonce_secrets ORDER BY made DESC LIMIT 2)";
constexpr std::string_view kRemoveExpired = "DELETE FROM bindings WHERE expires <= ?";

constexpr std::string_view kWriteCommitted = "UPDATE journal SET committed = ?";
constexpr std::string_view kReadCommitted = "SELECT committed FROM journal";

constexpr std::string_view kReadBindings =
    "SELECT tenant, username, contact, instance_id, reg_id, q, flow_listener, flow_remote, "
    "flow_epoch, flow_number, transport, path, call_id, cseq, expires, user_agent FROM bindings";
// In the order of the columns, as they are written too.
constexpr std::string_view kReadCalls = "SELECT * FROM calls ORDER BY id";
constexpr std::string_view kReadInvites =
    "SELECT id, role, header, flow_listener, flow_remote, flow_epoch, flow_number, transport, "
    "trunk FROM pending_invites";
constexpr std::string_view kReadTrunks =
    "SELECT trunk, contact_user, call_id, cseq FROM trunk_registrations";

constexpr std::string_view kReadNonceSecrets =
    "SELECT made, secret FROM nonce_secrets ORDER BY made";

constexpr std::size_t kColumnsOfCall = 10;  // and those of its two sides
constexpr std::size_t kColumnsOfSide = 29;

std::string put_call_statement() {
  std::string places = "?";
  for (std::size_t i = 1; i < kColumnsOfCall + 2 * kColumnsOfSide; ++i)
    places += ",?";
  return "INSERT OR REPLACE INTO calls VALUES(" + places + ")";
}

// What a row of calls points into while it is written.
class SideColumns {
 public:
  explicit SideColumns(const std::optional<DialogRecord>& dialog) : dialog_(dialog) {
    if (!dialog) return;
    route_set_ = join_list(dialog->route_set);
    flow_.emplace(dialog->flow);
  }
  void bind(Binder& binder) const {
    if (dialog_) return bind(binder, *dialog_);
    for (std::size_t i = 0; i < kColumnsOfSide; ++i)
      binder.nothing();
  }

 private:
  void bind(Binder& binder, const DialogRecord& dialog) const {
    binder.text(dialog.call_id)
        .text(dialog.local_tag)
        .text(dialog.remote_tag)
        .text(dialog.local_uri)
        .text(dialog.remote_uri)
        .text(dialog.remote_target)
        .text(dialog.local_contact)
        .text(route_set_)
        .number(dialog.local_cseq)
        .number(dialog.remote_cseq)
        .number(dialog.secure ? 1 : 0)
        .number(dialog.we_are_uas ? 1 : 0);
    flow_->bind(binder);
    binder.number(static_cast<int>(dialog.transport))
        .unsigned_number(dialog.tenant.value)
        .unsigned_number(dialog.trunk.value)
        .text(dialog.extension)
        .unsigned_number(dialog.lease.value)
        .number(dialog.rtp_port)
        .text(dialog.local_sdp_without_keys)
        .unsigned_number(dialog.sdp_session_id)
        .unsigned_number(dialog.sdp_version)
        .number(dialog.session_interval_s)
        .number(dialog.we_refresh ? 1 : 0)
        .number(to_milliseconds(dialog.session_expires))
        .number(dialog.peer_takes_update ? 1 : 0);
  }

  const std::optional<DialogRecord>& dialog_;
  std::string route_set_;
  std::optional<FlowColumns> flow_;
};

std::optional<DialogRecord> read_side(RowReader& row) {
  if (row.is_nothing()) {
    row.skip(kColumnsOfSide);
    return std::nullopt;
  }
  DialogRecord dialog;
  dialog.call_id = row.text();
  dialog.local_tag = row.text();
  dialog.remote_tag = row.text();
  dialog.local_uri = row.text();
  dialog.remote_uri = row.text();
  dialog.remote_target = row.text();
  dialog.local_contact = row.text();
  dialog.route_set = split_list(row.text());
  dialog.local_cseq = static_cast<std::uint32_t>(row.number());
  dialog.remote_cseq = static_cast<std::uint32_t>(row.number());
  dialog.secure = row.number() != 0;
  dialog.we_are_uas = row.number() != 0;
  dialog.flow = read_flow(row);
  dialog.transport = read_transport(row);
  dialog.tenant = TenantId(row.unsigned_number());
  dialog.trunk = TrunkId(row.unsigned_number());
  dialog.extension = row.text();
  dialog.lease = LeaseId(row.unsigned_number());
  dialog.rtp_port = static_cast<Port>(row.number());
  dialog.local_sdp_without_keys = row.text();
  dialog.sdp_session_id = row.unsigned_number();
  dialog.sdp_version = row.unsigned_number();
  dialog.session_interval_s = static_cast<std::uint32_t>(row.number());
  dialog.we_refresh = row.number() != 0;
  dialog.session_expires = from_milliseconds(row.number());
  dialog.peer_takes_update = row.number() != 0;
  return dialog;
}

// The text must live until the statement has been stepped.
void bind_over(Binder& binder, const CallOver& over) {
  binder.number(to_milliseconds(over.ended))
      .number(over.status)
      .text(over.cause)
      .text(over.ended_by);
}

CallOver read_over(RowReader& row) {
  CallOver over;
  over.ended = from_milliseconds(row.number());
  over.status = static_cast<std::uint16_t>(row.number());
  over.cause = row.text();
  over.ended_by = row.text();
  return over;
}

// Calls `take` with every row of the query.
template <typename Take>
Result<void> for_each_row(sqlite3* database, std::string_view sql, Take take) {
  auto statement = prepare(database, sql);
  if (!statement) return std::unexpected(statement.error());
  int status = SQLITE_ROW;
  while ((status = sqlite3_step(statement->get())) == SQLITE_ROW) {
    RowReader row(statement->get());
    take(row);
  }
  if (status != SQLITE_DONE) return sqlite_error(database, "cannot read state.db");
  return {};
}

}  // namespace

Result<StateRows> StateRows::make(sqlite3* database) {
  auto call_details = CallDetailRows::make(database);
  if (!call_details) return std::unexpected(call_details.error());
  StateRows rows(database, std::move(*call_details));
  auto prepared = rows.prepare_all();
  if (!prepared) return std::unexpected(prepared.error());
  return rows;
}

Result<void> StateRows::prepare_all() {
  const std::string put_call = put_call_statement();
  const std::pair<StatementPtr*, std::string_view> all[] = {
      {&begin_, "BEGIN IMMEDIATE"},
      {&commit_, "COMMIT"},
      {&put_binding_, kPutBinding},
      {&remove_binding_, kRemoveBinding},
      {&put_call_, put_call},
      {&remove_call_, kRemoveCall},
      {&put_trunk_, kPutTrunk},
      {&remove_expired_, kRemoveExpired},
      {&put_nonce_secret_, kPutNonceSecret},
      {&remove_old_secrets_, kRemoveOldSecrets},
      {&put_invite_, kPutInvite},
      {&remove_invite_, kRemoveInvite},
      {&acknowledge_call_, kAcknowledgeCall},
      {&end_call_, kEndCall},
      {&detail_call_, kDetailCall},
      {&write_committed_, kWriteCommitted}};
  for (const auto& [statement, sql] : all) {
    auto prepared = prepare(database_, sql);
    if (!prepared) return std::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  return {};
}

Result<void> StateRows::write(const Record& record) {
  return std::visit([this](const auto& one) { return write_one(one); }, record);
}

Result<void> StateRows::write_one(const BindingRecord& record) {
  const std::string path = join_list(record.path);
  const FlowColumns flow(record.flow);
  Binder binder(put_binding_.get());
  binder.unsigned_number(record.tenant.value)
      .text(record.username)
      .text(record.contact)
      .text(record.reg_id == 0 ? std::string_view() : record.instance_id)
      .text(record.instance_id)
      .number(record.reg_id)
      .number(record.q);
  flow.bind(binder);
  binder.number(static_cast<int>(record.transport))
      .text(path)
      .text(record.call_id)
      .number(record.cseq)
      .number(to_milliseconds(record.expires))
      .text(record.user_agent);
  return step(put_binding_.get());
}

Result<void> StateRows::write_one(const BindingRemoved& record) {
  Binder(remove_binding_.get())
      .unsigned_number(record.tenant.value)
      .text(record.username)
      .text(record.contact)
      .number(record.reg_id)
      .text(record.instance_id);
  return step(remove_binding_.get());
}

Result<void> StateRows::write_one(const CallRecord& record) {
  const CallOver over = record.over.value_or(CallOver{});
  const SideColumns a(record.a);
  const SideColumns b(record.b);
  Binder binder(put_call_.get());
  binder.unsigned_number(record.id.value)
      .number(record.worker.value)
      .unsigned_number(record.session.value)
      .number(to_milliseconds(record.started))
      .number(to_milliseconds(record.answered))
      .number(record.acknowledged ? 1 : 0);
  bind_over(binder, over);
  a.bind(binder);
  b.bind(binder);
  return step(put_call_.get());
}

Result<void> StateRows::write_one(const CallAcknowledged& record) {
  Binder(acknowledge_call_.get()).unsigned_number(record.id.value);
  return step(acknowledge_call_.get());
}

Result<void> StateRows::write_one(const CallOver& record) {
  Binder binder(end_call_.get());
  bind_over(binder, record);
  binder.unsigned_number(record.id.value);
  return step(end_call_.get());
}

Result<void> StateRows::write_one(const CallDetailed& record) {
  Binder(detail_call_.get()).unsigned_number(record.id.value);
  return step(detail_call_.get());
}

Result<void> StateRows::write_one(const PendingInviteRecord& record) {
  const FlowColumns flow(record.flow);
  Binder binder(put_invite_.get());
  binder.unsigned_number(record.id.value).number(static_cast<int>(record.role)).text(record.header);
  flow.bind(binder);
  binder.number(static_cast<int>(record.transport)).unsigned_number(record.trunk.value);
  return step(put_invite_.get());
}

Result<void> StateRows::write_one(const PendingInviteRemoved& record) {
  Binder(remove_invite_.get()).unsigned_number(record.id.value);
  return step(remove_invite_.get());
}

Result<void> StateRows::write_one(const CallRemoved& record) {
  Binder(remove_call_.get()).unsigned_number(record.id.value);
  return step(remove_call_.get());
}

Result<void> StateRows::write_one(const TrunkRegistrationRecord& record) {
  Binder(put_trunk_.get())
      .unsigned_number(record.trunk.value)
      .text(record.contact_user)
      .text(record.call_id)
      .number(record.cseq);
  return step(put_trunk_.get());
}

Result<void> StateRows::write_one(const NonceSecretRecord& record) {
  Binder(put_nonce_secret_.get())
      .number(to_milliseconds(record.made))
      .octets(record.secret->bytes());
  auto written = step(put_nonce_secret_.get());
  if (!written) return written;
  Binder(remove_old_secrets_.get());
  return step(remove_old_secrets_.get());
}

Result<void> StateRows::remove_expired(WallTime wall) {
  Binder(remove_expired_.get()).number(to_milliseconds(wall));
  return step(remove_expired_.get());
}

Result<void> StateRows::write_committed(std::uint64_t sequence) {
  Binder(write_committed_.get()).unsigned_number(sequence);
  return step(write_committed_.get());
}

Result<std::uint64_t> StateRows::read_committed() {
  std::uint64_t sequence = 0;
  auto read = for_each_row(database_, kReadCommitted,
                           [&](RowReader& row) { sequence = row.unsigned_number(); });
  if (!read) return std::unexpected(read.error());
  return sequence;
}

Result<Restored> StateRows::read_all() {
  Restored restored;
  auto read = read_bindings(restored);
  if (read) read = read_calls(restored);
  if (read) read = read_invites(restored);
  if (read) read = read_trunks(restored);
  if (read) read = read_nonce_secrets(restored);
  if (!read) return std::unexpected(read.error());
  return restored;
}

Result<void> StateRows::read_bindings(Restored& restored) {
  return for_each_row(database_, kReadBindings, [&](RowReader& row) {
    BindingRecord record;
    record.tenant = TenantId(row.unsigned_number());
    record.username = row.text();
    record.contact = row.text();
    record.instance_id = row.text();
    record.reg_id = static_cast<std::uint32_t>(row.number());
    record.q = static_cast<std::uint16_t>(row.number());
    record.flow = read_flow(row);
    record.transport = read_transport(row);
    record.path = split_list(row.text());
    record.call_id = row.text();
    record.cseq = static_cast<std::uint32_t>(row.number());
    record.expires = from_milliseconds(row.number());
    record.user_agent = row.text();
    restored.bindings.push_back(std::move(record));
  });
}

Result<void> StateRows::read_calls(Restored& restored) {
  return for_each_row(database_, kReadCalls, [&](RowReader& row) {
    CallRecord call;
    call.id = RecordId(row.unsigned_number());
    call.worker = WorkerIndex(static_cast<std::uint32_t>(row.number()));
    call.session = SessionId(row.unsigned_number());
    call.started = from_milliseconds(row.number());
    call.answered = from_milliseconds(row.number());
    call.acknowledged = row.number() != 0;
    CallOver over = read_over(row);
    if (over.ended != WallTime{}) call.over = std::move(over);
    call.a = read_side(row);
    call.b = read_side(row);
    restored.calls.push_back(std::move(call));
  });
}

Result<void> StateRows::read_invites(Restored& restored) {
  return for_each_row(database_, kReadInvites, [&](RowReader& row) {
    PendingInviteRecord record;
    record.id = RecordId(row.unsigned_number());
    record.role = row.number() == 0 ? InviteRole::ours : InviteRole::theirs;
    record.header = row.text();
    record.flow = read_flow(row);
    record.transport = read_transport(row);
    record.trunk = TrunkId(row.unsigned_number());
    restored.invites.push_back(std::move(record));
  });
}

Result<void> StateRows::read_trunks(Restored& restored) {
  return for_each_row(database_, kReadTrunks, [&](RowReader& row) {
    TrunkRegistrationRecord record;
    record.trunk = TrunkId(row.unsigned_number());
    record.contact_user = row.text();
    record.call_id = row.text();
    record.cseq = static_cast<std::uint32_t>(row.number());
    restored.trunks.push_back(std::move(record));
  });
}

Result<void> StateRows::read_nonce_secrets(Restored& restored) {
  constexpr std::size_t kLeastSecret = 32;
  return for_each_row(database_, kReadNonceSecrets, [&](RowReader& row) {
    const WallTime made = from_milliseconds(row.number());
    auto secret = std::make_shared<const SecretBytes>(row.secret());
    if (secret->size() < kLeastSecret) return;
    restored.nonce_secrets.push_back({made, std::move(secret)});
  });
}

}  // namespace ringfence::sip_core

#include "supervisor/config/snapshot.hpp"

namespace ringfence::supervisor {
namespace {

constexpr std::size_t kLengthOctets = 4;

void append_message(std::string& out, const proto::FromSupervisor& message) {
  const std::string body = message.SerializeAsString();
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(body.size() >> shift & 0xff));
  }
  out += body;
}

// Every table in turn, as SnapshotRows made by its own setter.
template <typename Rows, typename Assign>
void emit(const Rows& rows, Assign assign,
          const std::function<void(const proto::SnapshotRow&)>& take) {
  proto::SnapshotRow out;
  for (const auto& row : rows) {
    assign(out, row);
    take(out);
  }
}

void emit_call_rows(const Config& config,
                    const std::function<void(const proto::SnapshotRow&)>& take) {
  using Row = proto::SnapshotRow;
  emit(config.tenants, [](Row& out, const auto& row) { *out.mutable_tenant() = row; }, take);
  emit(config.trunks, [](Row& out, const auto& row) { *out.mutable_trunk() = row; }, take);
  emit(config.extensions, [](Row& out, const auto& row) { *out.mutable_extension() = row; }, take);
  emit(config.groups, [](Row& out, const auto& row) { *out.mutable_group() = row; }, take);
  emit(
      config.group_members, [](Row& out, const auto& row) { *out.mutable_group_member() = row; },
      take);
  emit(config.dids, [](Row& out, const auto& row) { *out.mutable_did() = row; }, take);
  emit(config.routes, [](Row& out, const auto& row) { *out.mutable_route() = row; }, take);
  emit(config.acl_rules, [](Row& out, const auto& row) { *out.mutable_acl_rule() = row; }, take);
}

void take_row(proto::SnapshotRow& row, Config& config) {
  switch (row.row_case()) {
    case proto::SnapshotRow::kSetting:
      config.settings.push_back(std::move(*row.mutable_setting()));
      return;
    case proto::SnapshotRow::kTenant:
      config.tenants.push_back(std::move(*row.mutable_tenant()));
      return;
    case proto::SnapshotRow::kListener:
      config.listeners.push_back(std::move(*row.mutable_listener()));
      return;
    case proto::SnapshotRow::kTrunk:
      config.trunks.push_back(std::move(*row.mutable_trunk()));
      return;
    case proto::SnapshotRow::kExtension:
      config.extensions.push_back(std::move(*row.mutable_extension()));
      return;
    case proto::SnapshotRow::kGroup:
      config.groups.push_back(std::move(*row.mutable_group()));
      return;
    case proto::SnapshotRow::kGroupMember:
      config.group_members.push_back(std::move(*row.mutable_group_member()));
      return;
    case proto::SnapshotRow::kDid:
      config.dids.push_back(std::move(*row.mutable_did()));
      return;
    case proto::SnapshotRow::kRoute:
      config.routes.push_back(std::move(*row.mutable_route()));
      return;
    case proto::SnapshotRow::kAclRule:
      config.acl_rules.push_back(std::move(*row.mutable_acl_rule()));
      return;
    case proto::SnapshotRow::ROW_NOT_SET:
      return;  // a row of a later version
  }
}

// The next message; nullopt: the octets end in the middle of it or do not decode.
bool next_message(std::string_view& octets, proto::FromSupervisor& message) {
  if (octets.size() < kLengthOctets) return false;
  std::size_t size = 0;
  for (std::size_t i = 0; i < kLengthOctets; ++i)
    size = size << 8 | static_cast<std::uint8_t>(octets[i]);
  octets.remove_prefix(kLengthOctets);
  if (size > octets.size()) return false;
  const bool decoded = message.ParseFromArray(octets.data(), static_cast<int>(size));
  octets.remove_prefix(size);
  return decoded;
}

}  // namespace

bool needs_snapshot(proto::ProcessKind kind) {
  return kind == proto::SIP_CORE || kind == proto::TLS_FRONT || kind == proto::MEDIA_WORKER;
}

void for_each_row(const Config& config, proto::ProcessKind kind,
                  const std::function<void(const proto::SnapshotRow&)>& take) {
  using Row = proto::SnapshotRow;
  if (!needs_snapshot(kind)) return;
  emit(
      config.settings, [](Row& out, const auto& row) { *out.mutable_setting() = row; },
      [&](const Row& row) {
        // The collector's password is nobody else's business.
        const bool secret = row.setting().key() == "hep_password";
        if (!secret || kind == proto::SIP_CORE) take(row);
      });
  if (kind == proto::MEDIA_WORKER) return;
  emit(config.listeners, [](Row& out, const auto& row) { *out.mutable_listener() = row; }, take);
  if (kind == proto::SIP_CORE) emit_call_rows(config, take);
}

std::string serialize_snapshot(const Snapshot& snapshot) {
  std::string out;
  proto::FromSupervisor message;
  message.mutable_snapshot_begin()->set_revision(snapshot.revision);
  append_message(out, message);
  for_each_row(snapshot.config, proto::SIP_CORE, [&](const proto::SnapshotRow& row) {
    *message.mutable_snapshot_row() = row;
    append_message(out, message);
  });
  message.mutable_snapshot_commit()->set_revision(snapshot.revision);
  append_message(out, message);
  return out;
}

Result<Snapshot> parse_snapshot(std::string_view octets) {
  Snapshot snapshot;
  proto::FromSupervisor message;
  if (!next_message(octets, message) || !message.has_snapshot_begin()) {
    return fail("it does not begin as a snapshot");
  }
  snapshot.revision = message.snapshot_begin().revision();
  while (next_message(octets, message)) {
    if (message.has_snapshot_row()) {
      take_row(*message.mutable_snapshot_row(), snapshot.config);
    } else if (message.has_snapshot_commit() &&
               message.snapshot_commit().revision() == snapshot.revision) {
      return snapshot;
    } else {
      return fail("it holds something else than rows");
    }
  }
  return fail("it is cut short");
}

bool same_rows(const Config& a, const Config& b) {
  return serialize_snapshot({0, a}) == serialize_snapshot({0, b});
}

}  // namespace ringfence::supervisor

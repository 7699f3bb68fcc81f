// The form of state.db, told apart by SQLite's user_version. The version before is brought
// up to date in place; of any other nothing is guessed: it counts as unreadable.
#pragma once

namespace ringfence::sip_core {

inline constexpr int kStateVersion = 2;

// A 64-bit identifier is kept as SQLite's signed integer with the same bits; times are UTC in
// milliseconds; lists are joined by newlines, which no header value contains.
inline constexpr const char* kCreateState = R"sql(
BEGIN IMMEDIATE;
CREATE TABLE bindings(
  tenant INTEGER NOT NULL, username TEXT NOT NULL, contact TEXT NOT NULL,
  row_instance TEXT NOT NULL, instance_id TEXT NOT NULL, reg_id INTEGER NOT NULL,
  q INTEGER NOT NULL,
  flow_listener INTEGER NOT NULL, flow_remote TEXT NOT NULL,
  flow_epoch INTEGER NOT NULL, flow_number INTEGER NOT NULL, transport INTEGER NOT NULL,
  path TEXT NOT NULL, call_id TEXT NOT NULL, cseq INTEGER NOT NULL, expires INTEGER NOT NULL,
  user_agent TEXT NOT NULL,
  PRIMARY KEY(tenant, username, contact, reg_id, row_instance)) WITHOUT ROWID;
CREATE TABLE calls(
  id TEXT NOT NULL PRIMARY KEY, worker INTEGER NOT NULL, session INTEGER NOT NULL,
  started INTEGER NOT NULL, answered INTEGER NOT NULL, acknowledged INTEGER NOT NULL)
  WITHOUT ROWID;
CREATE TABLE pending_invites(
  id TEXT NOT NULL PRIMARY KEY, role INTEGER NOT NULL, header TEXT NOT NULL,
  flow_listener INTEGER NOT NULL, flow_remote TEXT NOT NULL,
  flow_epoch INTEGER NOT NULL, flow_number INTEGER NOT NULL, transport INTEGER NOT NULL,
  trunk INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE dialogs(
  call TEXT NOT NULL, side INTEGER NOT NULL,
  call_id TEXT NOT NULL, local_tag TEXT NOT NULL, remote_tag TEXT NOT NULL,
  local_uri TEXT NOT NULL, remote_uri TEXT NOT NULL, remote_target TEXT NOT NULL,
  local_contact TEXT NOT NULL, route_set TEXT NOT NULL,
  local_cseq INTEGER NOT NULL, remote_cseq INTEGER NOT NULL,
  secure INTEGER NOT NULL, we_are_uas INTEGER NOT NULL,
  flow_listener INTEGER NOT NULL, flow_remote TEXT NOT NULL,
  flow_epoch INTEGER NOT NULL, flow_number INTEGER NOT NULL, transport INTEGER NOT NULL,
  tenant INTEGER NOT NULL, trunk INTEGER NOT NULL, extension TEXT NOT NULL,
  lease INTEGER NOT NULL, rtp_port INTEGER NOT NULL, sdp TEXT NOT NULL,
  sdp_session_id INTEGER NOT NULL, sdp_version INTEGER NOT NULL,
  session_interval INTEGER NOT NULL, we_refresh INTEGER NOT NULL,
  session_expires INTEGER NOT NULL, peer_takes_update INTEGER NOT NULL,
  PRIMARY KEY(call, side)) WITHOUT ROWID;
CREATE TABLE cdr(
  id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL,
  from_uri TEXT NOT NULL, to_uri TEXT NOT NULL,
  started INTEGER NOT NULL, answered INTEGER, ended INTEGER NOT NULL,
  status INTEGER NOT NULL, cause TEXT NOT NULL, ended_by TEXT NOT NULL,
  downgraded INTEGER NOT NULL, allowed_by TEXT NOT NULL,
  a_call_id TEXT NOT NULL, a_party TEXT NOT NULL, a_transport TEXT NOT NULL,
  a_tls_version TEXT NOT NULL, a_tls_cipher TEXT NOT NULL, a_tls_peer TEXT NOT NULL,
  a_srtp_suite TEXT NOT NULL,
  b_call_id TEXT NOT NULL, b_party TEXT NOT NULL, b_transport TEXT NOT NULL,
  b_tls_version TEXT NOT NULL, b_tls_cipher TEXT NOT NULL, b_tls_peer TEXT NOT NULL,
  b_srtp_suite TEXT NOT NULL);
CREATE TABLE trunk_registrations(
  trunk INTEGER NOT NULL PRIMARY KEY, contact_user TEXT NOT NULL, call_id TEXT NOT NULL,
  cseq INTEGER NOT NULL);
CREATE TABLE nonce_secrets(made INTEGER NOT NULL PRIMARY KEY, secret BLOB NOT NULL);
PRAGMA user_version = 2;
COMMIT;
)sql";

// From version 1, which had no cdr.allowed_by.
inline constexpr const char* kUpgradeState = R"sql(
BEGIN IMMEDIATE;
ALTER TABLE cdr ADD COLUMN allowed_by TEXT NOT NULL DEFAULT '';
PRAGMA user_version = 2;
COMMIT;
)sql";

}  // namespace ringfence::sip_core

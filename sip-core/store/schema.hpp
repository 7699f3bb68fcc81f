// The form of state.db, told apart by SQLite's user_version. An earlier version is brought up to
// date in place, a later one is refused (F032).
#pragma once

#include <array>

namespace ringfence::sip_core {

inline constexpr int kStateVersion = 4;

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
  b_srtp_suite TEXT NOT NULL, hash TEXT NOT NULL,
  a_packets_received INTEGER, a_packets_lost INTEGER, a_jitter_ms INTEGER, a_rtt_ms INTEGER,
  b_packets_received INTEGER, b_packets_lost INTEGER, b_jitter_ms INTEGER, b_rtt_ms INTEGER);
CREATE TABLE cdr_chain(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  before_id INTEGER NOT NULL, before_hash TEXT NOT NULL,
  last_id INTEGER NOT NULL, last_hash TEXT NOT NULL);
INSERT INTO cdr_chain VALUES(1, 0, '', 0, '');
CREATE TABLE trunk_registrations(
  trunk INTEGER NOT NULL PRIMARY KEY, contact_user TEXT NOT NULL, call_id TEXT NOT NULL,
  cseq INTEGER NOT NULL);
CREATE TABLE nonce_secrets(made INTEGER NOT NULL PRIMARY KEY, secret BLOB NOT NULL);
PRAGMA user_version = 4;
COMMIT;
)sql";

// From version 1 to 2, from 2 to 3, and so on.
inline constexpr std::array<const char*, kStateVersion - 1> kUpgradeState = {
    R"sql(
BEGIN IMMEDIATE;
ALTER TABLE cdr ADD COLUMN allowed_by TEXT NOT NULL DEFAULT '';
PRAGMA user_version = 2;
COMMIT;
)sql",
    // Rows of before the chain have no hash; it begins after them.
    R"sql(
BEGIN IMMEDIATE;
ALTER TABLE cdr ADD COLUMN hash TEXT NOT NULL DEFAULT '';
CREATE TABLE cdr_chain(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  before_id INTEGER NOT NULL, before_hash TEXT NOT NULL,
  last_id INTEGER NOT NULL, last_hash TEXT NOT NULL);
INSERT INTO cdr_chain SELECT 1, coalesce(max(id), 0), '', coalesce(max(id), 0), '' FROM cdr;
PRAGMA user_version = 3;
COMMIT;
)sql",
    R"sql(
BEGIN IMMEDIATE;
ALTER TABLE cdr ADD COLUMN a_packets_received INTEGER;
ALTER TABLE cdr ADD COLUMN a_packets_lost INTEGER;
ALTER TABLE cdr ADD COLUMN a_jitter_ms INTEGER;
ALTER TABLE cdr ADD COLUMN a_rtt_ms INTEGER;
ALTER TABLE cdr ADD COLUMN b_packets_received INTEGER;
ALTER TABLE cdr ADD COLUMN b_packets_lost INTEGER;
ALTER TABLE cdr ADD COLUMN b_jitter_ms INTEGER;
ALTER TABLE cdr ADD COLUMN b_rtt_ms INTEGER;
PRAGMA user_version = 4;
COMMIT;
)sql"};

}  // namespace ringfence::sip_core

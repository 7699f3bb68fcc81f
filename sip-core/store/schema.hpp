// The form of state.db, told apart by SQLite's user_version. An earlier version is brought up to
// date in place, a later one is refused (F032).
#pragma once

#include <array>

namespace ringfence::sip_core {

inline constexpr int kStateVersion = 5;

// The columns of one side of a call: the names behind `of`, then the type of a text or number.
// clang-format off
// NOLINTBEGIN(bugprone-macro-parentheses)
#define RINGFENCE_SIDE_COLUMNS(of, text, number) \
  of "call_id" text ", " of "local_tag" text ", " of "remote_tag" text ", " \
  of "local_uri" text ", " of "remote_uri" text ", " of "remote_target" text ", " \
  of "local_contact" text ", " of "route_set" text ", " of "local_cseq" number ", " \
  of "remote_cseq" number ", " of "secure" number ", " of "we_are_uas" number ", " \
  of "flow_listener" number ", " of "flow_remote" text ", " \
  of "flow_epoch" number ", " of "flow_number" number ", " of "transport" number ", " \
  of "tenant" number ", " of "trunk" number ", " of "extension" text ", " \
  of "lease" number ", " of "rtp_port" number ", " of "sdp" text ", " \
  of "sdp_session_id" number ", " of "sdp_version" number ", " \
  of "session_interval" number ", " of "we_refresh" number ", " \
  of "session_expires" number ", " of "peer_takes_update" number
// NOLINTEND(bugprone-macro-parentheses)
// clang-format on

// Rows come and go at the end of these tables, for their numbers rise: a commit writes few pages. A
// side that another call has now is NULL.
// clang-format off
#define RINGFENCE_CALL_COLUMNS                                                           \
  "id INTEGER PRIMARY KEY, worker INTEGER NOT NULL, session INTEGER NOT NULL, "          \
  "started INTEGER NOT NULL, answered INTEGER NOT NULL, acknowledged INTEGER NOT NULL, " \
  "ended INTEGER NOT NULL, status INTEGER NOT NULL, cause TEXT NOT NULL, "               \
  "ended_by TEXT NOT NULL, "                                                             \
  RINGFENCE_SIDE_COLUMNS("a_", " TEXT", " INTEGER") ", "                                 \
  RINGFENCE_SIDE_COLUMNS("b_", " TEXT", " INTEGER")
// clang-format on
#define RINGFENCE_INVITE_COLUMNS                                                             \
  "id INTEGER PRIMARY KEY, role INTEGER NOT NULL, header TEXT NOT NULL, "                    \
  "flow_listener INTEGER NOT NULL, flow_remote TEXT NOT NULL, flow_epoch INTEGER NOT NULL, " \
  "flow_number INTEGER NOT NULL, transport INTEGER NOT NULL, trunk INTEGER NOT NULL"

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
CREATE TABLE calls()sql" RINGFENCE_CALL_COLUMNS R"sql();
CREATE TABLE pending_invites()sql" RINGFENCE_INVITE_COLUMNS R"sql();
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
CREATE TABLE journal(
  one INTEGER PRIMARY KEY CHECK (one = 1), committed INTEGER NOT NULL);
INSERT INTO journal VALUES(1, 0);
PRAGMA user_version = 5;
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
)sql",
    // Calls and their two dialogs were rows of three, found by random text.
    R"sql(
BEGIN IMMEDIATE;
ALTER TABLE calls RENAME TO old_calls;
ALTER TABLE pending_invites RENAME TO old_invites;
CREATE TABLE calls()sql" RINGFENCE_CALL_COLUMNS R"sql();
CREATE TABLE pending_invites()sql" RINGFENCE_INVITE_COLUMNS R"sql();
INSERT INTO calls SELECT row_number() OVER (ORDER BY c.started), c.worker, c.session, c.started,
  c.answered, c.acknowledged, 0, 0, '', '', )sql" RINGFENCE_SIDE_COLUMNS(
        "a.", "", "") ", " RINGFENCE_SIDE_COLUMNS("b.", "", "") R"sql(
  FROM old_calls c LEFT JOIN dialogs a ON a.call = c.id AND a.side = 0
  LEFT JOIN dialogs b ON b.call = c.id AND b.side = 1;
INSERT INTO pending_invites SELECT (SELECT count(*) FROM calls) + row_number() OVER (), role,
  header, flow_listener, flow_remote, flow_epoch, flow_number, transport, trunk FROM old_invites;
DROP TABLE dialogs;
DROP TABLE old_calls;
DROP TABLE old_invites;
CREATE TABLE journal(
  one INTEGER PRIMARY KEY CHECK (one = 1), committed INTEGER NOT NULL);
INSERT INTO journal VALUES(1, 0);
PRAGMA user_version = 5;
COMMIT;
)sql"};

}  // namespace ringfence::sip_core

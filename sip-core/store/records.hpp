// Records: what sip-core keeps in state.db, as values. Engines emit them, the store writes them in
// group commits and reads them back at the start. Times are UTC. SRTP keys never appear here.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/clock.hpp"
#include "runtime/secret.hpp"
#include "sip-core/engine/flow.hpp"

namespace ringfence::sip_core {

// One contact of an address of record (RFC 3261 §10).
struct BindingRecord {
  TenantId tenant;
  std::string username;
  std::string contact;      // the URI as registered
  std::string instance_id;  // +sip.instance, empty when none
  std::uint32_t reg_id = 0;
  std::uint16_t q = 1000;  // preference in thousandths
  Flow flow;               // the connection or UDP path that it registered over
  TransportKind transport = TransportKind::udp;
  std::vector<std::string> path;
  std::string call_id;
  std::uint32_t cseq = 0;
  WallTime expires;
  std::string user_agent;
  auto operator<=>(const BindingRecord&) const = default;
};
// Names a binding's row. With outbound one contact may stand over several flows (RFC 5626 §6).
struct BindingRemoved {
  TenantId tenant;
  std::string username;
  std::string contact;
  std::string instance_id;  // of a binding with reg_id, else empty
  std::uint32_t reg_id = 0;
  auto operator<=>(const BindingRemoved&) const = default;
};
inline BindingRemoved row_of(const BindingRecord& binding) {
  return {binding.tenant, binding.username, binding.contact,
          binding.reg_id == 0 ? std::string() : binding.instance_id, binding.reg_id};
}
inline bool is_same_row(const BindingRecord& binding, const BindingRemoved& row) {
  return binding.contact == row.contact && binding.reg_id == row.reg_id &&
         (row.reg_id == 0 || binding.instance_id == row.instance_id);
}

// One side of a call: its dialog (RFC 3261 §12) and its half of the media.
struct DialogRecord {
  std::string call_id;
  std::string local_tag;
  std::string remote_tag;
  std::string local_uri;  // the From/To value that we present, with display name
  std::string remote_uri;
  std::string remote_target;
  std::string local_contact;
  std::vector<std::string> route_set;
  std::uint32_t local_cseq = 0;
  std::uint32_t remote_cseq = 0;
  Flow flow;
  TenantId tenant;
  TrunkId trunk;          // value 0: the peer is an extension
  std::string extension;  // empty: the peer is a trunk
  LeaseId lease;
  std::string local_sdp_without_keys;
  std::uint64_t sdp_session_id = 0;
  std::uint64_t sdp_version = 0;
  WallTime session_expires;
  std::uint32_t session_interval_s = 0;  // RFC 4028; 0: the leg has no session timer
  Port rtp_port = 0;
  TransportKind transport = TransportKind::udp;
  bool secure = false;  // began with sips:
  bool we_are_uas = false;
  bool we_refresh = false;
  bool peer_takes_update = false;  // RFC 3311
};
// How a call ended that is still in the state for a BYE without an answer, or for want of its
// detail record.
struct CallOver {
  RecordId id;
  WallTime ended;
  std::uint16_t status = 0;  // this and what follows as in the detail record
  std::string cause;
  std::string ended_by;
};
struct CallRecord {
  RecordId id;
  std::optional<DialogRecord> a;  // the caller's side; absent: another call has it now, and
  std::optional<DialogRecord> b;  // only the other side still waits for its BYE
  WorkerIndex worker;
  SessionId session;
  WallTime started;
  WallTime answered;
  bool acknowledged = false;  // the ACK to our 200 has come
  std::optional<CallOver> over;
};
struct CallAcknowledged {
  RecordId id;
};
// Its detail record is written; only a BYE is still to be answered.
struct CallDetailed {
  RecordId id;
};
struct CallRemoved {
  RecordId id;
};

// An INVITE without its final response: enough to end it after a restart, CANCEL for one of ours,
// 503 for one that came to us over UDP. A stream's is kept by tls-front.
enum class InviteRole : std::uint8_t { ours, theirs };
struct PendingInviteRecord {
  RecordId id;
  InviteRole role = InviteRole::ours;
  std::string header;  // the fields that tell it from others; no body and no credentials
  Flow flow;           // where it went, or came from
  TransportKind transport = TransportKind::udp;
  TrunkId trunk;  // value 0: an extension's
};
struct PendingInviteRemoved {
  RecordId id;
};

// What was measured of the media that one side sent, and of the way to it and back.
struct MediaQuality {
  std::uint64_t packets_received = 0;
  std::uint64_t packets_lost = 0;  // on the way to us, by sequence number
  std::optional<std::chrono::microseconds> jitter;
  std::optional<std::chrono::microseconds> round_trip;
};
// One side of a call detail record: who it was and what its leg used. No keys.
struct CallDetailLeg {
  std::string call_id;
  std::string party;  // "trunk:LABEL" or "ext:USERNAME"; empty: the call reached nobody
  TransportKind transport = TransportKind::udp;
  std::string tls_version;  // empty for UDP and TCP, and where the connection is gone
  std::string tls_cipher;
  std::string tls_peer;               // the first verified name of its certificate
  std::string srtp_suite;             // empty: plain RTP, or no media
  std::optional<MediaQuality> media;  // absent: no media worker told
};
// What is left of a call once it has ended.
struct CallDetailRecord {
  TenantId tenant;
  std::string from;  // the caller's URI
  std::string to;    // the URI that was called
  CallDetailLeg a;   // the caller's side
  CallDetailLeg b;
  WallTime started;
  std::optional<WallTime> answered;
  WallTime ended;
  std::uint16_t status = 0;  // of the final response; of a call of ours that broke, what it means
  std::string cause;         // "bye", "cancel", "refused", or a name of ours
  std::string ended_by;      // "caller", "callee" or "us"
  bool downgraded = false;   // one leg secure, the other not
  std::string allowed_by;    // which settings let a leg be less protected than the other; or empty
};
// Call detail records that ended before then may go.
struct CallDetailsExpired {
  WallTime before;
};

// So that a restart keeps the Contact user part, the Call-ID and the CSeq that the carrier knows.
struct TrunkRegistrationRecord {
  TrunkId trunk;
  std::string contact_user;
  std::string call_id;
  std::uint32_t cseq = 0;
};

// What digest nonces are made with, so that a challenge outlives the process that sent it. The
// last two are kept.
struct NonceSecretRecord {
  WallTime made;
  std::shared_ptr<const SecretBytes> secret;  // shared: records are copied, key material is not
};

// For records that are large beside the others: these are moved about far more often than read. A
// value like them: a copy is a record of its own.
template <typename T>
class OnHeap {
 public:
  OnHeap(T record) : record_(std::make_unique<T>(std::move(record))) {}
  OnHeap(const OnHeap& other) : OnHeap(*other.record_) {}
  OnHeap(OnHeap&&) noexcept = default;
  OnHeap& operator=(OnHeap other) noexcept {
    record_ = std::move(other.record_);
    return *this;
  }
  ~OnHeap() = default;

  operator const T&() const { return *record_; }
  T* operator->() { return record_.get(); }
  const T* operator->() const { return record_.get(); }

 private:
  std::unique_ptr<T> record_;  // empty only where it was moved from
};

using Record = std::variant<BindingRecord, BindingRemoved, OnHeap<CallRecord>, CallAcknowledged,
                            CallOver, CallDetailed, CallRemoved, PendingInviteRecord,
                            PendingInviteRemoved, OnHeap<CallDetailRecord>, CallDetailsExpired,
                            TrunkRegistrationRecord, NonceSecretRecord>;

}  // namespace ringfence::sip_core

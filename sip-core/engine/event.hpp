// Event: everything that can happen to the engine, as values. The shell makes them; simulations
// too. Timers are no events: the engine owns its wheel, says when it wants to be woken, and is
// advanced.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "sip-core/config/config.hpp"
#include "sip-core/engine/flow.hpp"
#include "sip-core/location/dns_record.hpp"
#include "sip-core/store/records.hpp"

namespace ringfence::sip_core {

enum class FramingFault : std::uint8_t {
  none,
  length_missing,
  length_invalid,
  length_repeated,
  body_too_large,
  start_line_too_long,
  header_too_large,
  not_sip,
};

struct DatagramReceived {
  ListenerId listener;
  SocketAddress remote;
  std::string octets;
  TimePoint received_at{};  // by us; absent where nobody knows
};
struct StreamMessageReceived {
  ConnectionId connection;
  std::uint64_t number = 0;  // tls-front keeps the message until MessageDone names it
  std::string octets;
  FramingFault fault = FramingFault::none;
  bool offered_again = false;
  TimePoint received_at{};  // by tls-front
};
struct ConnectionOpened {
  Connection connection;
};
struct ConnectionClosed {
  ConnectionId connection;
  std::string reason;
};
struct DialFailed {
  DialId dial;
  std::string reason;
};
// tls-front is new or back: every connection that is not in `held` is gone.
struct TlsFrontUp {
  std::uint64_t epoch = 0;
  std::vector<Connection> held;
};
struct TlsFrontDown {};

struct ConfigChanged {
  std::shared_ptr<const Config> config;
};  // shared with nobody that writes

struct NameResolved {
  QueryId query;
  DnsResult result;
};

struct Lease {
  LeaseId id;
  Port rtp_port = 0;
};
// The machine's addresses or its ways out are other ones than they were (F119).
struct NetworkChanged {};

// The machine's wall clock was set, by so much (F117).
struct ClockSet {
  WallTime::duration by{};
};

struct MediaWorkerUp {
  WorkerIndex worker;
  std::uint64_t epoch = 0;
  std::vector<SessionId> sessions;
};
struct MediaWorkerDown {
  WorkerIndex worker;
};
struct MediaLeased {
  WorkerIndex worker;
  IpAddress address;
  std::vector<Lease> leases;
};
struct MediaLeaseFailed {
  WorkerIndex worker;
  IpAddress address;
  std::string reason;
};
struct MediaSessionRefused {
  WorkerIndex worker;
  SessionId session;
  std::string reason;
};
// No authenticated media and no RTCP from either side for as long as the session may be silent.
struct MediaSessionSilent {
  SessionId session;
};
struct MediaLegCounters {
  std::uint64_t packets_received = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_lost = 0;
  std::uint64_t packets_dropped = 0;
  std::optional<std::chrono::microseconds> jitter;      // of what was received (RFC 3550 A.8)
  std::optional<std::chrono::microseconds> round_trip;  // to this peer and back
};
struct MediaSessionEnded {
  SessionId session;
  MediaLegCounters a;
  MediaLegCounters b;
};

struct Committed {
  CommitId commit;
};  // the records of that Persist are durable
struct CommitFailed {
  CommitId commit;
  std::string reason;
};
struct Restored {
  std::vector<BindingRecord> bindings;
  std::vector<CallRecord> calls;
  std::vector<PendingInviteRecord> invites;
  std::vector<TrunkRegistrationRecord> trunks;
  std::vector<NonceSecretRecord> nonce_secrets;  // the oldest first
};  // once, first of all

// The store was damaged and has begun anew, empty: it wants all that memory holds.
struct StateLost {};

// No new calls from now on but those to emergency numbers.
struct DrainRequested {};
// Ends every call with BYE, un-registers every trunk; Drained follows when nothing is left.
struct ShutdownRequested {
  std::chrono::milliseconds grace{};
};

using Event =
    std::variant<DatagramReceived, StreamMessageReceived, ConnectionOpened, ConnectionClosed,
                 DialFailed, TlsFrontUp, TlsFrontDown, ConfigChanged, NameResolved, NetworkChanged,
                 ClockSet, MediaWorkerUp, MediaWorkerDown, MediaLeased, MediaLeaseFailed,
                 MediaSessionRefused, MediaSessionSilent, MediaSessionEnded, Committed,
                 CommitFailed, Restored, StateLost, DrainRequested, ShutdownRequested>;

}  // namespace ringfence::sip_core

// Action: everything the engine wants done, as values, in order. The shell carries them out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/log.hpp"
#include "runtime/secret.hpp"
#include "sip-core/engine/call_number.hpp"
#include "sip-core/engine/flow.hpp"
#include "sip-core/location/dns_record.hpp"
#include "sip-core/store/records.hpp"

namespace ringfence::sip_core {

struct SendDatagram {
  UdpFlow flow;
  std::string octets;
};
struct SendStream {
  ConnectionId connection;
  std::string octets;
  bool close_after = false;
};
struct MessageDone {
  ConnectionId connection;
  std::uint64_t number = 0;
};
struct CloseConnection {
  ConnectionId connection;
  std::string reason;
};
enum class ConnectionClass : std::uint8_t { fresh, registered, trunk };
struct SetConnectionClass {
  ConnectionId connection;
  ConnectionClass connection_class;
};
struct PenaliseSource {
  IpAddress address;
  std::string reason;
};

// All of them, whenever they change: the tls-front keeps places free for them.
struct TellTrunkSources {
  std::vector<IpNetwork> networks;
};

enum class CertificateCheck : std::uint8_t { full, wildcard, ca, none };
struct DialConnection {
  DialId dial;
  TransportKind transport = TransportKind::tls;
  std::vector<IpAddress> addresses;
  Port port = 0;
  ListenerId listener;
  std::string server_name;
  CertificateCheck check = CertificateCheck::full;
  std::string client_certificate;
  std::chrono::milliseconds timeout{5000};
};
struct ResolveName {
  QueryId query;
  std::string name;
  RecordType type = RecordType::address;
};

struct RequestLeases {
  WorkerIndex worker;
  IpAddress address;
  std::uint32_t count = 0;
};
struct ReturnLeases {
  WorkerIndex worker;
  std::vector<LeaseId> leases;
};

struct PlainRtp {};
struct SdesSrtp {
  std::string suite;
  SecretBytes send_key_salt;
  SecretBytes receive_key_salt;  // empty until the peer's answer came
  std::string send_mki{};        // octets; empty: none
  std::string receive_mki{};
};
// Plain, or SRTP with keys: there is no third form.
using MediaProtection = std::variant<PlainRtp, SdesSrtp>;
// Of the RTP timestamps of a payload type (RFC 8866 §6.6).
struct ClockRate {
  std::uint8_t payload_type = 0;
  std::uint32_t hertz = 0;
};
struct MediaLeg {
  LeaseId lease;
  std::optional<IpAddress> remote_address;
  Port remote_rtp_port = 0;
  Port remote_rtcp_port = 0;
  MediaProtection protection;
  bool send_to_peer = true;
  bool receive_from_peer = true;
  bool latch_address = false;
  std::uint8_t telephone_event_type = 0;
  std::uint32_t telephone_event_hertz = 0;  // 0: no event can be told in the peer's stream
  std::vector<ClockRate> clock_rates;       // of what this peer may send; telephone-event has none
};
struct SetMediaSession {
  WorkerIndex worker;
  SessionId session;
  MediaLeg a;
  MediaLeg b;
  std::chrono::seconds silence_timeout{0};  // 0: silence is no fault (hold)
};
struct EndMediaSession {
  WorkerIndex worker;
  SessionId session;
};
// To be told to the peer of leg a, or of leg b, as RFC 4733 has it.
enum class MediaSide : std::uint8_t { a, b };
struct SendTelephoneEvent {
  WorkerIndex worker;
  SessionId session;
  MediaSide to = MediaSide::a;
  std::uint8_t event = 0;
  std::chrono::milliseconds duration{};
};

// Awaited: somebody waits for Committed, so the transaction comes soon. Unhurried: it may wait a
// little longer for company, and only a failure is answered.
enum class Urgency : std::uint8_t { awaited, unhurried };
struct Persist {
  CommitId commit;
  std::vector<Record> records;
  Urgency urgency = Urgency::awaited;
};

struct WriteLog {
  LogLevel level = LogLevel::info;
  std::string tag;  // without brackets; empty = none
  std::string sentence;
  std::vector<std::pair<std::string, std::string>> fields;
};

// For traces: from now on messages of that Call-ID belong to the call.
struct CallLegOpened {
  CallNumber call;
  CallSide side = CallSide::a;
  TenantId tenant;
  std::string call_id;
  std::string extension;  // empty: a trunk's leg
};
struct CallForgotten {
  CallNumber call;
};  // no message of it is expected any more

struct Drained {};  // after ShutdownRequested: nothing is left to end

using Action =
    std::variant<SendDatagram, SendStream, MessageDone, CloseConnection, SetConnectionClass,
                 PenaliseSource, TellTrunkSources, DialConnection, ResolveName, RequestLeases,
                 ReturnLeases, SetMediaSession, EndMediaSession, SendTelephoneEvent, Persist,
                 WriteLog, CallLegOpened, CallForgotten, Drained>;
using Actions = std::vector<Action>;

}  // namespace ringfence::sip_core

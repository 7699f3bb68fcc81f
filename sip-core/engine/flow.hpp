// Flow: where a message came from and where one may be sent: a UDP listener and a peer's address,
// or a stream connection that tls-front holds. Values; nothing here owns a socket.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "runtime/socket_address.hpp"
#include "runtime/strong_type.hpp"

namespace ringfence::sip_core {

using ListenerId = Strong<std::uint64_t, struct ListenerIdTag>;  // listeners.id
using TrunkId = Strong<std::uint64_t, struct TrunkIdTag>;        // trunks.id
using TenantId = Strong<std::uint64_t, struct TenantIdTag>;      // tenants.id
using ExtensionId = Strong<std::uint64_t, struct ExtensionIdTag>;
using DialId = Strong<std::uint64_t, struct DialIdTag>;    // ours; unique within this process' life
using QueryId = Strong<std::uint64_t, struct QueryIdTag>;  // a name look-up
using CommitId = Strong<std::uint64_t, struct CommitIdTag>;
using RecordId = Strong<std::uint64_t, struct RecordIdTag>;  // a row of state.db; rises, 0 is none
using LeaseId = Strong<std::uint64_t, struct LeaseIdTag>;
using SessionId = Strong<std::uint64_t, struct SessionIdTag>;
using WorkerIndex = Strong<std::uint32_t, struct WorkerIndexTag>;

enum class TransportKind : std::uint8_t { udp, tcp, tls };
std::string_view via_token(TransportKind kind);  // "UDP", "TCP", "TLS"
std::string_view leg_token(TransportKind kind);  // "udp", "tcp", "tls", as log lines write it

// Unique over restarts of tls-front (its epoch and a number that never repeats within it).
struct ConnectionId {
  std::uint64_t epoch = 0;
  std::uint64_t number = 0;
  auto operator<=>(const ConnectionId&) const = default;
};

struct UdpFlow {
  ListenerId listener;
  SocketAddress remote;
  auto operator<=>(const UdpFlow&) const = default;
};

using Flow = std::variant<UdpFlow, ConnectionId>;

// What is known of a stream connection; all of it tls-front's claim.
struct Connection {
  ConnectionId id;
  TransportKind transport = TransportKind::tls;
  ListenerId listener;
  DialId dial;  // value 0: inbound
  SocketAddress remote;
  SocketAddress local;
  std::string sni;
  std::string tls_version;
  std::string cipher;
  std::vector<std::string> verified_names;
};

}  // namespace ringfence::sip_core

template <>
struct std::hash<ringfence::sip_core::ConnectionId> {
  std::size_t operator()(const ringfence::sip_core::ConnectionId& id) const noexcept {
    return static_cast<std::size_t>(id.epoch * 0x9e3779b97f4a7c15ULL ^ id.number);
  }
};

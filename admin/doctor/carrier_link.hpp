// CarrierLink: one connection to a carrier as the box would make it, for the doctor: UDP, TCP or
// TLS with tls-front's own judgement of certificates. It waits, within limits; never used where a
// loop runs. Owns its socket.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "admin/selftest/transport/stream_framer.hpp"
#include "runtime/clock.hpp"
#include "runtime/fd.hpp"
#include "runtime/socket_address.hpp"
#include "sip-core/engine/flow.hpp"
#include "tls-front/tls/tls_engine.hpp"

namespace ringfence::admin {

struct LinkFailure {
  enum class Kind : std::uint8_t {
    refused,
    no_answer,
    unreachable,
    closed,
    not_tls,
    not_sip,
    certificate_expired,
    certificate_not_yet,
    certificate_untrusted,
    certificate_name,
    tls,
  };
  Kind kind = Kind::unreachable;
  std::string reason;
};
template <typename T>
using LinkResult = std::expected<T, LinkFailure>;

class CarrierLink {
 public:
  static LinkResult<CarrierLink> connect(sip_core::TransportKind transport,
                                         const SocketAddress& target, Duration limit);
  // TLS over it. `shown`: what the carrier is shown when it asks; nullptr: nothing.
  LinkResult<void> secure(const tls_front::TlsEngine& engine, tls_front::PeerPolicy policy,
                          SSL_CTX* shown, Duration limit);
  LinkResult<void> send(std::string_view message);
  // A whole message; nullopt: none came in time.
  LinkResult<std::optional<std::string>> receive(Duration limit);

  SocketAddress local() const;
  // nullptr without TLS.
  const tls_front::TlsSession* session() const { return session_.get(); }

 private:
  CarrierLink(Fd socket, sip_core::TransportKind transport)
      : socket_(std::move(socket)), transport_(transport) {}
  LinkResult<void> flush();
  // False: nothing came in time.
  LinkResult<bool> read_some(TimePoint until);
  LinkResult<void> decrypt();

  Fd socket_;
  sip_core::TransportKind transport_;
  std::unique_ptr<std::string> outgoing_ = std::make_unique<std::string>();  // the session's
  std::unique_ptr<tls_front::TlsSession> session_;
  std::string received_;  // octets from the socket that nobody has looked at
  StreamFramer framer_;
};

}  // namespace ringfence::admin

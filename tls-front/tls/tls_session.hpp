// TlsSession: TLS on one connection, without its socket. Records go in with feed() and come out in
// the string that the owner gave; it never waits. Every feed() is followed by handshake() or read()
// until they answer anything but done. The peer's certificate is judged before the handshake counts
// as done, so that no octet of SIP reaches a peer that is somebody else.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tls-front/certificate/peer_identity.hpp"
#include "tls-front/tls/client_hello.hpp"
#include "tls-front/tls/session_wire.hpp"
#include "tls-front/tls/tls_failure.hpp"

namespace ringfence::tls_front {

// Whom an outbound session wants to reach.
struct PeerPolicy {
  std::string server_name;  // SNI, unless it is an address, and the name to be proved
  VerifyMode mode = VerifyMode::full;
  std::string client_certificate{};  // name of what we show when asked; empty: nothing
};

// What a finished handshake agreed on.
struct TlsFacts {
  std::string server_name;  // inbound: as asked for
  std::string version;      // "TLSv1.3"
  std::string cipher;
  std::string group;     // of the key agreement; empty: an old session was resumed without one
  bool resumed = false;  // by a ticket of ours
  std::vector<std::string> verified_names;
};

// paused: a signature is awaited; nothing is to be fed meanwhile.
enum class TlsStep : std::uint8_t { done, need_read, closed, failed, paused };

class TlsSession {
 public:
  // For TlsEngine. `ssl` is fresh; `outgoing` outlives the session.
  TlsSession(SslPtr ssl, BIO_METHOD* wire_method, std::string& outgoing, HelloChoice choice);
  TlsSession(SslPtr ssl, BIO_METHOD* wire_method, std::string& outgoing, PeerPolicy policy);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // Lets the handshake pause; `resumable`: handshake() goes on now, in a call of its own. Without
  // this, a signature is waited for.
  void pause_with(std::function<void()> resumable);
  void feed(std::string_view records) { wire_.incoming = records; }
  TlsStep handshake();
  // done: `octets` of plaintext lie in `into`.
  TlsStep read(std::span<char> into, std::size_t& octets);
  // All of it, at once: the owner bounds what it lets grow.
  TlsStep write(std::string_view plain);
  // Adds close_notify (RFC 8446 §6.1).
  void close();

  const TlsFacts& facts() const { return facts_; }
  const TlsFailure& failure() const { return failure_; }
  // An X509_V_ code: what was wrong with the peer's chain.
  long verify_result() const { return SSL_get_verify_result(ssl_.get()); }
  // Borrowed; nullptr before the handshake, and where the chain was refused.
  X509* peer_certificate() const { return SSL_get0_peer_certificate(ssl_.get()); }

 private:
  static int on_signature(SSL* ssl, void* session);
  void attach(BIO_METHOD* wire_method, std::string& outgoing);
  TlsStep judge(int result);
  TlsStep pause();
  TlsStep fail_by_openssl();
  TlsStep finish_handshake();
  std::optional<TlsFailure> take_peer_names();

  SessionWire wire_;
  HelloChoice choice_;                // inbound
  std::optional<PeerPolicy> policy_;  // outbound
  std::function<void()> resumable_;
  bool paused_ = false;
  bool ticket_due_ = false;  // TLS 1.3: it leaves with the first answer
  std::string unread_;       // records that came before the pause
  SslPtr ssl_;
  TlsFacts facts_;
  TlsFailure failure_;
};

}  // namespace ringfence::tls_front

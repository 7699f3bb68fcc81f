// A peer of tls-front for tests, as a blocking socket with a deadline: a TCP or TLS client that
// connects, or the server side of a connection that tls-front dialled.
#pragma once

#include <optional>
#include <string>

#include "runtime/fd.hpp"
#include "tests/unit/tls-front/test_pki.hpp"

namespace ringfence::tls_front {

// A listening socket at a port of the kernel's choice. "::" takes IPv4 as well.
struct TestListener {
  explicit TestListener(const std::string& address = "127.0.0.1");
  Fd fd;
  unsigned short port = 0;
};

struct ClientWish {
  std::string server_name{};  // empty: no SNI
  std::optional<TestPair> certificate{};
  int min_version = TLS1_2_VERSION;
  int max_version = 0;       // 0: whatever there is
  bool distrustful = false;  // knows no certificate authority
  std::string alpn{};        // wire form
  std::string source{};      // the address to come from
  std::string ciphers{};     // of TLS 1.2; empty: what OpenSSL has
};

class TestPeer {
 public:
  // From `source`, where one is given, to the loopback or, from a public one, to itself.
  static TestPeer connect_tcp(unsigned short port, const std::string& source = {});
  static TestPeer connect_tls(unsigned short port, const ClientWish& wish);
  // Waits for a connection and answers its handshake with `pair`; asks for a certificate.
  static TestPeer accept_tls(const TestListener& listener, const TestPair& pair);

  bool connected() const { return ok_; }
  int alert() const { return alert_; }  // of a refused handshake
  std::string peer_common_name() const;
  std::string version() const;
  std::string requested_name() const { return requested_name_; }  // accept_tls
  bool asked_for_certificate() const { return asked_for_certificate_; }

  bool write(std::string_view octets);
  // Octets to be read have come.
  bool has_answer() const;
  // What was written has arrived in the other side's socket.
  bool delivered() const;
  // At least `octets` of them, or what came until the end or the deadline.
  std::string read(std::size_t octets);
  // Nothing more comes: closed in order or reset.
  bool at_end();
  // at_end() by a reset.
  bool was_reset();
  void close();
  // The socket alone, still open: for a peer that never says another word.
  Fd leave_open();

 private:
  TestPeer() = default;
  void handshake(int result);

  Fd fd_;
  SslContextPtr context_;
  SslPtr ssl_;
  bool ok_ = false;
  int alert_ = -1;
  bool asked_for_certificate_ = false;
  std::string requested_name_;
};

}  // namespace ringfence::tls_front

// The whole process, confined, from the outside: descriptors in, connections served.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "tests/unit/tls-front/front_process.hpp"

namespace ringfence::tls_front {

inline const std::string kOptions =
    "OPTIONS sip:a.test SIP/2.0\r\nCall-ID: one\r\nContent-Length: 0\r\n\r\n";
inline const std::string kMessage =
    "MESSAGE sip:a.test SIP/2.0\r\nCall-ID: two\r\nl: 5\r\n\r\nhello";

inline CertificateWish wish_for(const std::string& name) {
  CertificateWish wish;
  wish.common_name = name;
  wish.alternative_names = {"DNS:" + name};
  return wish;
}

class ProcessTest : public testing::Test {
 protected:
  void SetUp() override {
    front_.certificate("a.test", authority_.issue(wish_for("a.test")));
    front_.certificate("b.test", authority_.issue(wish_for("b.test")));
    front_.trust({authority_.certificate()});
    trunk_tls_ = front_.listen(1, "trunk", "tls");
    public_tls_ = front_.listen(2, "public", "tls");
    public_tcp_ = front_.listen(3, "public", "tcp");
    front_.settings({});
    core_ = front_.sip_core();
    ASSERT_TRUE(front_.wait_for([&] { return front_.ready && core_->hello.epoch() != 0; }));
  }

  void dial(std::uint64_t id, unsigned short port, const std::string& name,
            const std::string& verify, const std::string& client_certificate = {}) {
    proto::FromSipCore message;
    auto& dial = *message.mutable_dial();
    dial.set_dial_id(id);
    dial.set_transport(proto::TLS);
    dial.add_addresses("127.0.0.1");
    dial.set_port(port);
    dial.set_listener_id(1);
    dial.set_server_name(name);
    dial.set_verify(verify);
    dial.set_timeout_ms(3000);
    dial.set_client_certificate(client_certificate);
    core_->send(message);
    core_flush();
  }
  void core_flush() {
    front_.wait_for([first = true]() mutable { return !std::exchange(first, false); });
  }
  static void write_large_messages(TestPeer& peer, int count) {
    const std::string body(20'000, 'x');
    for (int i = 0; i < count; ++i)
      peer.write("MESSAGE sip:a.test SIP/2.0\r\nl: 20000\r\n\r\n" + body);
  }
  // What DialFailed says when `pair` answers a dial for carrier.test.
  std::string refusal_of(const TestPair& pair, const std::string& verify) {
    const TestListener carrier;
    dial(77, carrier.port, "carrier.test", verify);
    TestPeer peer = TestPeer::accept_tls(carrier, pair);
    front_.wait_for([&] { return !core_->dial_failed.empty(); });
    return core_->dial_failed.empty() ? "" : core_->dial_failed.front().reason();
  }

  TestAuthority authority_;
  FrontProcess front_;
  std::unique_ptr<PlayedSipCore> core_;
  unsigned short trunk_tls_ = 0;
  unsigned short public_tls_ = 0;
  unsigned short public_tcp_ = 0;
};

}  // namespace ringfence::tls_front

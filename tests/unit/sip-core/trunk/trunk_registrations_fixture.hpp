// TrunkRegistrationsTest: trunks that register, a carrier that answers by hand, and virtual time.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sip-core/trunk/trunk_registrations.hpp"
#include "tests/unit/sip-core/registrar/part_harness.hpp"

namespace ringfence::sip_core {

using namespace std::chrono_literals;

class TrunkRegistrationsTest : public testing::Test {
 protected:
  TrunkRegistrationsTest() {
    Listener listener;
    listener.id = ListenerId(1);
    listener.side = Side::trunk;
    listener.transport = TransportKind::tls;
    listener.advertised_address = "sbc.example";
    listener.port = 5061;
    harness_.config.listeners = {listener};
    harness_.config.trunks = {carrier()};
    harness_.config.finish();
  }
  static Trunk carrier() {
    Trunk trunk;
    trunk.id = TrunkId(7);
    trunk.label = "Carrier";
    trunk.host = "carrier.test";
    trunk.username = "user";
    trunk.password = "secret";
    trunk.registers = true;
    trunk.tls = true;
    return trunk;
  }

  void configure() {
    Context context = harness_.context();
    trunks_.on_config(context);
  }
  std::size_t requests() const { return harness_.layer.requests.size(); }
  const RecordingLayer::Request& last() const { return harness_.layer.requests.back(); }
  std::string field(sip::HeaderName name) const {
    return std::string(last().message.header(name).value_or(""));
  }
  bool respond(const std::string& status, const std::string& fields = "") {
    ResponseReceived response;
    response.transaction = last().id;
    response.source.flow = ConnectionId{1, 2};
    response.message = PartHarness::parse(
        "SIP/2.0 " + status +
        "\r\nVia: SIP/2.0/TLS sbc.example;branch=z9hG4bK1\r\nFrom: <sip:u@h>;tag=1\r\n"
        "To: <sip:u@h>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n" +
        fields + "\r\n");
    Context context = harness_.context();
    return trunks_.on_response(context, response);
  }
  bool challenge(const std::string& more = "") {
    return respond("401 Unauthorized", "WWW-Authenticate: Digest realm=\"carrier\", nonce=\"n" +
                                           std::to_string(++nonces_) +
                                           "\", qop=\"auth\", algorithm=SHA-256" + more + "\r\n");
  }
  void pass(std::chrono::milliseconds by) {
    harness_.pass(by);
    Context context = harness_.context();
    for (const std::uint64_t payload : harness_.due())
      trunks_.on_timer(context, payload);
  }
  void pass_slowly(std::chrono::seconds by) {
    for (auto left = by * 10; left > 0s; left -= 1s)
      pass(100ms);
  }
  void change_network() {
    Context context = harness_.context();
    trunks_.on_network_changed(context);
  }
  // One that was dialled for the trunk.
  void connect(ConnectionId id) {
    Connection connection;
    connection.id = id;
    harness_.connections.add(connection);
    harness_.connections.assign(id, harness_.config.trunks.front());
  }
  std::string state() const { return trunks_.states(harness_.config).at(0).state; }
  std::vector<std::string> sentences() const {
    std::vector<std::string> all;
    for (const Action& action : harness_.actions) {
      if (const auto* line = std::get_if<WriteLog>(&action)) all.push_back(line->sentence);
    }
    return all;
  }

  PartHarness harness_;
  TrunkRegistrations trunks_;
  int nonces_ = 0;
};

// URIs of a trunk with TLS, and the log lines; R015

}  // namespace ringfence::sip_core

#include "sip-core/shell/hep_export.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace ringfence::sip_core {
namespace {

// A collector's socket on loopback.
class HepExportTest : public ::testing::Test {
 protected:
  HepExportTest() : log("sip-core", LogLevel::error, LogFormat::text) {
    collector = Fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(collector.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    socklen_t size = sizeof address;
    ::getsockname(collector.get(), reinterpret_cast<sockaddr*>(&address), &size);
    server = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    traces.configure(4096, trace::Traces::Export::on);
  }
  void configure(const std::string& to) {
    Config config;
    config.settings = {{"hep_server", to}, {"hep_capture_id", "7"}, {"hep_password", "pw"}};
    hep.configure(config);
  }
  void say(const std::string& call_id) {
    const std::string text = "BYE sip:a SIP/2.0\r\nCall-ID: " + call_id + "\r\n\r\n";
    trace::TraceMessage message;
    message.local = *SocketAddress::parse("192.0.2.1:5060");
    message.remote = *SocketAddress::parse("192.0.2.2:5060");
    message.octets = text;
    traces.take(message);
  }
  std::vector<std::string> came() {
    std::vector<std::string> packets;
    char octets[4096];
    for (ssize_t n = 0; (n = ::recv(collector.get(), octets, sizeof octets, 0)) >= 0;)
      packets.emplace_back(octets, static_cast<std::size_t>(n));
    return packets;
  }

  Logger log;
  Counters counters;
  trace::Traces traces;
  Fd collector;
  std::string server;
  HepExport hep{log, counters, 0xabc, traces};
};

TEST_F(HepExportTest, SendsEachMessageOnceWithOneIdForBothLegsOfACall) {
  say("before");
  configure(server);
  EXPECT_TRUE(hep.is_on());
  traces.on_leg({CallNumber(5), CallSide::a, TenantId(1), "near", ""});
  traces.on_leg({CallNumber(5), CallSide::b, TenantId(1), "far", ""});
  for (const char* call_id : {"near", "far", "none"})
    say(call_id);
  hep.send_new();
  hep.send_new();
  const auto packets = came();
  ASSERT_EQ(packets.size(), 3U);
  EXPECT_NE(packets[0].find("abc-5"), std::string::npos);
  EXPECT_NE(packets[1].find("abc-5"), std::string::npos);
  EXPECT_EQ(packets[2].find("abc-"), std::string::npos);
  EXPECT_EQ(counters.get("hep_sent_total").value, 3U);
}

TEST_F(HepExportTest, CountsWhatItCouldNotSend) {
  configure(server);
  for (int i = 0; i < 100; ++i)
    say(std::string(1000, 'x'));  // more than the ring holds
  hep.send_new();
  const auto sent = counters.get("hep_sent_total").value;
  EXPECT_GT(sent, 0U);
  EXPECT_EQ(sent + counters.get("hep_dropped_total").value, 100U);
}

TEST_F(HepExportTest, IsOffWithoutACollectorAndFollowsTheSetting) {
  configure("");
  say("x");
  hep.send_new();
  EXPECT_FALSE(hep.is_on());
  configure(server);
  say("y");
  hep.send_new();
  EXPECT_EQ(came().size(), 1U);
  configure("");
  say("z");
  hep.send_new();
  EXPECT_TRUE(came().empty());
}

}  // namespace
}  // namespace ringfence::sip_core

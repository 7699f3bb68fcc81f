#include "sip-core/shell/health_report.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

TEST(HealthReport, SaysWhatTheEngineSaysAndAddsTheShellsCounters) {
  EngineHealth health;
  health.calls = 2;
  health.registrations = 3;
  health.config_revision = 4;
  health.trunks = {{TrunkId(5), "failed", "tls", "no answer"}};
  health.counters = {{"sip_requests_total", 6}};
  Counters counters;
  counters.get("sip_udp_received_total").add(7);
  const proto::SipCoreHealth message = health_message(health, counters);
  EXPECT_EQ(message.calls_active(), 2U);
  EXPECT_EQ(message.registrations_active(), 3U);
  EXPECT_EQ(message.config_revision(), 4U);
  ASSERT_EQ(message.trunks_size(), 1);
  EXPECT_EQ(message.trunks(0).last_error(), "no answer");
  EXPECT_EQ(message.counters().at("sip_requests_total"), 6U);
  EXPECT_EQ(message.counters().at("sip_udp_received_total"), 7U);
}

TEST(HealthReport, IsSentAtOnceThenOnlyOnAChangeAndAtMostOnceASecond) {
  using namespace std::chrono_literals;
  Loop loop;
  std::uint32_t calls = 0;
  std::uint64_t packets = 0;
  std::vector<std::uint32_t> sent;
  const auto state = [&] {
    proto::SipCoreHealth health;
    health.set_calls_active(calls);
    return health;
  };
  HealthReport report(
      loop, state,
      [&] {
        proto::SipCoreHealth health = state();
        (*health.mutable_counters())["packets"] = ++packets;
        return health;
      },
      [&](const proto::FromChild& message) {
        sent.push_back(message.sip_core_health().calls_active());
      });
  report.start();
  EXPECT_EQ(sent.size(), 1U);
  const auto change = [&](std::uint32_t to) {
    calls = to;
    report.on_turn();
  };
  const Timer early = loop.after(300ms, [&] { change(1); });
  const Timer too_soon = loop.after(1100ms, [&] { change(2); });
  const Timer at_once = loop.after(3500ms, [&] {
    const std::size_t before = sent.size();
    change(3);
    EXPECT_EQ(sent.size(), before + 1);
  });
  const Timer end = loop.after(3700ms, [&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(sent, (std::vector<std::uint32_t>{0, 1, 2, 3}));
  EXPECT_EQ(packets, sent.size());  // counters are read for what is sent alone
}

}  // namespace
}  // namespace ringfence::sip_core

#include "supervisor/status/control_request.hpp"

#include <gtest/gtest.h>

namespace ringfence::status {
namespace {

proto::StatusReport report() {
  proto::StatusReport report;
  for (const char* name : {"sip-core", "tls-front", "media-worker-0", "media-worker-1"}) {
    report.add_processes()->set_name(name);
  }
  return report;
}

TEST(ControlRequest, NamesAProcessToRestart) {
  const auto request = read_control_line("restart media-worker-1", report());
  ASSERT_TRUE(request);
  const auto& order = std::get<proto::RestartProcess>(*request);
  EXPECT_EQ(order.process(), proto::MEDIA_WORKER);
  EXPECT_EQ(order.index(), 1U);
  const auto other = read_control_line("restart sip-core\r", report());
  ASSERT_TRUE(other);
  EXPECT_EQ(std::get<proto::RestartProcess>(*other).process(), proto::SIP_CORE);
}

TEST(ControlRequest, AsksForListsAndTraces) {
  EXPECT_TRUE(std::holds_alternative<CallsRequest>(*read_control_line("calls", report())));
  EXPECT_TRUE(std::holds_alternative<RegistrationsRequest>(
      *read_control_line("registrations\r", report())));
  EXPECT_EQ(std::get<TraceRequest>(*read_control_line("trace", report())).subject, "");
  EXPECT_EQ(std::get<TraceRequest>(*read_control_line("trace a b@c", report())).subject, "a b@c");
}

TEST(ControlRequest, AsksOfTheBlocklist) {
  EXPECT_EQ(std::get<BlocklistRequest>(*read_control_line("blocklist", report())).release, "");
  EXPECT_EQ(std::get<BlocklistRequest>(*read_control_line("release ::1", report())).release, "::1");
}

TEST(ControlRequest, OrdersADrainWithOrWithoutATime) {
  EXPECT_FALSE(std::get<proto::DrainOrder>(*read_control_line("drain", report())).has_seconds());
  EXPECT_FALSE(std::get<proto::DrainOrder>(*read_control_line("drain ", report())).has_seconds());
  EXPECT_EQ(std::get<proto::DrainOrder>(*read_control_line("drain 600", report())).seconds(), 600U);
}

TEST(ControlRequest, RefusesWhatItDoesNotKnow) {
  for (const char* line :
       {"", "restart", "restart ", "restart media-worker-2", "stop sip-core",
        "restart media-worker-", "restart sip-core now", "restart media-worker-x",
        "restart media-worker-99999999999", "calls now", "registrations x", "traces", "blocklist x",
        "release", "release ", "drain soon", "drain -1", "drain 5s"}) {
    EXPECT_FALSE(read_control_line(line, report())) << line;
  }
  EXPECT_FALSE(process_by_name("supervisor"));
}

TEST(ControlRequest, IsOpenToOurOwnUser) {
  auto ends = socket_pair();
  ASSERT_TRUE(ends);
  EXPECT_TRUE(may_control(ends->first, std::nullopt));
  EXPECT_FALSE(may_control(Fd(), std::nullopt));
  EXPECT_EQ(uid_of(ends->first), ::geteuid());
  EXPECT_FALSE(uid_of(Fd()));
}

}  // namespace
}  // namespace ringfence::status

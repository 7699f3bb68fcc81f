#include "admin/control/orders.hpp"

#include <gmock/gmock.h>

#include "admin/control/drain.hpp"

namespace ringfence::admin {
namespace {

TEST(RestartProcess, UnderstandsTheAnswersOfTheAdminSocket) {
  EXPECT_TRUE(read_control_answer("ok\n"));
  EXPECT_EQ(read_control_answer("error: there is no such process\n").error().message,
            "there is no such process");
  EXPECT_FALSE(read_control_answer(""));
  EXPECT_FALSE(read_control_answer("okay"));
}

TEST(RestartProcess, ANameCannotCarryASecondOrder) {
  const auto done = restart_process("/nowhere", "sip-core\nrestart tls-front");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "there is no such process");
}

TEST(RestartProcess, NorCanAnAddress) {
  EXPECT_EQ(release_source("/nowhere", "::1\nblocklist").error().message, "that is no address");
  EXPECT_THAT(release_source("/nowhere", "::1").error().message,
              testing::HasSubstr("/nowhere/control.sock"));
}

TEST(RestartProcess, WithoutASocketItSaysWhereItLooked) {
  const auto done = restart_process("/nowhere", "sip-core");
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, testing::HasSubstr("/nowhere/control.sock"));
}

TEST(Drain, TellsHowManyCallsAreLeftOnceTheBoxDrains) {
  EXPECT_EQ(calls_left(R"({"draining": true, "calls": {"active": 3}})"), 3);
  EXPECT_EQ(calls_left(R"({"draining": false, "calls": {"active": 3}})"), std::nullopt);
  EXPECT_EQ(calls_left(R"({"draining": true})"), std::nullopt);
  EXPECT_EQ(calls_left("<html>"), std::nullopt);
  EXPECT_EQ(drain_as_text(3), "no new calls are taken; 3 left\n");
  EXPECT_EQ(drain_as_text(std::nullopt), "Ringfence has ended\n");
  EXPECT_EQ(drain_as_json(3), "{\"ended\": false, \"calls\": 3}\n");
}

}  // namespace
}  // namespace ringfence::admin

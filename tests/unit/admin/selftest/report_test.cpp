#include "admin/selftest/report.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace ringfence::admin {
namespace {

using testing::HasSubstr;

const MediaMeasurement kGood{150, 150, 150, 0, 0, 1.5, 0.999, 0.0, 3, 3};

StepOutcome judge(const MediaMeasurement& receiver) {
  return judge_media(kGood, receiver, 440);
}

TEST(JudgeMedia, PassesWhatArrivedWholeAndSaysWhatItMeasured) {
  const StepOutcome outcome = judge(kGood);
  EXPECT_EQ(outcome.verdict, Verdict::passed);
  EXPECT_EQ(outcome.detail,
            "SRTP 150 sent, 150 received, loss 0.0 %, jitter up to 1.5 ms, 440 Hz 99.9 % of the "
            "sound, echo 0.0 %, SRTCP 3 of 3");
}

TEST(JudgeMedia, FailsEachThingThatIsWrong) {
  const auto fails = [](auto change, std::string_view why) {
    MediaMeasurement receiver = kGood;
    change(receiver);
    const StepOutcome outcome = judge(receiver);
    EXPECT_EQ(outcome.verdict, Verdict::failed) << why;
    EXPECT_THAT(outcome.detail, testing::StartsWith(std::string(why)));
  };
  fails([](auto& m) { m.received = 0; }, "nothing arrived:");
  fails([](auto& m) { m.received = 0, m.refused = 9; }, "nothing arrived that the agreed key");
  fails([](auto& m) { m.received = 148; }, "too much is lost");
  fails([](auto& m) { m.received = m.expected = 148; }, "too much is missing at the start");
  fails([](auto& m) { m.expected_share = 0.5; }, "the tone is not");
  fails([](auto& m) { m.own_share = 0.2; }, "the receiver's own tone");
  fails([](auto& m) { m.reports_received = 0; }, "no sender report");
  EXPECT_EQ(judge_media({}, kGood, 440).verdict, Verdict::failed);
}

TEST(JudgeMedia, OnePacketInAHundredMayBeLost) {
  MediaMeasurement receiver = kGood;
  receiver.received = 149;
  EXPECT_EQ(judge(receiver).verdict, Verdict::passed);
}

TEST(JudgeMedia, AMomentMayBeMissingAtTheStartAndIsTold) {
  MediaMeasurement receiver = kGood;
  receiver.received = receiver.expected = 149;
  EXPECT_EQ(judge(receiver).verdict, Verdict::passed);
  EXPECT_THAT(judge(receiver).detail, HasSubstr("loss 0.0 %"));
  EXPECT_THAT(judge(receiver).detail, HasSubstr("1 missing at the ends"));
}

TEST(SelftestReport, PassesOnlyWhereEveryStepDid) {
  using std::chrono::milliseconds;
  SelftestReport report{{{"one", milliseconds(1), {Verdict::passed, "fine"}}}, milliseconds(5)};
  EXPECT_TRUE(report.passed());
  report.steps.push_back({"two", {}, {Verdict::skipped, ""}});
  EXPECT_FALSE(report.passed());
  EXPECT_FALSE(SelftestReport{}.passed());
  EXPECT_EQ(report_as_table(report, Colours::off),
            "step    ms  verdict  what was seen\n"
            "one    1.0  ok       fine\n"
            "two         skipped\n"
            "total  5.0  FAILED\n");
  const auto document = nlohmann::json::parse(report_as_json(report));
  EXPECT_EQ(document["passed"], false);
  EXPECT_EQ(document["steps"][1]["verdict"], "skipped");
}

}  // namespace
}  // namespace ringfence::admin

#include "sip-core/trace/traces.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace ringfence::sip_core::trace {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

constexpr TraceNumber kOne{1};

// Keeps what it is told as short words: the Call-ID, "live", "over", "-N" for what was missed.
class Told final : public TraceSink {
 public:
  std::vector<std::string> words;
  void on_message(TraceNumber, const TraceMessage& message, const CallIndex::Leg* leg,
                  std::uint64_t missed) override {
    if (missed > 0) words.push_back("-" + std::to_string(missed));
    const std::string side = leg == nullptr ? "" : leg->side == CallSide::a ? "a:" : "b:";
    words.push_back(side + std::string(message.call_id));
  }
  void on_caught_up(TraceNumber) override { words.emplace_back("live"); }
  void on_call_over(TraceNumber) override { words.emplace_back("over"); }
};

class TracesTest : public ::testing::Test {
 protected:
  TracesTest() {
    config.tenants = {{TenantId(1), "demo", "demo.test"}, {TenantId(2), "other", "other.test"}};
    for (const std::uint64_t id : {1U, 2U}) {
      Extension extension;
      extension.id = ExtensionId(id);
      extension.tenant = TenantId(id);
      extension.username = "alice";
      config.extensions.push_back(extension);
    }
    config.finish();
    traces.configure(64 << 10, Traces::Export::off);
  }
  void say(const std::string& call_id, const std::string& from = "x") {
    const std::string text = "INVITE sip:b SIP/2.0\r\nFrom: <sip:" + from +
                             "@demo.test>\r\nCall-ID: " + call_id + "\r\n\r\n";
    TraceMessage message;
    message.octets = text;
    traces.take(message);
  }
  void call(std::uint64_t number, const std::string& a, const std::string& b, TenantId tenant) {
    traces.on_leg({CallNumber(number), CallSide::a, tenant, a, "alice"});
    traces.on_leg({CallNumber(number), CallSide::b, tenant, b, ""});
  }
  Traces::Progress deliver(TimePoint now = TimePoint(1s)) { return traces.deliver(now, told); }

  Config config;
  Traces traces;
  Told told;
};

TEST_F(TracesTest, ShowsACallOnBothLegsByTheCallIdOfEither) {
  say("one");
  call(1, "one", "two", TenantId(1));
  say("two");
  say("stranger");
  EXPECT_EQ(traces.start(kOne, "two", config), TraceStart::started);
  deliver();
  say("one");
  deliver();
  EXPECT_THAT(told.words, ElementsAre("a:one", "b:two", "live", "a:one"));
}

TEST_F(TracesTest, EndsAMomentAfterTheCall) {
  call(1, "one", "two", TenantId(1));
  traces.start(kOne, "one", config);
  say("one");
  traces.on_forgotten(CallNumber(1), TimePoint(10s));
  deliver(TimePoint(10s));
  say("two");
  deliver(TimePoint(10500ms));
  EXPECT_TRUE(traces.is_read());
  deliver(TimePoint(11s));
  EXPECT_THAT(told.words, ElementsAre("a:one", "live", "b:two", "over"));
  EXPECT_FALSE(traces.is_read());
}

TEST_F(TracesTest, FollowsAnExtensionThroughItsCallsAndRegistrations) {
  call(1, "hers", "far", TenantId(1));
  call(2, "namesake", "far2", TenantId(2));
  EXPECT_EQ(traces.start(kOne, "alice@demo.test", config), TraceStart::started);
  for (const char* id : {"hers", "far", "namesake", "nobody"})
    say(id);
  say("registration", "alice");
  deliver();
  EXPECT_THAT(told.words, ElementsAre("a:hers", "b:far", "registration", "live"));
}

TEST_F(TracesTest, ShowsEverythingWhenNothingIsNamedAndRefusesWhatNobodyKnows) {
  say("one");
  EXPECT_EQ(traces.start(TraceNumber(2), "carol", config), TraceStart::unknown_subject);
  EXPECT_EQ(traces.start(TraceNumber(2), "alice@third.test", config), TraceStart::unknown_subject);
  EXPECT_EQ(traces.start(kOne, "", config), TraceStart::started);
  deliver();
  EXPECT_THAT(told.words, ElementsAre("one", "live"));
}

TEST_F(TracesTest, WaitsForASlowReaderAndTellsItWhatItMissed) {
  traces.start(kOne, "", config);
  for (std::uint32_t i = 0; i < Traces::kWindow + 10; ++i)
    say("x");
  EXPECT_EQ(deliver(), Traces::Progress::idle);
  EXPECT_EQ(told.words.size(), Traces::kWindow + 1);  // and "live"
  traces.configure(2048, Traces::Export::off);
  say("later");
  traces.on_taken(kOne, Traces::kWindow);
  told.words.clear();
  deliver();
  EXPECT_THAT(told.words, ElementsAre("-10", "later"));
}

TEST_F(TracesTest, LooksAtABoundedNumberOfMessagesInATurn) {
  call(1, "one", "two", TenantId(1));
  traces.configure(1 << 20, Traces::Export::off);
  for (std::size_t i = 0; i < Traces::kLooksPerTurn; ++i)
    say("stranger");
  say("one");
  traces.start(kOne, "one", config);
  EXPECT_EQ(deliver(), Traces::Progress::more);
  EXPECT_TRUE(told.words.empty());
  EXPECT_EQ(deliver(), Traces::Progress::idle);
  EXPECT_THAT(told.words, ElementsAre("a:one", "live"));
}

TEST_F(TracesTest, TakesMessagesOnlyWhereTheyAreWanted) {
  Traces off;
  EXPECT_FALSE(off.wants_messages());
  off.configure(0, Traces::Export::on);
  EXPECT_TRUE(off.wants_messages());
  off.configure(0, Traces::Export::off);
  EXPECT_FALSE(off.wants_messages());
  off.start(kOne, "", config);
  EXPECT_TRUE(off.wants_messages());
  off.stop(kOne);
  EXPECT_FALSE(off.wants_messages());
}

TEST_F(TracesTest, HasABoundedNumberOfReaders) {
  for (std::uint64_t i = 1; i <= Traces::kMaxReaders; ++i)
    EXPECT_EQ(traces.start(TraceNumber(i), "", config), TraceStart::started);
  EXPECT_EQ(traces.start(TraceNumber(99), "", config), TraceStart::too_many);
  traces.stop_all();
  EXPECT_FALSE(traces.is_read());
}

}  // namespace
}  // namespace ringfence::sip_core::trace

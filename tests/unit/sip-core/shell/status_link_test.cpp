// What sip-core tells status, over a real link in one loop.
#include "sip-core/shell/status_link.hpp"

#include <gmock/gmock.h>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class StatusLinkTest : public ::testing::Test {
 protected:
  using Status = channel::Link<proto::ToStatus, proto::FromStatus>;

  StatusLinkTest()
      : log("sip-core", LogLevel::error, LogFormat::text),
        engine(random, loop.now(), SystemClock().wall_now()) {
    traces.configure(1 << 20, trace::Traces::Export::off);
    auto ends = socket_pair();
    link.connect(std::move(ends->first));
    status = std::make_unique<Status>(
        loop, std::move(ends->second),
        [this](const proto::ToStatus& message, std::vector<Fd>&) {
          came.push_back(message);
          return true;
        },
        [this](const std::string&) { closed = true; });
  }
  void hello() {
    proto::FromStatus message;
    message.mutable_hello()->set_epoch(2);
    status->send(message);
  }
  void start_trace() {
    proto::FromStatus message;
    message.mutable_start_trace()->set_request(9);
    status->send(message);
  }
  void say(const std::string& text) {
    trace::TraceMessage message;
    message.octets = text;
    traces.take(message);
  }
  std::vector<int> kinds() const {
    std::vector<int> all;
    for (const auto& message : came)
      all.push_back(message.kind_case());
    return all;
  }
  void run_until(const std::function<bool()>& done) {
    bool over = false;
    const Timer limit = loop.after(10s, [&] {
      over = true;
      loop.stop();
    });
    Timer again;
    std::function<void()> look = [&] {
      if (done()) return loop.stop();
      again = loop.after(1ms, look);
    };
    look();
    if (!done()) loop.run();
    EXPECT_FALSE(over) << "nothing came";
  }

  Logger log;
  Loop loop;
  SeededRandom random{1};
  Engine engine;
  trace::Traces traces;
  StatusLink link{loop, log, 7, engine, traces};
  std::unique_ptr<Status> status;
  std::vector<proto::ToStatus> came;
  bool closed = false;
};

TEST_F(StatusLinkTest, AnswersListsToTheirEnd) {
  hello();
  proto::FromStatus message;
  message.mutable_list_calls()->set_request(3);
  status->send(message);
  message.mutable_list_registrations()->set_request(4);
  status->send(message);
  run_until([&] { return came.size() == 3; });
  EXPECT_THAT(kinds(), ElementsAre(proto::ToStatus::kHello, proto::ToStatus::kCallRows,
                                   proto::ToStatus::kRegistrationRows));
  EXPECT_EQ(came[1].call_rows().request(), 3U);
  EXPECT_TRUE(came[1].call_rows().last());
  EXPECT_EQ(came[2].registration_rows().request(), 4U);
  EXPECT_TRUE(came[2].registration_rows().last());
}

TEST_F(StatusLinkTest, TellsATraceWhatIsHeldAndThenWhatComes) {
  say("BYE sip:a SIP/2.0\r\nCall-ID: x\r\n\r\n");
  hello();
  start_trace();
  run_until([&] { return came.size() == 4; });
  EXPECT_THAT(kinds(),
              ElementsAre(proto::ToStatus::kHello, proto::ToStatus::kTraceStarted,
                          proto::ToStatus::kTracedMessage, proto::ToStatus::kTraceCaughtUp));
  EXPECT_EQ(came[1].trace_started().refusal(), "");
  EXPECT_EQ(came[2].traced_message().request(), 9U);
  EXPECT_EQ(came[2].traced_message().label(), "BYE");
  EXPECT_EQ(came[2].traced_message().call_id(), "x");
  say("ACK sip:a SIP/2.0\r\nCall-ID: x\r\n\r\n");
  link.deliver();
  run_until([&] { return came.size() == 5; });
  EXPECT_EQ(came[4].traced_message().label(), "ACK");
}

TEST_F(StatusLinkTest, SendsNoMoreThanAWindowUntilItIsTaken) {
  for (std::uint32_t i = 0; i < trace::Traces::kWindow + 5; ++i)
    say("BYE sip:a SIP/2.0\r\n\r\n");
  hello();
  start_trace();
  run_until([&] { return came.size() == 2 + trace::Traces::kWindow; });
  proto::FromStatus taken;
  taken.mutable_trace_taken()->set_request(9);
  taken.mutable_trace_taken()->set_messages(trace::Traces::kWindow);
  status->send(taken);
  run_until([&] { return came.back().has_trace_caught_up(); });
  EXPECT_EQ(came.size(), 2 + trace::Traces::kWindow + 5 + 1);
}

TEST_F(StatusLinkTest, RefusesASubjectThatNobodyKnows) {
  hello();
  proto::FromStatus message;
  message.mutable_start_trace()->set_request(9);
  message.mutable_start_trace()->set_subject("carol");
  status->send(message);
  run_until([&] { return came.size() == 2; });
  EXPECT_NE(came[1].trace_started().refusal(), "");
  EXPECT_FALSE(traces.is_read());
}

TEST_F(StatusLinkTest, EndsTracesWithTheLink) {
  hello();
  start_trace();
  run_until([&] { return traces.is_read(); });
  status.reset();
  run_until([&] { return !traces.is_read(); });
}

TEST_F(StatusLinkTest, ClosesOnAnythingBeforeHello) {
  start_trace();
  run_until([&] { return closed; });
  EXPECT_FALSE(traces.is_read());
}

}  // namespace
}  // namespace ringfence::sip_core

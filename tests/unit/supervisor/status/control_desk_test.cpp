// The admin socket from both sides: an asker on a socket, and sip-core played at the other end of
// its link. All in one loop; nothing is awaited by time.
#include "supervisor/status/control_desk.hpp"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

namespace ringfence::status {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class ControlDeskTest : public ::testing::Test {
 protected:
  using Played = channel::Link<proto::FromStatus, proto::ToStatus>;

  ControlDeskTest() : log("status", LogLevel::info, LogFormat::text) {
    Fd listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    ::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listening.get(), 64);
    desk.listen(std::move(listening));
    report.add_processes()->set_name("sip-core");
  }
  ~ControlDeskTest() override { std::filesystem::remove(path); }

  void connect_sip_core() {
    auto ends = socket_pair();
    ASSERT_TRUE(ends);
    desk.connect_sip_core(std::move(ends->first));
    sip_core = std::make_unique<Played>(
        loop, std::move(ends->second),
        [this](proto::FromStatus& message, std::vector<Fd>&) {
          asked.push_back(message);
          return true;
        },
        [](const std::string&) {});
    proto::ToStatus hello;
    hello.mutable_hello()->set_epoch(1);
    sip_core->send(hello);
    run_until([&] { return !asked.empty(); });
    // What we answered it has read before it reads what comes next.
  }
  Fd ask(const std::string& line) {
    Fd asker(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    EXPECT_EQ(::connect(asker.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
    EXPECT_EQ(::send(asker.get(), line.data(), line.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(line.size()));
    return asker;
  }
  // Everything up to `last`.
  std::string answer(const Fd& asker, const std::string& last) {
    std::string text;
    run_until([&] {
      char octets[4096];
      const ssize_t n = ::recv(asker.get(), octets, sizeof octets, 0);
      if (n > 0) text.append(octets, static_cast<std::size_t>(n));
      return text.ends_with(last) || n == 0;
    });
    return text;
  }
  void run_until(const std::function<bool()>& done) {
    bool over = false;
    const Timer limit = loop.after(10s, [&] {
      over = true;
      loop.stop();
    });
    std::function<void()> look;
    Timer again;
    look = [&] {
      if (done()) return loop.stop();
      again = loop.after(1ms, look);
    };
    look();
    if (!done()) loop.run();
    EXPECT_FALSE(over) << "nothing came";
  }
  proto::FromStatus last_asked(proto::FromStatus::KindCase kind) {
    proto::FromStatus found;
    run_until([&] {
      for (const auto& message : asked) {
        if (message.kind_case() == kind) found = message;
      }
      return found.kind_case() == kind;
    });
    return found;
  }
  std::uint64_t start_trace(const Fd& asker) {
    const auto request = last_asked(proto::FromStatus::kStartTrace).start_trace().request();
    proto::ToStatus started;
    started.mutable_trace_started()->set_request(request);
    sip_core->send(started);
    EXPECT_EQ(answer(asker, "ok\n"), "ok\n");
    return request;
  }

  Logger log;
  Loop loop;
  proto::StatusReport report;
  std::vector<std::string> restarts;
  std::function<void()> at_restart = [] {};
  std::string path = std::filesystem::temp_directory_path() /
                     ("ringfence-desk-" + std::to_string(::getpid()) + ".sock");
  sockaddr_un address{};
  std::vector<proto::BlocklistOrder> blocklist_orders;
  std::vector<proto::DrainOrder> drain_orders;
  ControlDesk desk{
      loop,
      log,
      7,
      std::nullopt,
      report,
      {[this](const proto::RestartProcess& order) {
         restarts.push_back(std::to_string(order.process()));
         at_restart();
       },
       [this](const proto::BlocklistOrder& order) { blocklist_orders.push_back(order); },
       [this](const proto::DrainOrder& order) { drain_orders.push_back(order); }}};
  std::unique_ptr<Played> sip_core;
  std::vector<proto::FromStatus> asked;
};

TEST_F(ControlDeskTest, ShowsTheBlocklistThatComesBack) {
  const Fd asker = ask("blocklist\n");
  run_until([&] { return !blocklist_orders.empty(); });
  EXPECT_EQ(blocklist_orders[0].release(), "");
  proto::BlocklistAnswer answered;
  answered.set_request(blocklist_orders[0].request());
  auto& source = *answered.mutable_blocklist()->add_sources();
  source.set_source("203.0.113.7");
  source.set_until_unix_ms(5000);
  source.set_failures(16);
  desk.blocklist_answered(answered);
  EXPECT_EQ(answer(asker, "end\n"),
            "ok\n{\"source\":\"203.0.113.7\",\"until_unix_ms\":5000,\"failures\":16}\nend\n");
}

TEST_F(ControlDeskTest, LiftsABlockOrSaysWhyNot) {
  const Fd lifting = ask("release 203.0.113.7\n");
  run_until([&] { return blocklist_orders.size() == 1; });
  EXPECT_EQ(blocklist_orders[0].release(), "203.0.113.7");
  const Fd failing = ask("release nonsense\n");
  run_until([&] { return blocklist_orders.size() == 2; });
  proto::BlocklistAnswer answered;
  answered.set_request(blocklist_orders[1].request());
  answered.set_error("nonsense is no address");
  desk.blocklist_answered(answered);
  desk.blocklist_answered(answered);  // a second time: nobody is left to hear it
  EXPECT_EQ(answer(failing, "\n"), "error: nonsense is no address\n");
  answered.set_request(blocklist_orders[0].request());
  answered.clear_error();
  desk.blocklist_answered(answered);
  EXPECT_EQ(answer(lifting, "ok\n"), "ok\n");
}

TEST_F(ControlDeskTest, HandsOnADrainAndAnswersIt) {
  EXPECT_EQ(answer(ask("drain 60\n"), "\n"), "ok\n");
  ASSERT_EQ(drain_orders.size(), 1U);
  EXPECT_EQ(drain_orders[0].seconds(), 60U);
}

TEST_F(ControlDeskTest, HandsOnOrdersAndRefusesWhatItDoesNotKnow) {
  const Fd order = ask("restart sip-core\n");
  EXPECT_EQ(answer(order, "\n"), "ok\n");
  EXPECT_THAT(restarts, ElementsAre(std::to_string(proto::SIP_CORE)));
  EXPECT_THAT(answer(ask("halt\n"), "\n"), HasSubstr("error: there are"));
}

// For it may be the end of the process that answers.
TEST_F(ControlDeskTest, AnswersAnOrderToRestartBeforeItGivesItOn) {
  const Fd order = ask("restart sip-core\n");
  std::string answered;
  at_restart = [&] {
    char octets[16];
    const ssize_t n = ::recv(order.get(), octets, sizeof octets, 0);
    answered.assign(octets, static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  };
  run_until([&] { return !restarts.empty(); });
  EXPECT_EQ(answered, "ok\n");
}

TEST_F(ControlDeskTest, AsksASipCoreThatHasJustBeenLinkedAndHasNotSpokenYet) {
  auto ends = socket_pair();
  ASSERT_TRUE(ends);
  desk.connect_sip_core(std::move(ends->first));
  const Fd asker = ask("calls\n");
  EXPECT_EQ(answer(asker, "ok\n"), "ok\n");
  ends->second.reset();
  EXPECT_THAT(answer(asker, "\n"), HasSubstr("error: the link to sip-core closed"));
}

TEST_F(ControlDeskTest, SaysThatSipCoreIsNotThere) {
  EXPECT_EQ(answer(ask("calls\n"), "\n"), "error: sip-core is not there\n");
}

TEST_F(ControlDeskTest, PassesAListOnRowByRowToItsEnd) {
  connect_sip_core();
  const Fd asker = ask("calls\n");
  const auto request = last_asked(proto::FromStatus::kListCalls).list_calls().request();
  for (const bool last : {false, true}) {
    proto::ToStatus rows;
    rows.mutable_call_rows()->set_request(request);
    rows.mutable_call_rows()->add_rows()->set_tenant(last ? "two" : "one");
    rows.mutable_call_rows()->set_last(last);
    sip_core->send(rows);
  }
  const std::string text = answer(asker, "end\n");
  EXPECT_THAT(text, testing::StartsWith("ok\n{\"tenant\":\"one\""));
  EXPECT_THAT(text, HasSubstr("}\n{\"tenant\":\"two\""));
}

TEST_F(ControlDeskTest, TellsSipCoreWhatAReaderHasTaken) {
  connect_sip_core();
  const Fd asker = ask("trace alice\n");
  const auto request = start_trace(asker);
  proto::ToStatus traced;
  traced.mutable_traced_message()->set_request(request);
  traced.mutable_traced_message()->set_label("BYE");
  traced.mutable_traced_message()->set_missed(3);
  sip_core->send(traced);
  EXPECT_THAT(answer(asker, "}\n"), HasSubstr("{\"kind\":\"missed\",\"messages\":3}\n{"));
  const auto taken = last_asked(proto::FromStatus::kTraceTaken).trace_taken();
  EXPECT_EQ(taken.request(), request);
  EXPECT_EQ(taken.messages(), 1U);
}

TEST_F(ControlDeskTest, StopsATraceWhenItsReaderGoes) {
  connect_sip_core();
  Fd asker = ask("trace\n");
  const auto request = start_trace(asker);
  asker.reset();
  EXPECT_EQ(last_asked(proto::FromStatus::kStopTrace).stop_trace().request(), request);
}

TEST_F(ControlDeskTest, EndsATraceWithItsCallAndWithSipCore) {
  connect_sip_core();
  const Fd first = ask("trace x\n");
  proto::ToStatus over;
  over.mutable_trace_over()->set_request(start_trace(first));
  sip_core->send(over);
  EXPECT_EQ(answer(first, "end\n"), "end\n");
  asked.clear();
  const Fd second = ask("trace y\n");
  start_trace(second);
  sip_core.reset();
  EXPECT_THAT(answer(second, "\n"), HasSubstr("error: the link to sip-core closed"));
}

TEST_F(ControlDeskTest, TellsSipCoresRefusal) {
  connect_sip_core();
  const Fd asker = ask("trace nobody\n");
  proto::ToStatus refused;
  refused.mutable_trace_started()->set_request(
      last_asked(proto::FromStatus::kStartTrace).start_trace().request());
  refused.mutable_trace_started()->set_refusal("neither");
  sip_core->send(refused);
  EXPECT_EQ(answer(asker, "\n"), "error: neither\n");
}

TEST_F(ControlDeskTest, LetsNobodyWhoOnlyHoldsConnectionsKeepOthersOut) {
  std::vector<Fd> idle;
  for (std::size_t i = 0; i < ControlServer::kMaxConnections + 4; ++i)
    idle.push_back(ask(""));
  EXPECT_EQ(answer(ask("restart sip-core\n"), "\n"), "ok\n");
  EXPECT_EQ(answer(ask(std::string(kMaxControlLine + 10, 'x')), "\n"), "") << "cut off";
}

}  // namespace
}  // namespace ringfence::status

// The asker's side of the admin socket, against a socket of the test's own.
#include "admin/control/control_stream.hpp"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <thread>

namespace ringfence::admin {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class ControlStreamTest : public ::testing::Test {
 protected:
  ControlStreamTest() {
    std::filesystem::create_directories(folder);
    listening = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder + "/control.sock";
    std::memcpy(address.sun_path, path.data(), path.size());
    ::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listening.get(), 4);
  }
  ~ControlStreamTest() override {
    if (server.joinable()) server.join();
    std::filesystem::remove_all(folder);
  }
  enum class Then { closes, waits };
  // Answers one connection.
  void answer(std::string text, Then then = Then::closes) {
    server = std::thread([this, text = std::move(text), then] {
      peer = Fd(::accept(listening.get(), nullptr, nullptr));
      char octets[256];
      const ssize_t n = ::recv(peer.get(), octets, sizeof octets, 0);
      request.assign(octets, n > 0 ? static_cast<std::size_t>(n) : 0);
      ::send(peer.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (then == Then::closes) peer.reset();
    });
  }

  std::string folder =
      std::filesystem::temp_directory_path() / ("ringfence-control-" + std::to_string(::getpid()));
  Fd listening;
  Fd peer;
  std::string request;
  std::thread server;
};

TEST_F(ControlStreamTest, GivesTheLinesUpToTheEnd) {
  answer("ok\n{\"a\":1}\n{}\nend\n");
  const auto lines = control_list(folder, "calls");
  ASSERT_TRUE(lines);
  EXPECT_THAT(*lines, ElementsAre("{\"a\":1}", "{}"));
  server.join();
  EXPECT_EQ(request, "calls\n");
}

TEST_F(ControlStreamTest, TellsARefusalWithTheOtherSidesSentence) {
  answer("error: sip-core is not there\n");
  const auto lines = control_list(folder, "calls");
  ASSERT_FALSE(lines);
  EXPECT_EQ(lines.error().message, "sip-core is not there");
}

TEST_F(ControlStreamTest, TakesACutListForNone) {
  answer("ok\n{}\n");
  EXPECT_FALSE(control_list(folder, "calls"));
}

TEST_F(ControlStreamTest, SaysThatNobodyListens) {
  const auto lines = control_list("/nonexistent", "calls");
  ASSERT_FALSE(lines);
  EXPECT_THAT(lines.error().message, HasSubstr("does Ringfence run"));
  EXPECT_FALSE(ControlStream::open(folder, "trace a\nrestart sip-core"));
}

TEST_F(ControlStreamTest, EndsOnCtrlCAndWhenTheTimeIsOver) {
  answer("ok\n", Then::waits);
  auto stream = ControlStream::open(folder, "trace");
  ASSERT_TRUE(stream);
  EXPECT_TRUE(std::holds_alternative<ControlStream::TimeOver>(
      *stream->next(std::chrono::steady_clock::now() - 1ms)));
  ::raise(SIGINT);
  EXPECT_TRUE(std::holds_alternative<ControlStream::Interrupted>(*stream->next(std::nullopt)));
}

}  // namespace
}  // namespace ringfence::admin

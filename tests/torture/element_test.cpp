// What an element makes of RFC 4475's messages: the whole engine, over UDP and over a stream
// connection cut by tls-front's framer, against tests/torture/manifest.txt. Whatever comes, no
// call, registration, media session or unfinished message stays behind. Covers R022, R028-R044.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "sip-core/message/parser.hpp"
#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/world.hpp"
#include "tls-front/framer/sip_framer.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;

// One line: file, then for each transport the statuses that the RFC accepts ("silence": none), and
// whether the connection is closed.
struct Expectation {
  std::string name;
  std::string datagram;
  std::string stream;
};

std::ostream& operator<<(std::ostream& out, const Expectation& e) {
  return out << e.name;
}

std::vector<Expectation> manifest() {
  std::ifstream file(std::string(TORTURE_ROOT) + "/manifest.txt");
  std::vector<Expectation> all;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    Expectation e;
    if (line.starts_with('#') || !(words >> e.name >> e.datagram >> e.stream)) continue;
    all.push_back(std::move(e));
  }
  return all;
}

std::string read_vector(const std::string& name) {
  std::ifstream file(std::string(TORTURE_ROOT) + "/rfc4475/" + name + ".dat", std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The tenant that most of the messages are addressed to.
Config torture_config() {
  Config config = demo_config();
  config.trunks.clear();  // a registration on its way is none of the messages' state
  config.routes.clear();
  config.tenants.front().domain = "example.com";
  config.finish();
  return config;
}

class Rfc4475Element : public testing::TestWithParam<Expectation> {
 protected:
  static constexpr std::chrono::seconds kTimerH{33};

  void note(const std::string& octets) {
    const auto answer = sip::parse(octets);
    ASSERT_TRUE(answer) << octets;
    statuses.insert(answer->status_code());
  }

  // A response may go to any port that a Via names (RFC 3261 §18.2.2).
  void send_datagram(const std::string& octets) {
    const IpAddress ip = *IpAddress::parse("192.0.2.99");
    for (unsigned port = 1; port <= UINT16_MAX; ++port) {
      const auto named = ":" + std::to_string(port);
      if (port != 5060 && port != 5061 && octets.find(named) == std::string::npos) continue;
      world.attach_udp({ip, static_cast<Port>(port)}, [this](const std::string& o) { note(o); });
    }
    world.datagram(kPublicUdp, {ip, 5060}, octets);
  }

  void send_stream(const std::string& octets) {
    connection = world.connect(kPublicTls, *SocketAddress::parse("192.0.2.99:40000"), "",
                               [this](const std::string& o) { note(o); });
    world.run();
    tls_front::SipFramer framer;
    framer.feed(octets);
    while (const auto frame = framer.next()) {
      if (frame->kind == tls_front::Frame::Kind::ping) continue;
      const bool whole = frame->kind == tls_front::Frame::Kind::message;
      const auto fault = static_cast<FramingFault>(static_cast<int>(frame->error) + 1);
      world.stream(*connection, std::string(frame->octets), whole ? FramingFault::none : fault);
      world.run();
    }
    // What is not whole yet falls to tls-front's deadline (R033).
    if (framer.in_message()) world.disconnect(*connection);
  }

  std::string outcome() {
    world.advance(kTimerH);
    std::string text;
    for (const int status : statuses) {
      if (status == 100) continue;
      text += (text.empty() ? "" : "+") + std::to_string(status);
    }
    if (text.empty()) text = "silence";
    return connection && !world.is_open(*connection) ? text + "/close" : text;
  }

  void expect_nothing_left() {
    EXPECT_EQ(world.engine().health().calls, 0U);
    EXPECT_EQ(world.engine().health().registrations, 0U);
    EXPECT_EQ(world.unfinished_messages(), 0U);
    EXPECT_TRUE(world.sessions.empty());
  }

  World world{torture_config()};
  std::optional<ConnectionId> connection;
  std::set<int> statuses;
};

TEST_P(Rfc4475Element, answers_a_datagram_as_the_manifest_says) {
  send_datagram(read_vector(GetParam().name));
  EXPECT_EQ(outcome(), GetParam().datagram);
  expect_nothing_left();
}

TEST_P(Rfc4475Element, answers_on_a_stream_as_the_manifest_says) {
  send_stream(read_vector(GetParam().name));
  EXPECT_EQ(outcome(), GetParam().stream);
  expect_nothing_left();
}

INSTANTIATE_TEST_SUITE_P(Torture, Rfc4475Element, testing::ValuesIn(manifest()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Manifest, names_all_messages_once) {
  std::set<std::string> names;
  for (const Expectation& e : manifest())
    EXPECT_TRUE(names.insert(e.name).second) << e.name;
  EXPECT_EQ(names.size(), 50U);
}

}  // namespace
}  // namespace ringfence::sip_core

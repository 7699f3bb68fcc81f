// The phones of one user ring by their q (RFC 3261 §16.6, §16.7).
#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;

class SerialForkingTest : public ::testing::Test {
 protected:
  SerialForkingTest() {
    alice.register_now();
    desk.contact_parameters = cell.contact_parameters = ";q=0.9";
    home.contact_parameters = ";q=0.3";
    for (UserAgent* bob : {&home, &desk, &cell})
      bob->register_now();
  }
  UserAgent phone(const std::string& name, const std::string& address) {
    return UserAgent::on_stream(world, {name, name + "-password", "demo.example"}, kPublicTls,
                                address);
  }
  static void refuse(UserAgent& by, const sip::Message& invite, int status) {
    by.reply(invite, status);
    by.expect_request(Method::ack);
  }

  World world{demo_config()};
  UserAgent alice = phone("alice", "127.0.0.10:40001");
  UserAgent desk = phone("bob", "127.0.0.11:40002");
  UserAgent cell = phone("bob", "127.0.0.12:40003");
  UserAgent home = phone("bob", "127.0.0.13:40004");
};

TEST_F(SerialForkingTest, ThoseOfTheHighestQRingTogetherAndTheOthersOnceAllHaveRefused) {
  auto a = alice.invite("bob", audio_sdp(41000));
  const auto at_desk = desk.expect_request(Method::invite);
  const auto at_cell = cell.expect_request(Method::invite);
  home.expect_silence();
  refuse(desk, at_desk, 486);
  home.expect_silence();  // one of two still rings
  refuse(cell, at_cell, 480);
  home.accept(home.expect_request(Method::invite), 200, audio_sdp(42000));
  home.expect_request(Method::ack);
  alice.ack(a, alice.expect_response(200));
  EXPECT_EQ(world.engine().health().calls, 1U);
}

TEST_F(SerialForkingTest, TheNextRingWhenTheTimeOfTheFirstIsOver) {
  auto a = alice.invite("bob", audio_sdp(41000));
  const auto at_desk = desk.expect_request(Method::invite);
  const auto at_cell = cell.expect_request(Method::invite);
  desk.reply(at_desk, 180);
  cell.reply(at_cell, 180);
  world.advance(19s);
  home.expect_silence();
  world.advance(2s);
  for (UserAgent* one : {&desk, &cell})
    one->reply(one->expect_request(Method::cancel), 200);
  refuse(desk, at_desk, 487);
  refuse(cell, at_cell, 487);
  const auto at_home = home.expect_request(Method::invite);
  home.reply(at_home, 180);
  world.advance(60s);  // the last ones ring as long as the caller waits
  home.expect_silence();
  home.accept(at_home, 200, audio_sdp(42000));
  for (int rang = 0; rang < 3; ++rang)
    alice.expect_response(180);
  alice.ack(a, alice.expect_response(200));
  EXPECT_EQ(world.engine().health().calls, 1U);
}

TEST_F(SerialForkingTest, ADecliningUserIsAskedNowhereElse) {
  alice.invite("bob", audio_sdp(41000));
  cell.reply(cell.expect_request(Method::invite), 180);
  alice.expect_response(180);
  refuse(desk, desk.expect_request(Method::invite), 603);  // RFC 3261 §16.7: a 6xx is for all
  cell.expect_request(Method::cancel);
  alice.expect_response(603);
  home.expect_silence();
}

TEST_F(SerialForkingTest, WhenNobodyIsLeftTheBestFailureIsTold) {
  alice.invite("bob", audio_sdp(41000));
  refuse(desk, desk.expect_request(Method::invite), 486);
  refuse(cell, cell.expect_request(Method::invite), 480);
  refuse(home, home.expect_request(Method::invite), 404);
  alice.expect_response(486);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

}  // namespace
}  // namespace ringfence::sip_core

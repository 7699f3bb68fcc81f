#include "admin/selftest/transport/stream_framer.hpp"

#include <gtest/gtest.h>

namespace ringfence::admin {
namespace {

constexpr std::string_view kMessage = "SIP/2.0 200 OK\r\nVia: x\r\nl :  3\r\n\r\nabc";

TEST(StreamFramer, GivesWholeMessagesHoweverTheyArrive) {
  StreamFramer framer;
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < kMessage.size(); ++i) {
      const auto early = framer.next();
      ASSERT_TRUE(early);
      EXPECT_FALSE(*early);
      framer.append(kMessage.substr(i, 1));
    }
    const auto whole = framer.next();
    ASSERT_TRUE(whole && *whole);
    EXPECT_EQ(**whole, kMessage);
  }
}

TEST(StreamFramer, TakesSeveralFromOneRead) {
  StreamFramer framer;
  framer.append("\r\n\r\n" + std::string(kMessage) + "\r\n" + std::string(kMessage));
  EXPECT_EQ(**framer.next(), kMessage);
  EXPECT_EQ(**framer.next(), kMessage);
  EXPECT_FALSE(*framer.next());
}

TEST(StreamFramer, RefusesWhatHasNoLengthOrTooMuchOfIt) {
  for (const std::string text :
       {"SIP/2.0 200 OK\r\nVia: x\r\n\r\n", "SIP/2.0 200 OK\r\nContent-Length: x\r\n\r\n",
        "SIP/2.0 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "SIP/2.0 200 OK\r\nContent-Length: 70000\r\n\r\n"}) {
    StreamFramer framer;
    framer.append(text);
    EXPECT_FALSE(framer.next()) << text;
  }
  StreamFramer endless;
  endless.append(std::string(70000, 'x'));
  EXPECT_FALSE(endless.next());
}

}  // namespace
}  // namespace ringfence::admin

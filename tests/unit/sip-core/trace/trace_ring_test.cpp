#include "sip-core/trace/trace_ring.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace ringfence::sip_core::trace {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

TraceMessage message(std::string_view octets) {
  TraceMessage message;
  message.time = WallTime(5s);
  message.direction = Direction::sent;
  message.transport = TransportKind::tls;
  message.local = *SocketAddress::parse("192.0.2.1:5061");
  message.remote = *SocketAddress::parse("[2001:db8::2]:40000");
  message.octets = octets;
  return message;
}

TEST(TraceRing, GivesBackWhatItWasGiven) {
  TraceRing ring;
  ring.resize(4096);
  ring.add(message("BYE sip:a SIP/2.0\r\nCall-ID: 77\r\n\r\n"));
  const auto held = ring.read(1);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->call_id, "77");
  EXPECT_EQ(held->octets, "BYE sip:a SIP/2.0\r\nCall-ID: 77\r\n\r\n");
  EXPECT_EQ(held->time, WallTime(5s));
  EXPECT_EQ(held->direction, Direction::sent);
  EXPECT_EQ(held->transport, TransportKind::tls);
  EXPECT_EQ(held->remote.to_string(), "[2001:db8::2]:40000");
  EXPECT_FALSE(ring.read(0));
  EXPECT_FALSE(ring.read(2));
}

TEST(TraceRing, NeverHoldsASecretR124) {
  TraceRing ring;
  ring.resize(4096);
  ring.add(message("INVITE sip:a:SECRET@b SIP/2.0\r\n\r\na=crypto:1 X inline:SECRETKEY\r\n"));
  for (int time = 0; time < 2; ++time)
    EXPECT_THAT(std::string(ring.read(1)->octets), Not(HasSubstr("SECRET")));
}

TEST(TraceRing, KeepsTheNewestAndNumbersWithoutGaps) {
  for (const std::size_t capacity : {600U, 1000U, 1001U, 1337U}) {
    TraceRing ring;
    ring.resize(capacity);
    for (std::uint64_t i = 1; i <= 200; ++i) {
      ring.add(message(std::string(i % 97, static_cast<char>('a' + i % 26))));
      ASSERT_EQ(ring.next(), i + 1);
      ASSERT_LE(ring.oldest(), i) << "the newest is always held";
      for (std::uint64_t number = ring.oldest(); number < ring.next(); ++number) {
        const auto held = ring.read(number);
        ASSERT_TRUE(held);
        ASSERT_EQ(held->octets, std::string(number % 97, static_cast<char>('a' + number % 26)));
      }
    }
    EXPECT_GT(ring.next() - ring.oldest(), 1U);
    EXPECT_FALSE(ring.read(ring.oldest() - 1));
  }
}

TEST(TraceRing, FindsACallIdAmongTheNewest) {
  TraceRing ring;
  ring.resize(4096);
  EXPECT_FALSE(ring.has_call_id("", 10));
  for (const char* id : {"one", "two", "three"})
    ring.add(message(std::string("BYE sip:a SIP/2.0\r\nCall-ID: ") + id + "\r\n\r\n"));
  EXPECT_TRUE(ring.has_call_id("one", 100));
  EXPECT_TRUE(ring.has_call_id("three", 1));
  EXPECT_FALSE(ring.has_call_id("one", 2));
}

TEST(TraceRing, LeavesOutWhatDoesNotFitAndHoldsNothingAtSizeZero) {
  TraceRing ring;
  ring.add(message("x"));
  EXPECT_EQ(ring.next(), 1U);
  ring.resize(512);
  ring.add(message(std::string(513, 'x')));
  EXPECT_EQ(ring.next(), 1U);
  ring.add(message("y"));
  ring.resize(256);
  EXPECT_EQ(ring.oldest(), 2U) << "numbers go on";
  EXPECT_FALSE(ring.read(1));
}

}  // namespace
}  // namespace ringfence::sip_core::trace

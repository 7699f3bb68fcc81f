#include "sip-core/location/dns_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/sip-core/location/dns_message.hpp"

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr std::string_view kName = "_sip._udp.carrier.example";

DnsResult read_srv(const DnsMessage& message) {
  return read_dns_answer(message.octets, RecordType::srv, kName);
}
std::vector<SrvRecord> srv_records(const DnsResult& result) {
  return std::get<std::vector<SrvRecord>>(result->records);
}

TEST(DnsAnswer, HoldsServiceRecordsInOrderWithTheShortestTtl) {
  DnsMessage message(2, kName, 33);
  message.srv(kName, 20, 5, 5062, "b.carrier.example", 300);
  message.srv("_SIP._udp.Carrier.example", 10, 5, 5061, "a.carrier.example", 90);
  const auto answer = read_srv(message);
  ASSERT_TRUE(answer);
  EXPECT_THAT(srv_records(answer), ElementsAre(SrvRecord{10, 5, 5061, "a.carrier.example"},
                                               SrvRecord{20, 5, 5062, "b.carrier.example"}));
  EXPECT_EQ(answer->ttl, 90s);
}

TEST(DnsAnswer, HoldsNaptrRecords) {
  DnsMessage message(1, "carrier.example", 35);
  message.begin_record("carrier.example", 35, 60).number16(50).number16(40);
  message.text("s").text("SIPS+D2T").text("").name("_sips._tcp.carrier.example").end_record();
  const auto answer = read_dns_answer(message.octets, RecordType::naptr, "carrier.example");
  ASSERT_TRUE(answer);
  EXPECT_THAT(std::get<std::vector<NaptrRecord>>(answer->records),
              ElementsAre(NaptrRecord{50, 40, "s", "SIPS+D2T", "", "_sips._tcp.carrier.example"}));
}

TEST(DnsAnswer, FollowsAliasesAndIgnoresRecordsOfOtherNames) {
  DnsMessage message(4, kName, 33);
  message.srv("evil.example", 0, 0, 1, "evil.example");
  message.cname(kName, "one.example", 20).cname("one.example", "two.example", 40);
  message.srv("two.example", 1, 1, 5060, "a.example");
  const auto answer = read_srv(message);
  ASSERT_TRUE(answer);
  EXPECT_THAT(srv_records(answer), ElementsAre(SrvRecord{1, 1, 5060, "a.example"}));
  EXPECT_EQ(answer->ttl, 20s);
}

TEST(DnsAnswer, FailsWhereAliasesGoInCirclesF116) {
  DnsMessage message(2, kName, 33);
  message.cname(kName, "one.example").cname("one.example", kName);
  const auto answer = read_srv(message);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, DnsFault::unavailable);
}

TEST(DnsAnswer, KeepsTheBestOfAThousandRecordsF116) {
  DnsMessage message(1000, kName, 33);
  for (std::uint16_t i = 0; i < 1000; ++i)
    message.srv(kName, static_cast<std::uint16_t>(1000 - i), 1, 5060, "a.example");
  const auto answer = read_srv(message);
  ASSERT_TRUE(answer);
  EXPECT_EQ(srv_records(answer).size(), kMaxKeptRecords);
  EXPECT_EQ(srv_records(answer).front().priority, 1);
}

TEST(DnsAnswer, KeepsTheRootAsTheTargetOfAServiceThatIsNotThereF116) {
  DnsMessage message(1, kName, 33);
  message.srv(kName, 0, 0, 0, ".");
  EXPECT_EQ(srv_records(read_srv(message)).front().target, ".");
}

TEST(DnsAnswer, PassesOverAMalformedRecord) {
  DnsMessage message(2, kName, 33);
  message.begin_record(kName, 33, 60).number16(1).end_record();  // cut off within its data
  message.srv(kName, 1, 1, 5060, "a.example");
  EXPECT_EQ(srv_records(read_srv(message)).size(), 1U);
}

TEST(DnsAnswer, SaysAbsentWhereThereAreNone) {
  DnsMessage message(0, kName, 33);
  ASSERT_FALSE(read_srv(message));
  EXPECT_EQ(read_srv(message).error().fault, DnsFault::absent);
}

TEST(DnsAnswer, IsAFailureAtEveryPlaceWhereTheMessageMayBeCutF116) {
  DnsMessage message(2, kName, 33);
  message.srv(kName, 10, 5, 5061, "a.example").cname("x.example", "y.example");
  for (std::size_t size = 0; size < message.octets.size(); ++size) {
    const std::vector<std::uint8_t> cut(message.octets.begin(),
                                        message.octets.begin() + static_cast<long>(size));
    EXPECT_FALSE(read_dns_answer(cut, RecordType::srv, kName)) << size;
  }
  EXPECT_TRUE(read_srv(message));
}

}  // namespace
}  // namespace ringfence::sip_core

#include "sip-core/transaction/transaction_key.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sip-core/transaction/table_harness.hpp"

namespace ringfence::sip_core {
namespace {

sip::Message options(const std::string& via, const std::string& call_id = "c1") {
  return sip::parse("OPTIONS sip:x@sbc.example SIP/2.0\r\nVia: " + via +
                    "\r\nFrom: <sip:a@h>;tag=f\r\nTo: <sip:b@h>\r\nCall-ID: " + call_id +
                    "\r\nCSeq: 3 OPTIONS\r\nContent-Length: 0\r\n\r\n")
      .value();
}

class TransactionKeyTest : public testing::Test {
 protected:
  TransactionKey key(const std::string& via, const std::string& call_id = "c1") const {
    return keys_.of_request(options(via, call_id), TableHarness::udp());
  }

  SeededRandom random_{1};
  TransactionKeys keys_{random_};
};

TEST_F(TransactionKeyTest, IsBranchSentByAndMethod) {
  const auto base = key("SIP/2.0/UDP h:5060;branch=z9hG4bKabc");
  EXPECT_EQ(base, key("SIP/2.0/UDP H;branch=z9hG4bKABC", "other"));
  EXPECT_NE(base, key("SIP/2.0/UDP h:5061;branch=z9hG4bKabc"));
  EXPECT_NE(base, key("SIP/2.0/UDP h:5060;branch=z9hG4bKabd"));
  const auto message = options("SIP/2.0/UDP h:5060;branch=z9hG4bKabc");
  EXPECT_EQ(base, keys_.of_request(message, TableHarness::udp(), "OPTIONS"));
  EXPECT_NE(base, keys_.of_request(message, TableHarness::udp(), "INVITE"));
}

TEST_F(TransactionKeyTest, DiffersByTheAddressOfTheSource) {
  MessageSource other = TableHarness::udp();
  other.remote.ip = *IpAddress::parse("192.0.2.2");
  const auto message = options("SIP/2.0/UDP h;branch=z9hG4bKabc");
  EXPECT_NE(keys_.of_request(message, TableHarness::udp()), keys_.of_request(message, other));
}

TEST_F(TransactionKeyTest, WithoutTheCookieLooksAtTheWholeRequest) {  // RFC 3261 §17.2.3, RFC 2543
  const auto base = key("SIP/2.0/UDP h;branch=1");
  EXPECT_EQ(base, key("SIP/2.0/UDP h;branch=1"));
  EXPECT_NE(base, key("SIP/2.0/UDP h;branch=2"));
  EXPECT_NE(base, key("SIP/2.0/UDP h;branch=1", "c2"));
}

TEST_F(TransactionKeyTest, TakesWhateverLengthAPeerChooses) {
  const std::string branch = "z9hG4bK" + std::string(3000, 'x');
  const auto base = key("SIP/2.0/UDP h;branch=" + branch);
  EXPECT_EQ(base, key("SIP/2.0/UDP h;branch=" + branch));
  EXPECT_NE(base, key("SIP/2.0/UDP h;branch=" + branch + "y"));
}

TEST_F(TransactionKeyTest, NobodyElseCanTellIt) {
  SeededRandom other(2);
  const auto message = options("SIP/2.0/UDP h;branch=z9hG4bKabc");
  EXPECT_NE(keys_.of_request(message, TableHarness::udp()),
            TransactionKeys(other).of_request(message, TableHarness::udp()));
}

}  // namespace
}  // namespace ringfence::sip_core

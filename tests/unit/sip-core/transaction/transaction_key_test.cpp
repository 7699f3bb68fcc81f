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

std::string key(const std::string& via, const std::string& call_id = "c1") {
  return server_transaction_key(options(via, call_id), TableHarness::udp(), "OPTIONS");
}

TEST(TransactionKey, IsBranchSentByAndMethod) {
  const std::string base = key("SIP/2.0/UDP h:5060;branch=z9hG4bKabc");
  EXPECT_EQ(base, key("SIP/2.0/UDP H;branch=z9hG4bKABC", "other"));
  EXPECT_NE(base, key("SIP/2.0/UDP h:5061;branch=z9hG4bKabc"));
  EXPECT_NE(base, key("SIP/2.0/UDP h:5060;branch=z9hG4bKabd"));
}

TEST(TransactionKey, DiffersByTheAddressOfTheSource) {
  MessageSource other = TableHarness::udp();
  other.remote.ip = *IpAddress::parse("192.0.2.2");
  const auto message = options("SIP/2.0/UDP h;branch=z9hG4bKabc");
  EXPECT_NE(server_transaction_key(message, TableHarness::udp(), "OPTIONS"),
            server_transaction_key(message, other, "OPTIONS"));
}

TEST(TransactionKey, WithoutTheCookieLooksAtTheWholeRequest) {  // RFC 3261 §17.2.3, RFC 2543
  const std::string base = key("SIP/2.0/UDP h;branch=1");
  EXPECT_EQ(base, key("SIP/2.0/UDP h;branch=1"));
  EXPECT_NE(base, key("SIP/2.0/UDP h;branch=2"));
  EXPECT_NE(base, key("SIP/2.0/UDP h;branch=1", "c2"));
}

}  // namespace
}  // namespace ringfence::sip_core

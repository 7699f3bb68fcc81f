#include "sip-core/transaction/stateless_tag.hpp"

#include <gtest/gtest.h>

#include "sip-core/message/response.hpp"
#include "tests/unit/sip-core/transaction/table_harness.hpp"

namespace ringfence::sip_core {
namespace {

MessagePtr request(const std::string& branch, const std::string& to = "<sip:b@h>") {
  return TableHarness::parse("OPTIONS sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK" +
                             branch + "\r\nMax-Forwards: 70\r\nFrom: <sip:a@h>;tag=1\r\nTo: " + to +
                             "\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
}

TEST(StatelessTag, IsTheSameForEveryCopyOfARequestF059) {
  SeededRandom random(1);
  const StatelessTag tag(random);
  EXPECT_EQ(tag.of(*request("x")), tag.of(*request("x")));
  EXPECT_NE(tag.of(*request("x")), tag.of(*request("y")));
  const StatelessTag of_another_process(random);
  EXPECT_NE(tag.of(*request("x")), of_another_process.of(*request("x")));
}

TEST(StatelessTag, IsGivenWhereTheResponseChoosesOne) {
  SeededRandom random(1);
  const StatelessTag tag(random);
  const auto fresh = request("x");
  auto response = sip::make_response(*fresh, 401, {}, "random");
  tag.put(*fresh, response);
  EXPECT_EQ(response.header(sip::HeaderName::to), "<sip:b@h>;tag=" + tag.of(*fresh));
  const auto inside = request("x", "<sip:b@h>;tag=theirs");
  auto refusal = sip::make_response(*inside, 481, {}, "random");
  tag.put(*inside, refusal);
  EXPECT_EQ(refusal.header(sip::HeaderName::to), "<sip:b@h>;tag=theirs");
}

}  // namespace
}  // namespace ringfence::sip_core

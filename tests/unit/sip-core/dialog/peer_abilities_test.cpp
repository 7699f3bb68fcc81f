#include "sip-core/dialog/peer_abilities.hpp"

#include <gtest/gtest.h>

#include "sip-core/message/parser.hpp"

namespace ringfence::sip_core {
namespace {

sip::Message invite(const std::string& fields) {
  auto parsed = sip::parse(
      "INVITE sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\n"
      "To: <sip:b@h>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n" +
      fields + "Content-Length: 0\r\n\r\n");
  EXPECT_TRUE(parsed.has_value());
  return parsed ? std::move(*parsed) : sip::Message{};
}

TEST(PeerAbilitiesTest, KnowsNothingOfAPeerThatSaysNothing) {
  PeerAbilities peer;
  peer.note(invite(""));
  EXPECT_FALSE(peer.update);
  EXPECT_FALSE(peer.reliable_provisionals);
}

TEST(PeerAbilitiesTest, ReadsAllowAndSupported) {
  PeerAbilities peer;
  peer.note(invite("Allow: INVITE, UPDATE\r\nSupported: timer, 100rel\r\n"));
  EXPECT_TRUE(peer.update);
  EXPECT_TRUE(peer.reliable_provisionals);
  EXPECT_FALSE(peer.wants_all_reliable);
  peer.note(invite("Allow: INVITE\r\nRequire: 100rel\r\n"));
  EXPECT_FALSE(peer.update);
  EXPECT_TRUE(peer.wants_all_reliable);
  EXPECT_TRUE(peer.reliable_provisionals);
}

}  // namespace
}  // namespace ringfence::sip_core

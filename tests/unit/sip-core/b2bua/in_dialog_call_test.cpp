// What a request within a call is judged by before its method: what it requires, and whose it is.
#include "tests/unit/sip-core/b2bua/call_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using sip::HeaderName;
using sip::Method;

class InDialogCallTest : public CallFixture {
 protected:
  static sip::OutgoingMessage requiring(const std::string& options, const std::string& sdp = {}) {
    sip::OutgoingMessage with;
    with.add(HeaderName::require, options);
    if (!sdp.empty()) with.body("application/sdp", sdp);
    return with;
  }
};

TEST_F(InDialogCallTest, AnUnknownOptionInACallGets420AndNothingElseHappensR046) {
  establish();
  alice.request(a, Method::invite,
                requiring("timer, nothing-we-know", audio_sdp(41000, some_crypto('A'))));
  EXPECT_EQ(alice.expect_response(420).header(HeaderName::unsupported), "nothing-we-know");
  bob.request(b, Method::info, requiring("one, two"));
  EXPECT_EQ(bob.expect_response(420).header(HeaderName::unsupported), "one, two");
  bob.request(b, Method::bye, requiring("one"));
  bob.expect_response(420);
  alice.expect_silence();
  expect_call_goes_on();
  hang_up();
}

TEST_F(InDialogCallTest, WhatWeSupportMayBeRequiredR046) {
  establish();
  alice.request(a, Method::options, requiring("timer, replaces, norefersub, 100rel"));
  alice.expect_response(200);
}

}  // namespace
}  // namespace ringfence::sip_core

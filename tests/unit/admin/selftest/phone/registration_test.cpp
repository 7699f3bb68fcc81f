#include "admin/selftest/phone/registration.hpp"

#include <gmock/gmock.h>

#include "selftest/phone/scripted_box.hpp"
#include "sip-core/digest/credentials.hpp"

namespace ringfence::admin {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

class RegistrationTest : public testing::Test {
 protected:
  static sip::Message ok(const std::string& request, std::string_view contact) {
    sip::OutgoingMessage response = response_to(request, 200);
    if (!contact.empty()) response.add(sip::HeaderName::contact, contact);
    return parsed(response.serialize());
  }

  SeededRandom random_{1};
  Registration registration_{kAlice, random_};
};

TEST_F(RegistrationTest, RegistersTheConnectionsOwnAddress) {
  const PhoneStep step = registration_.request(seconds(60));
  ASSERT_EQ(step.send.size(), 1U);
  const sip::Message request = parsed(step.send[0]);
  EXPECT_EQ(request.request_uri_text(), "sip:demo.example");
  EXPECT_EQ(header(request, sip::HeaderName::contact), "<sip:alice@192.0.2.9:40000;transport=tls>");
  EXPECT_THAT(std::string(header(request, sip::HeaderName::via)),
              testing::StartsWith("SIP/2.0/TLS 192.0.2.9:40000;branch=z9hG4bK"));
  EXPECT_EQ(request.expires(), 60U);
}

TEST_F(RegistrationTest, AnswersTheChallengeOnceWithSha256) {
  const PhoneStep first = registration_.request(seconds(60));
  const PhoneStep second = registration_.receive(challenge_to(first.send[0]));
  ASSERT_EQ(second.send.size(), 1U);
  const sip::Message request = parsed(second.send[0]);
  EXPECT_EQ(request.cseq()->number, parsed(first.send[0]).cseq()->number + 1);
  EXPECT_EQ(request.call_id(), parsed(first.send[0]).call_id());
  const auto credentials =
      sip_core::digest::Credentials::parse(header(request, sip::HeaderName::authorization));
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->algorithm, sip_core::digest::Algorithm::sha256);
  EXPECT_EQ(verify(*credentials,
                   sip_core::digest::Secrets::from_password("alice", "demo.example", "secret"),
                   {"REGISTER"}),
            sip_core::digest::Verdict::right);

  const PhoneStep refused = registration_.receive(challenge_to(second.send[0]));
  EXPECT_TRUE(refused.send.empty());
  ASSERT_NE(event_in<RegisterRefused>(refused), nullptr);
  EXPECT_EQ(event_in<RegisterRefused>(refused)->status, 401);
}

TEST_F(RegistrationTest, RefusesAChallengeOfMd5OrAnotherRealm) {
  for (const char* value :
       {"Digest realm=\"demo.example\", nonce=\"n\", algorithm=MD5",
        "Digest realm=\"evil\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\""}) {
    const PhoneStep first = registration_.request(seconds(60));
    sip::OutgoingMessage response = response_to(first.send[0], 401);
    response.add(sip::HeaderName::www_authenticate, value);
    const PhoneStep step = registration_.receive(parsed(response.serialize()));
    EXPECT_TRUE(step.send.empty());
    EXPECT_NE(event_in<RegisterRefused>(step), nullptr);
  }
}

TEST_F(RegistrationTest, IsRegisteredOnlyWhereThe200ListsItsBinding) {
  PhoneStep step = registration_.request(seconds(60));
  EXPECT_NE(event_in<RegisterRefused>(registration_.receive(ok(step.send[0], ""))), nullptr);
  step = registration_.request(seconds(60));
  EXPECT_NE(event_in<RegisterRefused>(registration_.receive(
                ok(step.send[0], "<sip:alice@192.0.2.9:40001;transport=tls>;expires=60"))),
            nullptr);
  step = registration_.request(seconds(60));
  EXPECT_NE(event_in<Registered>(registration_.receive(
                ok(step.send[0], "<sip:alice@192.0.2.9:40000;transport=tls>;expires=60"))),
            nullptr);
}

TEST_F(RegistrationTest, IsGoneOnlyWhereThe200DoesNotListItsBinding) {
  PhoneStep step = registration_.request(seconds(0));
  EXPECT_NE(event_in<RegisterRefused>(registration_.receive(
                ok(step.send[0], "<sip:alice@192.0.2.9:40000;transport=tls>;expires=60"))),
            nullptr);
  step = registration_.request(seconds(0));
  EXPECT_NE(event_in<Unregistered>(registration_.receive(ok(step.send[0], ""))), nullptr);
}

// RFC 5630 §3.1.3: a sips: Contact says TLS by its scheme.
TEST_F(RegistrationTest, WithSipsEveryUriOfItsOwnIsSips) {
  PhoneIdentity identity = kAlice;
  identity.scheme = PhoneScheme::sips;
  Registration registration(identity, random_);
  const sip::Message request = parsed(registration.request(seconds(60)).send[0]);
  EXPECT_EQ(request.request_uri_text(), "sips:demo.example");
  EXPECT_EQ(header(request, sip::HeaderName::contact), "<sips:alice@192.0.2.9:40000>");
  EXPECT_EQ(header(request, sip::HeaderName::to), "<sips:alice@demo.example>");
}

TEST_F(RegistrationTest, AnOldOrProvisionalResponseChangesNothing) {
  const PhoneStep first = registration_.request(seconds(60));
  const PhoneStep second = registration_.request(seconds(60));
  EXPECT_TRUE(registration_.receive(challenge_to(first.send[0])).send.empty());
  EXPECT_TRUE(
      registration_.receive(parsed(response_to(second.send[0], 100).serialize())).events.empty());
}

}  // namespace
}  // namespace ringfence::admin

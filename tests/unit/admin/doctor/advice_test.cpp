// The doctor's sentences: what is wrong, and what to type.
#include "admin/doctor/advice.hpp"

#include <gmock/gmock.h>

#include "admin/doctor/box_checks.hpp"
#include "admin/doctor/carrier_requests.hpp"
#include "admin/doctor/machine_checks.hpp"
#include "sip-core/message/parser.hpp"

namespace ringfence::admin {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
namespace sip = sip_core::sip;

const TrunkName kName{"demo/Telco"};
const SocketAddress kTarget = *SocketAddress::parse("192.0.2.1:5061");

sip_core::Trunk trunk() {
  sip_core::Trunk trunk;
  trunk.label = "Telco";
  trunk.host = "sip.telco.example";
  trunk.tls = true;
  trunk.username = "4930123";
  trunk.password = "secret";
  trunk.registers = true;
  return trunk;
}

std::string advice(LinkFailure::Kind kind, const std::optional<CertificateFacts>& facts = {}) {
  return advice_on_link(trunk(), kName, kTarget, {kind, "why"}, facts);
}

TEST(DoctorAdvice, SaysForEachFailureWhatToChange) {
  using Kind = LinkFailure::Kind;
  const CertificateFacts facts{"other.example", "2025-01-01", "2026-01-02", -30};
  EXPECT_THAT(advice(Kind::refused),
              AllOf(HasSubstr("nothing listens at 192.0.2.1:5061 over tls"),
                    HasSubstr("ringfencectl trunk set demo/Telco tls_port=PORT")));
  EXPECT_THAT(advice(Kind::certificate_name, facts),
              AllOf(HasSubstr("is for other.example, not for sip.telco.example"),
                    HasSubstr("tls_verify=ca")));
  EXPECT_THAT(advice(Kind::certificate_expired, facts), HasSubstr("expired on 2026-01-02"));
  EXPECT_THAT(advice(Kind::certificate_not_yet, facts), HasSubstr("clock"));
  EXPECT_THAT(advice(Kind::certificate_untrusted), HasSubstr("folder trust below --certs"));
  EXPECT_THAT(advice(Kind::not_tls), HasSubstr("tls=0"));
  EXPECT_THAT(advice(Kind::not_sip), HasSubstr("but not in SIP"));
  EXPECT_THAT(advice(Kind::no_answer), HasSubstr("firewall"));
  EXPECT_THAT(advice(Kind::closed), HasSubstr("client_certificate"));
  EXPECT_THAT(advice(Kind::tls), HasSubstr("TLS 1.2 or 1.3"));
  EXPECT_THAT(advice(Kind::unreachable), HasSubstr("cannot be reached: why"));
}

TEST(DoctorAdvice, TellsAWrongPasswordFromAWrongUser) {
  const auto of = [](int status, Answered answered) {
    return finding_on_register(trunk(), kName, status, "Reason", answered);
  };
  const Finding password = of(403, Answered::yes);
  EXPECT_EQ(password.severity, Severity::bad);
  EXPECT_THAT(password.sentence, AllOf(HasSubstr("refuses the password of user 4930123"),
                                       HasSubstr("--password-stdin"), Not(HasSubstr("secret"))));
  EXPECT_THAT(of(404, Answered::yes).sentence, HasSubstr("knows no user 4930123"));
  EXPECT_THAT(of(403, Answered::no).sentence, HasSubstr("before it asks for a password"));
  EXPECT_EQ(of(200, Answered::yes).severity, Severity::good);
  EXPECT_EQ(of(400, Answered::yes).severity, Severity::good);
  EXPECT_EQ(of(200, Answered::no).severity, Severity::good);
  EXPECT_EQ(of(503, Answered::no).severity, Severity::warning);
}

TEST(DoctorAdvice, TakesAnyAnswerToOptionsForASignOfLife) {
  EXPECT_EQ(finding_on_options(200, "OK").severity, Severity::good);
  EXPECT_EQ(finding_on_options(405, "No").severity, Severity::good);
  EXPECT_EQ(finding_on_options(403, "No").severity, Severity::warning);
  EXPECT_EQ(finding_on_options(503, "No").severity, Severity::warning);
}

TEST(CarrierRequests, GoThroughTheProxyAndAgreeOnMediaSecurityAsTheTrunkDoes) {
  SeededRandom random(1);
  sip_core::Trunk row = trunk();
  row.outbound_proxy = sip_core::OutboundProxy{"proxy.telco.example", std::nullopt};
  row.srtp = row.mediasec = true;
  CarrierRequests requests(row, *SocketAddress::parse("198.51.100.2:40000"), random);
  EXPECT_THAT(requests.options().serialize(), HasSubstr("Route: <sips:proxy.telco.example:5061"));
  EXPECT_THAT(requests.bindings().serialize(),
              AllOf(HasSubstr("Route: <sips:proxy.telco.example:5061"),
                    HasSubstr("Security-Client: sdes-srtp;mediasec\r\n"),
                    HasSubstr("Proxy-Require: mediasec\r\n")));
  const auto challenge = sip::parse(
      "SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/TLS h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\n"
      "To: <sip:a@h>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n"
      "Security-Server: sdes-srtp;mediasec\r\n"
      "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n"
      "Content-Length: 0\r\n\r\n");
  EXPECT_THAT(requests.answer(*challenge)->serialize(),
              HasSubstr("Security-Verify: sdes-srtp;mediasec\r\n"));
}

TEST(CarrierRequests, AskForTheBindingsAndChangeNone) {
  SeededRandom random(1);
  const sip_core::Trunk row = trunk();
  CarrierRequests requests(row, *SocketAddress::parse("198.51.100.2:40000"), random);
  const auto request = requests.bindings();
  EXPECT_EQ(request.uri(), "sips:sip.telco.example:5061;transport=tls");
  EXPECT_FALSE(request.header(sip::HeaderName::contact));
  EXPECT_FALSE(request.header(sip::HeaderName::expires));
  const auto challenge = sip::parse(
      "SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/TLS h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\n"
      "To: <sip:a@h>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n"
      "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n"
      "Content-Length: 0\r\n\r\n");
  ASSERT_TRUE(challenge);
  const auto again = requests.answer(*challenge);
  ASSERT_TRUE(again);
  EXPECT_THAT(again->serialize(),
              AllOf(HasSubstr("username=\"4930123\""), Not(HasSubstr("secret"))));
  EXPECT_FALSE(requests.is_answer(*challenge));
}

TEST(BoxChecks, TellWhatTheBoxSaysOfItself) {
  const Findings findings = findings_of_health(
      R"({"processes": [{"name": "sip-core", "state": "backoff"}],
          "listeners": [{"name": "l", "transport": "udp", "address": "::", "port": 5060,
                         "state": "failed", "error": "in use"}],
          "trunks": [{"tenant": "demo", "label": "T", "state": "failed", "last_error": "403"}],
          "config": {"errors": [{"table": "trunks", "id": 3, "column": "host", "message": "bad"}],
                     "warnings": []}})",
      R"({"certificates": [{"sni": "a.test", "not_after": "2026-01-01", "days_left": -3}]})");
  const std::string text = findings_as_text(findings, Colours::off);
  EXPECT_TRUE(any_bad(findings));
  EXPECT_THAT(text, HasSubstr("WRONG    process sip-core: it is backoff"));
  EXPECT_THAT(text, HasSubstr("WRONG    listener l: udp :::5060: in use"));
  EXPECT_THAT(text, HasSubstr("WRONG    certificate a.test: expired on 2026-01-01"));
  EXPECT_THAT(text, HasSubstr("WRONG    trunks 3 host: bad"));
  EXPECT_THAT(text, HasSubstr("WRONG    trunk demo/T: the box says failed: 403"));
  EXPECT_THAT(findings_as_json(findings), HasSubstr("\"severity\": \"wrong\""));
  EXPECT_THAT(findings_of_health("<html>", "").front().sentence, HasSubstr("no JSON"));
}

TEST(MachineChecks, KnowTheModuleThatRewritesSip) {
  EXPECT_TRUE(lists_sip_helper("nf_conntrack_sip 1 0\n"));
  EXPECT_TRUE(lists_sip_helper("a 1\nnf_conntrack_sip 1 0\n"));
  EXPECT_FALSE(lists_sip_helper("nf_conntrack 1 0\nnf_conntrack_sippy 1\n"));
}

TEST(MachineChecks, TellAPortThatIsTaken) {
  sip_core::Config config;
  sip_core::Listener listener;
  listener.name = "l";
  listener.transport = sip_core::TransportKind::udp;
  listener.address = *IpAddress::parse("192.0.2.77");
  listener.port = 5060;
  config.listeners = {listener};
  EXPECT_THAT(check_ports(config).front().sentence, HasSubstr("no such address"));
}

}  // namespace
}  // namespace ringfence::admin

// The HTTP pages.
#include "supervisor/status/pages.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "supervisor/status/verdict.hpp"

namespace ringfence::status {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Pages : public testing::Test {
 protected:
  Pages() {
    for (const char* name : {"sip-core", "tls-front", "media-worker-0", "media-worker-1"}) {
      auto& process = *report_.add_processes();
      process.set_name(name);
      process.set_pid(100);
      process.set_state("running");
      process.set_started_unix_ms(unix_seconds() * 1000 - 90'000);
      process.set_confinement("no_new_privs, seccomp, landlock 4");
    }
    add_listener(1, "tls", 6061);
    add_listener(2, "udp", 6070);
    report_.set_blocklist_failures(15);
    report_.set_blocklist_window_s(300);
    report_.set_blocklist_duration_s(3600);
  }
  std::int64_t unix_seconds() const {
    return std::chrono::duration_cast<std::chrono::seconds>(clock_.wall_now().time_since_epoch())
        .count();
  }
  void add_listener(std::uint64_t id, const char* transport, std::uint32_t port) {
    auto& listener = *report_.add_listeners();
    listener.set_id(id);
    listener.set_name("l" + std::to_string(id));
    listener.set_side("public");
    listener.set_transport(transport);
    listener.set_port(port);
    listener.set_bound(true);
  }
  HttpResponse get(const std::string& path) {
    return answer(GetRequest{path}, report_, clock_.wall_now());
  }
  json get_json(const std::string& path) { return json::parse(get(path).body); }

  ManualClock clock_;
  proto::StatusReport report_;
};

TEST_F(Pages, HealthIsOkWhenEverythingRuns) {
  EXPECT_EQ(get("/health").status, 200);
  const json health = get_json("/health");
  EXPECT_EQ(health["status"], "ok");
  EXPECT_EQ(health["processes"][0]["name"], "sip-core");
  EXPECT_EQ(health["processes"][0]["uptime_s"], 90);
  EXPECT_EQ(health["processes"][0]["confinement"], "no_new_privs, seccomp, landlock 4");
  EXPECT_EQ(health["calls"]["active"], 0);
  EXPECT_TRUE(health["config"]["errors"].empty());
}

TEST_F(Pages, HealthIsDegradedButServedWhenAMediaWorkerIsMissing) {
  report_.mutable_processes(3)->set_state("backoff");
  EXPECT_EQ(get("/health").status, 200);
  EXPECT_EQ(get_json("/health")["status"], "degraded");
}

TEST_F(Pages, HealthIsDegradedForABadRowOrAFailedTrunk) {
  report_.add_config_errors()->set_message("bad");
  EXPECT_EQ(overall_health(report_), Health::degraded);
  report_.clear_config_errors();
  report_.add_trunks()->set_state("failed");
  EXPECT_EQ(overall_health(report_), Health::degraded);
  EXPECT_EQ(get("/health").status, 200);
}

TEST_F(Pages, HealthIs503WithoutAnEssentialProcessOrAListener) {
  report_.mutable_processes(0)->set_state("starting");
  EXPECT_EQ(get("/health").status, 503);
  EXPECT_EQ(get_json("/health")["status"], "down");
  report_.mutable_processes(0)->set_state("running");
  report_.mutable_listeners(1)->set_bound(false);
  report_.mutable_listeners(1)->set_error("cannot bind");
  EXPECT_EQ(get("/health").status, 503);
  EXPECT_EQ(get_json("/health")["status"], "degraded");
  EXPECT_EQ(get_json("/health")["listeners"][1]["error"], "cannot bind");
  report_.Clear();
  EXPECT_EQ(get_json("/health")["status"], "down") << "before the first report";
}

TEST_F(Pages, HealthIsValidJsonWhateverTheNamesHold) {
  auto& trunk = *report_.add_trunks();
  trunk.set_label("a\"b\\\r\n\x01");
  trunk.set_last_error("\xff\xfe");
  EXPECT_EQ(get_json("/health")["trunks"][0]["label"], "a\"b\\\r\n\x01");
}

TEST_F(Pages, TlsHealthShowsPortsCertificatesAndThePolicyInForce) {
  auto& port = *report_.mutable_tls()->add_ports();
  port.set_listener_id(1);
  port.set_handshakes_ok(7);
  port.set_handshakes_failed(2);
  port.set_over_cap(1);
  auto& certificate = *report_.mutable_tls()->add_certificates();
  certificate.set_sni("demo.test");
  certificate.set_thumbprint_sha256("ab12");
  certificate.set_key_type("ECDSA");
  certificate.set_confirmed(true);
  certificate.set_not_after_unix(unix_seconds() + 86400 * 30 + 5);
  report_.mutable_tls()->set_blocklist_active(3);
  const json health = get_json("/sip-tls/health");
  EXPECT_EQ(health["status"], "listening");
  ASSERT_EQ(health["ports"].size(), 1U) << "UDP is not a TLS port";
  EXPECT_EQ(health["ports"][0]["port"], 6061);
  EXPECT_EQ(health["ports"][0]["handshakes_ok"], 7);
  EXPECT_EQ(health["handshakes_total"], 9);
  EXPECT_EQ(health["certificates"][0]["days_left"], 30);
  EXPECT_EQ(health["certificates"][0]["not_after"], "2026-01-31T00:00:05Z");
  EXPECT_EQ(health["certificates"][0]["key"], "ECDSA");
  EXPECT_EQ(health["certificates"][0]["confirmed"], true);
  EXPECT_EQ(health["certificates"][0]["ocsp_stapled"], false);
  EXPECT_EQ(health["autoblocklist"]["active"], 3);
  report_.set_blocklist_failures(5);
  report_.set_blocklist_window_s(60);
  report_.set_blocklist_duration_s(120);
  EXPECT_THAT(std::string(get_json("/sip-tls/health")["autoblocklist"]["policy"]),
              HasSubstr("more than 5 failed TLS handshakes within 60 s is refused on every TLS and "
                        "TCP port for 120 s"));
}

TEST_F(Pages, TlsHealthIsDegradedWithAPortMissingAndDownWithoutTlsFront) {
  add_listener(3, "tls", 5061);
  report_.mutable_listeners(2)->set_bound(false);
  EXPECT_EQ(get_json("/sip-tls/health")["status"], "degraded");
  EXPECT_EQ(get_json("/sip-tls/health")["ports"][1]["state"], "failed");
  report_.mutable_processes(1)->set_state("backoff");
  EXPECT_EQ(get_json("/sip-tls/health")["status"], "down");
  EXPECT_EQ(get("/sip-tls/health").status, 503);
}

TEST_F(Pages, HealthWarnsOfCertificatesThatEndOrCannotBeUsed) {
  auto& expired = *report_.mutable_tls()->add_certificates();
  expired.set_sni("old.test");
  expired.set_not_after_unix(unix_seconds() - 10);
  auto& broken = *report_.mutable_tls()->add_certificates();
  broken.set_sni("broken.test");
  broken.set_error("no certificate in it");
  broken.add_warnings("the certificate does not name broken.test");
  const json warnings = get_json("/health")["config"]["warnings"];
  ASSERT_EQ(warnings.size(), 3U);
  EXPECT_EQ(warnings[2]["message"], "the certificate does not name broken.test");
  EXPECT_THAT(std::string(warnings[0]["message"]), HasSubstr("expired on 2025-12-31T23:59:50Z"));
  EXPECT_EQ(get_json("/sip-tls/health")["certificates"][0]["days_left"], -1);
  EXPECT_EQ(warnings[1]["column"], "broken.test");
}

TEST_F(Pages, MetricsStandTogetherByNameAndEscapeLabels) {
  auto& trunk = *report_.add_trunks();
  trunk.set_label("a\"b\n");
  trunk.set_state("registered");
  (*report_.mutable_processes(0)->mutable_counters())["sip_requests_total"] = 12;
  const std::string text = get("/metrics").body;
  EXPECT_THAT(text, HasSubstr("ringfence_up 1\n"));
  EXPECT_THAT(text, HasSubstr("ringfence_trunk_up{tenant=\"\",trunk=\"a\\\"b?\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("ringfence_sip_requests_total{process=\"sip-core\"} 12\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE ringfence_sip_requests_total counter\n"));
  const std::string help = "# HELP ringfence_process_up ";
  EXPECT_EQ(text.find(help), text.rfind(help)) << "one HELP line per metric";
}

TEST_F(Pages, OtherPathsAndRequestsAreRefusedInJson) {
  EXPECT_EQ(get("/").status, 404);
  EXPECT_EQ(get("/health/").status, 404);
  const auto refused = answer(BadRequest{405, "only GET is answered"}, report_, clock_.wall_now());
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(json::parse(refused.body)["error"], "only GET is answered");
}

}  // namespace
}  // namespace ringfence::status

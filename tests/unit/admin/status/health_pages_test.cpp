#include "admin/status/health_pages.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace ringfence::admin {
namespace {

using testing::HasSubstr;

constexpr std::string_view kHealth = R"({"status": "ok",
 "processes": [{"name": "sip-core", "pid": 7, "state": "running", "restarts": 1, "uptime_s": 3700,
                "confinement": "off"}],
 "calls": {"active": 3}, "registrations": {"active": 4},
 "trunks": [{"tenant": "demo", "label": "Telco", "state": "failed", "transport": "tls",
             "last_error": "timeout"}],
 "listeners": [{"id": 1, "name": "pub", "side": "public", "transport": "tls",
                "address": "127.0.0.1", "port": 6061, "state": "bound"}],
 "config": {"revision": 12,
  "errors": [{"table": "trunks", "id": 3, "column": "host", "message": "is no host name"}],
  "warnings": [{"table": "certificates", "id": 0, "column": "x", "message": "expires"}]}})";
constexpr std::string_view kTls = R"({"status": "listening",
 "ports": [{"port": 6061, "side": "public", "state": "listening", "handshakes_ok": 5,
            "handshakes_failed": 6, "in_flight": 0, "over_cap": 0}],
 "certificates": [{"sni": "demo.example", "thumbprint_sha256": "ab12", "not_after": "2027-01-01",
                   "days_left": 38}],
 "autoblocklist": {"active": 2, "lifetime": 9, "policy": "…"}})";

TEST(HealthPages, ShowsEveryPart) {
  const auto view = show_health(kHealth, kTls, Colours::off);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->well, AllIsWell::yes);
  for (const char* part :
       {"ok   TLS listening   calls 3   registrations 4   blocked sources 2   configuration 12",
        "sip-core  running    7  1 h 1 min", "demo/Telco  failed  tls        timeout",
        "pub       public  tls        127.0.0.1  6061  bound",
        "demo.example         38  2027-01-01", "error trunks 3, host: is no host name",
        "warning certificates, x: expires"}) {
    EXPECT_THAT(view->text, HasSubstr(part));
  }
}

TEST(HealthPages, NothingIsWellUnlessBothPagesSaySo) {
  std::string health(kHealth);
  health.replace(health.find("\"ok\""), 4, "\"degraded\"");
  EXPECT_EQ(show_health(health, kTls, Colours::off)->well, AllIsWell::no);
  EXPECT_EQ(join_health(health, kTls)->well, AllIsWell::no);
  EXPECT_EQ(show_health(kHealth, R"({"status": "down"})", Colours::off)->well, AllIsWell::no);
  EXPECT_EQ(show_health("{}", "{}", Colours::off)->well, AllIsWell::no);
}

TEST(HealthPages, SurvivesPagesOfAnotherShape) {
  EXPECT_FALSE(show_health("<html>", kTls, Colours::off));
  EXPECT_FALSE(show_health("[]", kTls, Colours::off));
  const auto odd = show_health(
      R"({"status": 7, "processes": [1, {"name": {"a": 1}, "uptime_s": "x"}], "trunks": {"a": 2},
          "calls": 5, "config": [], "listeners": null})",
      kTls, Colours::off);
  EXPECT_TRUE(odd);
}

TEST(HealthPages, TheJointPageHoldsBoth) {
  const auto document = nlohmann::json::parse(join_health(kHealth, kTls)->text);
  EXPECT_EQ(document["health"]["calls"]["active"], 3);
  EXPECT_EQ(document["sip_tls"]["ports"][0]["port"], 6061);
}

TEST(HealthPages, CertificatesComeWithTheirThumbprints) {
  EXPECT_THAT(*show_certificates(kTls, Colours::off),
              HasSubstr("demo.example         38  2027-01-01  -        ab12\n"));
  EXPECT_EQ(nlohmann::json::parse(*certificates_as_json(kTls))[0]["sni"], "demo.example");
}

TEST(HealthPages, AnAddressWhereNobodyListensIsAClearSentence) {
  const auto page = fetch_page(*SocketAddress::parse("127.0.0.1:1"), "/health");
  ASSERT_FALSE(page);
  EXPECT_THAT(page.error().message, HasSubstr("cannot reach 127.0.0.1:1"));
  EXPECT_THAT(page.error().message, HasSubstr("RINGFENCE_HTTP"));
}

}  // namespace
}  // namespace ringfence::admin

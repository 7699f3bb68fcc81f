#include "supervisor/health/status_report.hpp"

#include <gtest/gtest.h>

#include "../config/config_fixture.hpp"

namespace ringfence::supervisor {
namespace {

class Report : public testing::Test {
 protected:
  Report() {
    sources_.listeners = &listeners_;
    sources_.config = &config_;
    sources_.errors = {&errors_};
    sources_.warnings = {&warnings_, &certificate_warnings_};
  }

  Config config_ = sample_config();
  std::map<RowId, ListenerSet::Held> listeners_;
  std::vector<Problem> errors_;
  std::vector<Problem> warnings_;
  std::vector<Problem> certificate_warnings_;
  proto::SipCoreHealth sip_core_;
  StatusSources sources_;
};

TEST_F(Report, ShowsATrunkAsDownWhileSipCoreIsAway) {
  const auto report = status_report(sources_);
  ASSERT_EQ(report.trunks_size(), 1);
  EXPECT_EQ(report.trunks(0).tenant(), "demo");
  EXPECT_EQ(report.trunks(0).state(), "down");
  EXPECT_EQ(report.trunks(0).last_error(), "sip-core is not running");
}

TEST_F(Report, ShowsWhatSipCoreSaysOfATrunk) {
  auto& health = *sip_core_.add_trunks();
  health.set_trunk_id(1);
  health.set_state("failed");
  health.set_transport("tls");
  health.set_last_error("403 Forbidden");
  sip_core_.set_calls_active(5);
  sources_.sip_core = &sip_core_;
  const auto report = status_report(sources_);
  EXPECT_EQ(report.trunks(0).state(), "failed");
  EXPECT_EQ(report.trunks(0).transport(), "tls");
  EXPECT_EQ(report.trunks(0).last_error(), "403 Forbidden");
  EXPECT_EQ(report.calls_active(), 5U);
}

TEST_F(Report, ShowsDisabledTrunks) {
  config_.disabled.trunks[2] = {1, "Off"};
  config_.disabled.trunks[3] = {9, "OfADisabledTenant"};
  const auto report = status_report(sources_);
  ASSERT_EQ(report.trunks_size(), 2);
  EXPECT_EQ(report.trunks(1).label(), "Off");
  EXPECT_EQ(report.trunks(1).state(), "disabled");
}

TEST_F(Report, GathersProblemsListenersAndSettings) {
  errors_ = {{"trunks", 1, "host", "bad"}};
  warnings_ = {{"tenants", 1, "domain", "w"}};
  certificate_warnings_ = {{"certificates", 0, "x.test", "c"}};
  config_.settings[0].set_key("blocklist_window_s");
  config_.settings[0].set_value("77");
  listeners_[4].error = "cannot bind";
  const auto report = status_report(sources_);
  EXPECT_EQ(report.config_errors_size(), 1);
  EXPECT_EQ(report.config_warnings_size(), 2);
  EXPECT_EQ(report.blocklist_window_s(), 77U);
  EXPECT_EQ(report.blocklist_failures(), 15U);
  EXPECT_FALSE(report.listeners(0).bound());
  EXPECT_EQ(report.listeners(0).error(), "cannot bind");
}

}  // namespace
}  // namespace ringfence::supervisor

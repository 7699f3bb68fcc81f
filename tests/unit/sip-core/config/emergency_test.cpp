#include <gtest/gtest.h>

#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {
namespace {

TEST(EmergencyNumbers, AreThoseOfTheSettingHoweverTheyAreWritten) {
  Config config;
  EXPECT_FALSE(config.is_emergency_number("112"));
  config.settings["emergency_numbers"] = "110  112";
  EXPECT_TRUE(config.is_emergency_number("112"));
  EXPECT_TRUE(config.is_emergency_number("1-1-0"));
  EXPECT_TRUE(config.is_emergency_number("+112;phone-context=x"));
  EXPECT_FALSE(config.is_emergency_number("0112"));
  EXPECT_FALSE(config.is_emergency_number("11"));
  EXPECT_FALSE(config.is_emergency_number(""));
}

}  // namespace
}  // namespace ringfence::sip_core

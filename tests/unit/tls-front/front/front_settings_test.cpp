#include "tls-front/front/front_settings.hpp"

#include <gtest/gtest.h>

#include "tls-front/connection/stage.hpp"
#include "tls-front/front/utc_text.hpp"

namespace ringfence::tls_front {
namespace {

using std::chrono::seconds;

TEST(FrontSettings, TakesNumbersInTheirRange) {
  FrontSettings settings;
  EXPECT_TRUE(settings.set("handshake_cap", "7"));
  EXPECT_TRUE(settings.set("idle_timeout_s", "60"));
  EXPECT_EQ(settings.handshake_cap, 7u);
  EXPECT_EQ(settings.idle_timeout, seconds(60));
}

TEST(FrontSettings, KeepsTheLastValueWhereTheNewOneIsNone) {
  FrontSettings settings;
  for (const char* value : {"", "x", "-1", "0", "5s", "99999999999", " 5"}) {
    EXPECT_FALSE(settings.set("handshake_cap", value)) << value;
  }
  EXPECT_EQ(settings.handshake_cap, 200u);
}

TEST(FrontSettings, TakesTheGroupsAsText) {
  FrontSettings settings;
  EXPECT_TRUE(settings.tls_groups.starts_with("X25519MLKEM768 "));
  EXPECT_TRUE(settings.set("tls_groups", "P-256"));
  EXPECT_EQ(settings.tls_groups, "P-256");
}

TEST(FrontSettings, LeavesOtherProcessesKeysAlone) {
  FrontSettings settings;
  EXPECT_TRUE(settings.set("emergency_numbers", "110 112"));
}

TEST(Stage, OnlyUnknownPeersMayNotBeSilent) {  // R190
  const FrontSettings settings;
  EXPECT_EQ(time_allowed(Stage::first_message, PeerClass::unknown, settings), seconds(30));
  EXPECT_EQ(time_allowed(Stage::idle, PeerClass::unknown, settings), seconds(600));
  EXPECT_EQ(time_allowed(Stage::idle, PeerClass::registered, settings), std::nullopt);
  EXPECT_EQ(time_allowed(Stage::idle, PeerClass::trunk, settings), std::nullopt);
  // A message that was begun must end, whoever sends it (R033).
  EXPECT_EQ(time_allowed(Stage::in_message, PeerClass::trunk, settings), seconds(10));
}

TEST(UtcText, IsAnIsoTime) {
  EXPECT_EQ(utc_text(std::chrono::system_clock::from_time_t(1'700'000'000)),
            "2023-11-14T22:13:20Z");
}

}  // namespace
}  // namespace ringfence::tls_front

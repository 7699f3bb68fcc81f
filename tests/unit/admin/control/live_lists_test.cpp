#include "admin/control/live_lists.hpp"

#include <gmock/gmock.h>

namespace ringfence::admin {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::string kCall =
    R"({"tenant":"demo","from":"alice","to":"4930","state":"answered","begun_unix_ms":1000,)"
    R"("a":{"call_id":"x@y","transport":"tls","extension":"alice","trunk":null,"srtp":"AES"},)"
    R"("b":{"call_id":"z","transport":"udp","extension":null,"trunk":"Telco","srtp":null}})";

TEST(LiveLists, ShowACallWithWhatProtectsEachLeg) {
  const auto table = calls_as_table({kCall}, WallTime(126s), Colours::off);
  ASSERT_TRUE(table);
  EXPECT_EQ(
      *table,
      "call-id  tenant  from   to    trunk  state          age  leg a  media a  leg b  media b\n"
      "x@y      demo    alice  4930  Telco  answered  2:05 min  tls    SRTP     udp    plain\n");
}

TEST(LiveLists, ShowACallThatStillRings) {
  const auto table =
      calls_as_table({R"({"tenant":"demo","from":"a","to":"b","state":"calling","begun_unix_ms":0,)"
                      R"("a":{"call_id":"x","transport":"tcp","srtp":null},"b":null})"},
                     WallTime(7325s), Colours::off);
  ASSERT_TRUE(table);
  EXPECT_THAT(*table, HasSubstr("calling  2:02 h  tcp    -        -      -\n"));
}

TEST(LiveLists, ShowARegistrationAndWhetherItCanBeReached) {
  const auto table = registrations_as_table(
      {R"({"tenant":"demo","extension":"alice","contact":"sip:a@h","transport":"tls",)"
       R"("remote":"192.0.2.1:7","expires_s":59,"user_agent":"Phone 1"})",
       R"({"tenant":"demo","extension":"bob","contact":"sip:b@h","transport":"tls",)"
       R"("remote":null,"expires_s":-3,"user_agent":""})"},
      Colours::off);
  ASSERT_TRUE(table);
  EXPECT_THAT(*table,
              HasSubstr("alice      demo    sip:a@h  tls        192.0.2.1:7     59 s  Phone 1\n"));
  EXPECT_THAT(*table,
              HasSubstr("bob        demo    sip:b@h  tls        (closed)         0 s  -\n"));
}

TEST(LiveLists, ShowWhoIsBlockedAndForHowLong) {
  const auto table =
      blocklist_as_table({R"({"source":"203.0.113.7","until_unix_ms":3700000,"failures":16})"},
                         WallTime(100s), Colours::off);
  ASSERT_TRUE(table);
  EXPECT_EQ(*table,
            "source       failures  time left\n"
            "203.0.113.7        16     1:00 h\n");
}

TEST(LiveLists, SayInWordsThatThereIsNothing) {
  EXPECT_EQ(*calls_as_table({}, WallTime(), Colours::off), "There are no calls.\n");
  EXPECT_EQ(*registrations_as_table({}, Colours::off), "There are no registrations.\n");
  EXPECT_EQ(*blocklist_as_table({}, WallTime(), Colours::off), "Nobody is blocked.\n");
  EXPECT_EQ(*lines_as_json({}), "[]\n");
}

TEST(LiveLists, RefuseWhatIsNoRow) {
  EXPECT_FALSE(calls_as_table({"ok"}, WallTime(), Colours::off));
  EXPECT_FALSE(lines_as_json({"[]"}));
}

}  // namespace
}  // namespace ringfence::admin

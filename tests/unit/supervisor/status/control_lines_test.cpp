#include "supervisor/status/control_lines.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace ringfence::status {
namespace {

TEST(ControlLines, AMessageIsOneLineWithAllThatATraceNeeds) {
  proto::TracedMessage traced;
  traced.set_time_unix_ns(1'700'000'000'123'456'789);
  traced.set_sent(true);
  traced.set_transport("tls");
  traced.set_local("192.0.2.1:5061");
  traced.set_remote("198.51.100.2:40000");
  traced.set_leg("b");
  traced.set_call("e-7");
  traced.set_label("INVITE");
  traced.set_call_id("x@y");
  traced.set_message("INVITE sip:a SIP/2.0\r\n\r\n");
  EXPECT_EQ(traced_line(traced),
            R"({"kind":"message","time_unix_ns":1700000000123456789,"direction":"sent",)"
            R"("transport":"tls","local":"192.0.2.1:5061","remote":"198.51.100.2:40000",)"
            R"("call":"e-7","leg":"b","label":"INVITE","call_id":"x@y",)"
            R"("message":"INVITE sip:a SIP/2.0\r\n\r\n"})"
            "\n");
}

TEST(ControlLines, OctetsThatAreNoTextComeWholeAsBase64) {
  proto::TracedMessage traced;
  for (const auto& [octets, base64] : {std::pair{std::string("\xff"), "/w=="},
                                       {std::string("\xff\x00", 2), "/wA="},
                                       {std::string("\x80\x01\x02", 3), "gAEC"},
                                       {std::string("\xc3(AB", 4), "wyhBQg=="}}) {
    traced.set_message(octets);
    const auto line = nlohmann::json::parse(traced_line(traced));
    EXPECT_FALSE(line.contains("message"));
    EXPECT_EQ(line["message_base64"], base64);
  }
}

TEST(ControlLines, ListsHaveNullForWhatIsNotKnown) {
  proto::CallRow call;
  call.set_tenant("demo");
  call.set_from("bro\xffken");
  call.mutable_a()->set_call_id("x");
  call.mutable_a()->set_extension("alice");
  const auto line = nlohmann::json::parse(call_line(call));
  EXPECT_EQ(line["a"]["extension"], "alice");
  EXPECT_TRUE(line["a"]["trunk"].is_null());
  EXPECT_TRUE(line["a"]["srtp"].is_null());
  EXPECT_TRUE(line["b"].is_null());
  proto::RegistrationRow registration;
  registration.set_extension("alice");
  registration.set_expires_s(59);
  const auto row = nlohmann::json::parse(registration_line(registration));
  EXPECT_TRUE(row["remote"].is_null());
  EXPECT_EQ(row["expires_s"], 59);
}

TEST(ControlLines, TellWhatHappensBesideTheMessages) {
  EXPECT_EQ(live_line(), "{\"kind\":\"live\"}\n");
  EXPECT_EQ(missed_line(7), "{\"kind\":\"missed\",\"messages\":7}\n");
}

}  // namespace
}  // namespace ringfence::status

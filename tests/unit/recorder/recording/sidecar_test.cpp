#include "recorder/recording/sidecar.hpp"

#include <gmock/gmock.h>

#include "recorder/recording/utc_time.hpp"

namespace ringfence::recorder {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(SidecarTest, what_is_written_is_read) {
  const Missing hole{"both", std::chrono::milliseconds(500), std::chrono::milliseconds(60), "late"};
  const Sidecar written{.recording = "a-call",
                        .call = {"demo", "id@host", "sip:\"alice\"@demo.example",
                                 "sip:bob@demo.example", "PCMU", "PCMA"},
                        .sample_rate = 16000,
                        .started = WallTime(std::chrono::milliseconds(1795687200123)),
                        .ended = WallTime(std::chrono::milliseconds(1795687201000)),
                        .ending = Ending::complete,
                        .segments = {{"0001.wav", std::chrono::milliseconds(877)}},
                        .missing = {hole}};
  const auto read = sidecar_from_json(to_json(written));
  ASSERT_TRUE(read);
  EXPECT_EQ(to_json(*read), to_json(written));
  EXPECT_EQ(read->started, written.started);
  EXPECT_THAT(read->missing, ElementsAre(hole));
}

TEST(SidecarTest, a_running_call_has_neither_end_nor_ending) {
  const std::string json = to_json(Sidecar{});
  EXPECT_THAT(json, HasSubstr("\"state\": \"recording\""));
  EXPECT_THAT(json, HasSubstr("\"ended\": null"));
  EXPECT_FALSE(sidecar_from_json(json)->ending);
}

TEST(SidecarTest, what_is_none_is_refused) {
  for (const char* text : {"", "{}", "[]", "null", "{\"recording\": 1}"}) {
    EXPECT_FALSE(sidecar_from_json(text)) << text;
  }
}

TEST(SidecarTest, numbers_that_no_recording_has_do_no_harm) {
  Sidecar written;
  written.segments.push_back({"0001.wav", std::chrono::milliseconds(77)});
  std::string json = to_json(written);
  const auto replace = [&json](std::string_view what, std::string_view with) {
    json.replace(json.find(what), what.size(), with);
  };
  replace("\"sample_rate\": 8000", "\"sample_rate\": 0");
  replace("\"milliseconds\": 77\n", "\"milliseconds\": 1e99\n");
  const auto read = sidecar_from_json(json);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->sample_rate, 8000U);
  EXPECT_EQ(read->length(), std::chrono::milliseconds(0));
}

TEST(UtcTimeTest, has_milliseconds) {
  const WallTime time(std::chrono::milliseconds(1795687200007));
  EXPECT_EQ(utc_text(time), "2026-11-26T10:00:00.007Z");
  EXPECT_EQ(utc_time(utc_text(time)), time);
  EXPECT_EQ(utc_time("yesterday"), std::nullopt);
}

}  // namespace
}  // namespace ringfence::recorder

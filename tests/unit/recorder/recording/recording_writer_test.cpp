#include "recorder/recording/recording_writer.hpp"

#include <gmock/gmock.h>
#include <sndfile.h>
#include <sys/stat.h>

#include "temporary_folder.hpp"

namespace ringfence::recorder {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr WallTime kStarted{std::chrono::seconds(1795687200)};

class RecordingWriterTest : public testing::Test {
 protected:
  RecordingWriterTest() : key_(std::move(*SigningKey::generate())) {
    auto writer = RecordingWriter::begin(
        all_.fd(), {.recording = "a-call", .call = {}, .started = kStarted}, key_);
    if (!writer) throw std::runtime_error(writer.error().message);
    writer_.emplace(std::move(*writer));
  }
  void write(int seconds, std::int16_t left = 100, std::int16_t right = -200) {
    std::vector<std::int16_t> samples;
    for (int i = 0; i < seconds * 8000; ++i)
      samples.insert(samples.end(), {left, right});
    const auto done = writer_->write(samples);
    ASSERT_TRUE(done) << done.error().message;
  }
  RecordingFolder folder() const { return std::move(*RecordingFolder::open(all_.fd(), "a-call")); }
  Verdict verdict() const {
    return judge(*folder().read(kManifestName), *folder().hashes(), key_.verifying_key());
  }
  Sidecar sidecar() const { return *sidecar_from_json(*folder().read(kSidecarName)); }

  TemporaryFolder all_;
  SigningKey key_;
  std::optional<RecordingWriter> writer_;
};

TEST_F(RecordingWriterTest, a_call_of_25_seconds_is_three_segments_that_verify) {
  write(25);
  ASSERT_TRUE(writer_->end(kStarted + std::chrono::seconds(25)));
  const Verdict found = verdict();
  EXPECT_THAT(found.problems, IsEmpty());
  EXPECT_EQ(found.segments, 3U);
  EXPECT_EQ(found.ending, Ending::complete);
  EXPECT_EQ(sidecar().length(), std::chrono::seconds(25));
  EXPECT_EQ(sidecar().ended, kStarted + std::chrono::seconds(25));
}

TEST_F(RecordingWriterTest, each_leg_has_its_channel) {
  write(1, 1000, -7);
  ASSERT_TRUE(writer_->end(kStarted));
  SF_INFO form{};
  SNDFILE* file = ::sf_open((all_.path() / "a-call/0001.wav").c_str(), SFM_READ, &form);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(form.frames, 8000);
  EXPECT_EQ(form.channels, 2);
  std::array<std::int16_t, 4> samples{};
  ::sf_read_short(file, samples.data(), 4);
  ::sf_close(file);
  EXPECT_THAT(samples, ElementsAre(1000, -7, 1000, -7));
}

TEST_F(RecordingWriterTest, what_is_over_is_signed_while_the_call_goes_on) {
  write(11);
  EXPECT_EQ(verdict().segments, 1U);
  EXPECT_THAT(verdict().problems, ElementsAre(HasSubstr("the call still runs")));
  EXPECT_FALSE(sidecar().ending);
}

TEST_F(RecordingWriterTest, a_call_without_sound_has_no_segment_and_verifies) {
  ASSERT_TRUE(writer_->end(kStarted));
  EXPECT_THAT(verdict().problems, IsEmpty());
  EXPECT_EQ(verdict().segments, 0U);
}

TEST_F(RecordingWriterTest, the_sidecar_says_what_is_missing) {
  const Missing hole{"left", std::chrono::milliseconds(40), std::chrono::milliseconds(20), "lost"};
  writer_->missing(hole);
  ASSERT_TRUE(writer_->end(kStarted));
  EXPECT_THAT(sidecar().missing, ElementsAre(hole));
}

TEST_F(RecordingWriterTest, only_the_group_may_read_it) {
  write(1);
  ASSERT_TRUE(writer_->end(kStarted));
  for (const auto& entry : std::filesystem::directory_iterator(all_.path() / "a-call")) {
    struct stat facts{};
    ASSERT_EQ(::stat(entry.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 07137U, 0U) << entry.path();
  }
}

TEST_F(RecordingWriterTest, one_name_is_one_recording) {
  const auto again = RecordingWriter::begin(
      all_.fd(), {.recording = "a-call", .call = {}, .started = kStarted}, key_);
  EXPECT_FALSE(again);
}

TEST(RecordingNameTest, begins_with_the_time) {
  EXPECT_EQ(recording_name(kStarted, "0011aabb"), "20261126T100000Z-0011aabb");
}

}  // namespace
}  // namespace ringfence::recorder

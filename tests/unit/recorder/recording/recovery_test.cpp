#include "recorder/recording/recovery.hpp"

#include <gmock/gmock.h>

#include "recorder/recording/recording_writer.hpp"
#include "temporary_folder.hpp"

namespace ringfence::recorder {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A recorder that is killed: what it wrote stays, and nothing is closed.
class RecoveryTest : public testing::Test {
 protected:
  RecoveryTest() : key_(std::move(*SigningKey::generate())) {}

  void record(int seconds) {
    auto writer = RecordingWriter::begin(
        all_.fd(), {.recording = "a-call", .call = {.tenant = "demo"}, .started = {}}, key_);
    ASSERT_TRUE(writer) << writer.error().message;
    const std::vector<std::int16_t> samples(static_cast<std::size_t>(seconds) * 8000 * 2, 77);
    ASSERT_TRUE(writer->write(samples));
  }
  std::filesystem::path path(const char* name) const { return all_.path() / "a-call" / name; }
  RecordingFolder folder() const { return std::move(*RecordingFolder::open(all_.fd(), "a-call")); }
  Result<Recovered> recover_it() const { return recover(folder(), "a-call", key_); }
  std::string manifest() const { return *folder().read(kManifestName); }
  Verdict verdict() const { return judge(manifest(), *folder().hashes(), key_.verifying_key()); }
  Sidecar sidecar() const { return *sidecar_from_json(*folder().read(kSidecarName)); }
  void add_octets(const char* name, std::string_view octets) {
    std::ofstream(path(name), std::ios::app | std::ios::binary) << octets;
  }

  TemporaryFolder all_;
  SigningKey key_;
};

TEST_F(RecoveryTest, closes_what_is_there_and_says_that_it_was_interrupted) {
  record(13);
  ASSERT_EQ(recover_it(), Recovered::closed);
  EXPECT_THAT(verdict().problems, IsEmpty());
  EXPECT_EQ(verdict().ending, Ending::interrupted);
  EXPECT_EQ(verdict().segments, 2U);
  EXPECT_EQ(sidecar().length(), std::chrono::seconds(13));
  EXPECT_EQ(sidecar().ending, Ending::interrupted);
  EXPECT_EQ(sidecar().call.tenant, "demo");
}

TEST_F(RecoveryTest, mends_the_header_of_the_segment_that_was_in_hand) {
  record(1);
  add_octets("0001.wav", "1234567");  // one sample more, and three octets of the next
  ASSERT_EQ(recover_it(), Recovered::closed);
  EXPECT_EQ(std::filesystem::file_size(path("0001.wav")), 44U + 8001 * 4);
}

TEST_F(RecoveryTest, a_second_time_changes_nothing) {
  record(13);
  ASSERT_EQ(recover_it(), Recovered::closed);
  const std::string before = manifest();
  EXPECT_EQ(recover_it(), Recovered::already_ended);
  EXPECT_EQ(manifest(), before);
}

// Wherever the recorder dies while it appends to the manifest.
TEST_F(RecoveryTest, every_torn_manifest_is_closed) {
  record(13);
  const std::string written = manifest();
  for (std::size_t size = 0; size < written.size(); size += 13) {
    ASSERT_TRUE(folder().replace(kManifestName, written.substr(0, size)));
    const auto done = recover_it();
    ASSERT_EQ(done, Recovered::closed) << size << ": " << done.error().message;
    EXPECT_THAT(verdict().problems, IsEmpty()) << size;
    EXPECT_EQ(verdict().segments, 2U) << size;
    EXPECT_EQ(sidecar().length(), std::chrono::seconds(13)) << size;
  }
}

TEST_F(RecoveryTest, a_segment_without_sound_is_dropped) {
  record(10);
  add_octets("0002.wav", "RIFF");
  ASSERT_EQ(recover_it(), Recovered::closed);
  EXPECT_EQ(verdict().segments, 1U);
  EXPECT_FALSE(std::filesystem::exists(path("0002.wav")));
}

TEST_F(RecoveryTest, a_sidecar_that_is_gone_is_written_anew) {
  record(13);
  ASSERT_TRUE(folder().remove(kSidecarName));
  ASSERT_EQ(recover_it(), Recovered::closed);
  EXPECT_EQ(sidecar().length(), std::chrono::seconds(13));
}

TEST_F(RecoveryTest, an_alteration_before_it_shows_after_it) {
  record(13);
  add_octets("0001.wav", "x");
  ASSERT_EQ(recover_it(), Recovered::closed);
  EXPECT_THAT(verdict().problems, ElementsAre(HasSubstr("0001.wav was altered")));
}

TEST_F(RecoveryTest, signs_nothing_below_an_altered_manifest) {
  record(13);
  std::string text = manifest();
  const std::string hash = *folder().sha256("0001.wav");
  text.replace(text.find(hash), hash.size(), sha256_hex("forged"));
  ASSERT_TRUE(folder().replace(kManifestName, text));
  const auto refused = recover_it();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("the manifest was altered at 0001.wav"));
  EXPECT_EQ(manifest(), text);
}

TEST_F(RecoveryTest, signs_nothing_where_a_signed_step_became_unreadable) {
  record(23);
  std::string text = manifest();
  text.replace(text.find("  0001.wav"), 10, "  0001_wav");
  for (const std::string& left : {text, text.substr(0, text.size() - 1)}) {
    ASSERT_TRUE(folder().replace(kManifestName, left));
    EXPECT_FALSE(recover_it());
    EXPECT_EQ(manifest(), left);
  }
}

TEST_F(RecoveryTest, signs_nothing_of_another_recorder) {
  record(13);
  const auto other = SigningKey::generate();
  EXPECT_FALSE(recover(folder(), "a-call", *other));
}

}  // namespace
}  // namespace ringfence::recorder

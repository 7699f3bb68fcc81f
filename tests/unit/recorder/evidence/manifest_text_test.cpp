#include "recorder/evidence/manifest_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ringfence::recorder {
namespace {

class ManifestTextTest : public testing::Test {
 protected:
  ManifestTextTest() : key_(std::move(*SigningKey::generate())), writer_(key_, "", 0) {
    text_ = writer_.opening("a-call");
    text_ += writer_.segment(hash_);
  }

  SigningKey key_;
  ManifestWriter writer_;
  const std::string hash_ = sha256_hex("sound");
  std::string text_;
};

TEST_F(ManifestTextTest, what_is_written_is_read) {
  text_ += writer_.ending(Ending::interrupted, sha256_hex("facts"));
  const ManifestText read = parse_manifest(text_);
  EXPECT_EQ(read.recording, "a-call");
  EXPECT_EQ(read.key, key_.verifying_key().fingerprint());
  ASSERT_EQ(read.steps.size(), 3U);
  EXPECT_EQ(read.steps[1].file, "0001.wav");
  EXPECT_EQ(read.steps[1].sha256, hash_);
  EXPECT_EQ(read.steps[1].first_line, 6U);
  EXPECT_EQ(read.steps[2].file, kSidecarName);
  EXPECT_EQ(read.steps[2].ending, Ending::interrupted);
  EXPECT_EQ(read.end, text_.size());
  EXPECT_EQ(read.wrong_line, std::nullopt);
}

TEST_F(ManifestTextTest, the_chain_is_the_hash_of_all_above_it) {
  const ManifestText read = parse_manifest(text_);
  for (const ManifestStep& step : read.steps) {
    EXPECT_EQ(step.chain, sha256_hex(text_.substr(0, step.chain_begin)));
    EXPECT_TRUE(key_.verifying_key().verifies(step.chain + "\n", step.signature));
  }
}

TEST_F(ManifestTextTest, every_cut_leaves_the_steps_that_are_whole) {
  const std::size_t opening = parse_manifest(text_).steps[1].chain_begin - hash_.size() - 11;
  for (std::size_t size = 0; size < text_.size(); ++size) {
    const ManifestText read = parse_manifest(std::string_view(text_).substr(0, size));
    EXPECT_EQ(read.end, size < opening ? 0U : opening) << size;
    EXPECT_EQ(read.wrong_line.has_value(), size != opening) << size;
  }
}

TEST_F(ManifestTextTest, names_the_line_that_is_not_the_recorders) {
  const std::string line = "a line of somebody else's\n";
  EXPECT_EQ(parse_manifest(line + text_).wrong_line, 1U);
  EXPECT_EQ(parse_manifest(text_ + line).wrong_line, 9U);
  EXPECT_EQ(parse_manifest(text_ + "# chain").wrong_line, 9U);
  const ManifestText other = parse_manifest(text_ + hash_ + "  evil.sh\n" + text_);
  EXPECT_EQ(other.steps.size(), 2U);
  EXPECT_EQ(other.wrong_line, 9U);
}

TEST_F(ManifestTextTest, the_end_counts_the_segments) {
  std::string end = writer_.ending(Ending::complete, hash_);
  EXPECT_TRUE(parse_manifest(text_ + end).steps.back().ending);
  end.replace(end.find("segments: 1"), 11, "segments: 2");
  EXPECT_FALSE(parse_manifest(text_ + end).steps.back().ending);
}

TEST_F(ManifestTextTest, a_writer_goes_on_where_another_stopped) {
  ManifestWriter later(key_, text_, 1);
  EXPECT_EQ(later.segment(hash_), writer_.segment(hash_));
}

TEST(SegmentNameTest, is_a_number_of_four_digits_or_more) {
  EXPECT_EQ(segment_name(1), "0001.wav");
  EXPECT_EQ(segment_number("0001.wav"), 1U);
  EXPECT_EQ(segment_number(segment_name(123456)), 123456U);
  for (const char* name : {"1.wav", "00001.wav", "0001.WAV", "0000.wav", "../1.wav", "+001.wav"}) {
    EXPECT_EQ(segment_number(name), 0U) << name;
  }
}

}  // namespace
}  // namespace ringfence::recorder

#include "recorder/evidence/verdict.hpp"

#include <gmock/gmock.h>

namespace ringfence::recorder {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A recording of three segments and its end, and whoever has a hand in it afterwards.
class VerdictTest : public testing::Test {
 protected:
  VerdictTest() : key_(std::move(*SigningKey::generate())) {
    ManifestWriter writer(key_, "", 0);
    steps_.push_back(writer.opening("a-call"));
    for (const char* sound : {"one", "two", "three"}) {
      files_[segment_name(steps_.size())] = sha256_hex(sound);
      steps_.push_back(writer.segment(sha256_hex(sound)));
    }
    files_[std::string(kSidecarName)] = sha256_hex("facts");
    steps_.push_back(writer.ending(Ending::complete, sha256_hex("facts")));
  }
  std::string manifest() const {
    std::string text;
    for (const std::string& step : steps_)
      text += step;
    return text;
  }
  Verdict verdict() const { return judge(manifest(), files_, key_.verifying_key()); }
  std::vector<std::string> problems() const { return verdict().problems; }
  void replace(std::string& text, std::string_view what, std::string_view with) {
    text.replace(text.find(what), what.size(), with);
  }

  SigningKey key_;
  std::vector<std::string> steps_;
  FileHashes files_;
};

TEST_F(VerdictTest, a_recording_as_it_was_written_is_whole) {
  const Verdict found = verdict();
  EXPECT_THAT(found.problems, IsEmpty());
  EXPECT_EQ(found.recording, "a-call");
  EXPECT_EQ(found.segments, 3U);
  EXPECT_EQ(found.ending, Ending::complete);
  EXPECT_EQ(found.signed_by, key_.verifying_key().fingerprint());
}

TEST_F(VerdictTest, an_altered_segment_is_named) {
  files_["0002.wav"] = sha256_hex("twe");
  EXPECT_THAT(problems(), ElementsAre("0002.wav was altered: it is not the file that was signed"));
}

TEST_F(VerdictTest, an_altered_sidecar_is_named) {
  files_["recording.json"] = sha256_hex("lies");
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("recording.json was altered")));
}

TEST_F(VerdictTest, a_removed_segment_is_named) {
  files_.erase("0002.wav");
  EXPECT_THAT(problems(), ElementsAre("0002.wav is missing: it was signed, and was removed since"));
}

TEST_F(VerdictTest, swapped_segments_are_named_once) {
  std::swap(files_["0001.wav"], files_["0003.wav"]);
  EXPECT_THAT(problems(), ElementsAre("0001.wav and 0003.wav were swapped: each holds what was "
                                      "signed as the other"));
}

TEST_F(VerdictTest, a_segment_copied_over_another_is_named) {
  files_["0001.wav"] = files_["0003.wav"];
  EXPECT_THAT(problems(), ElementsAre("0001.wav holds what was signed as 0003.wav"));
}

TEST_F(VerdictTest, an_added_segment_is_named) {
  files_["0004.wav"] = sha256_hex("four");
  EXPECT_THAT(problems(), ElementsAre("0004.wav was added: the manifest does not know it"));
}

TEST_F(VerdictTest, a_segment_cut_out_with_its_lines_is_named) {
  files_.erase("0002.wav");
  steps_.erase(steps_.begin() + 2);
  EXPECT_THAT(problems(), testing::Contains(HasSubstr("0002.wav was cut out of the manifest")));
}

TEST_F(VerdictTest, a_segment_cut_out_and_the_rest_renumbered_breaks_the_chain) {
  replace(steps_[3], "0003.wav", "0002.wav");
  replace(steps_[4], "segments: 3", "segments: 2");
  files_["0002.wav"] = files_["0003.wav"];
  files_.erase("0003.wav");
  steps_.erase(steps_.begin() + 2);
  EXPECT_THAT(problems(),
              ElementsAre("the manifest was altered at 0002.wav, on line 9 or below: its "
                          "chain breaks there"));
}

TEST_F(VerdictTest, lines_that_were_swapped_are_named) {
  std::swap(steps_[1], steps_[2]);
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("0001.wav was cut out of the manifest, or moved")));
}

TEST_F(VerdictTest, a_removed_tail_is_named) {
  files_.erase("0003.wav");
  steps_.resize(3);
  EXPECT_THAT(problems(), ElementsAre(AllOf(HasSubstr("the end is missing below segment 2"),
                                            HasSubstr("the tail was removed"))));
}

TEST_F(VerdictTest, a_hash_put_right_in_the_manifest_breaks_the_chain) {
  files_["0002.wav"] = sha256_hex("forged");
  replace(steps_[2], sha256_hex("two"), sha256_hex("forged"));
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("the manifest was altered at 0002.wav")));
}

TEST_F(VerdictTest, a_chain_put_right_as_well_lacks_the_signature) {
  files_["0003.wav"] = sha256_hex("forged");
  const std::string above = steps_[0] + steps_[1] + steps_[2];
  const std::string line = sha256_hex("forged") + "  0003.wav\n";
  replace(steps_[3], sha256_hex("three"), sha256_hex("forged"));
  replace(steps_[3], steps_[3].substr(steps_[3].find("# chain ") + 8, 64),
          sha256_hex(above + line));
  EXPECT_THAT(problems(),
              ElementsAre("the signature of 0003.wav was not made with the trusted key"));
}

TEST_F(VerdictTest, a_recording_signed_with_a_foreign_key_is_told_by_both_keys) {
  const auto foreign = SigningKey::generate();
  const Verdict found = judge(manifest(), files_, foreign->verifying_key());
  EXPECT_THAT(found.problems, ElementsAre("the recording is signed with another key: " +
                                          key_.verifying_key().fingerprint() + " instead of " +
                                          foreign->verifying_key().fingerprint()));
}

TEST_F(VerdictTest, a_foreign_key_that_claims_to_be_ours_is_told_by_its_signatures) {
  const auto foreign = SigningKey::generate();
  std::string text = manifest();
  const auto trusted = foreign->verifying_key();
  replace(text, key_.verifying_key().fingerprint(), trusted.fingerprint());
  const std::string lines = text.substr(0, text.find("# chain "));
  replace(text, text.substr(lines.size() + 8, 64), sha256_hex(lines));
  EXPECT_THAT(judge(text, files_, trusted).problems,
              ElementsAre("the signature of the opening was not made with the trusted key"));
}

TEST_F(VerdictTest, lines_below_the_end_are_named) {
  steps_.push_back(steps_[1]);
  EXPECT_THAT(problems(), ElementsAre("line 19 of the manifest was added below its end"));
}

TEST_F(VerdictTest, what_is_no_manifest_is_told_by_its_line) {
  steps_ = {"nonsense\n"};
  files_.clear();
  EXPECT_THAT(problems(), ElementsAre("the manifest was altered or cut short at line 1"));
}

// The segment in hand and the sidecar are not signed yet while a call runs.
TEST_F(VerdictTest, of_a_running_call_only_the_end_is_missing) {
  steps_.resize(3);
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("the call still runs")));
}

}  // namespace
}  // namespace ringfence::recorder

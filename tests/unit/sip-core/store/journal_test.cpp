#include "sip-core/store/journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace ringfence::sip_core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class JournalTest : public testing::Test {
 protected:
  JournalTest() : path_(testing::TempDir() + "journal" + std::to_string(::getpid())) {
    std::filesystem::remove(path_);
  }
  ~JournalTest() override { std::filesystem::remove(path_); }

  Journal open(std::uint64_t form = 1) const {
    auto journal = Journal::open(path_, form);
    EXPECT_TRUE(journal);
    return std::move(*journal);
  }
  std::vector<std::string> texts(std::uint64_t form = 1) const {
    std::vector<std::string> texts;
    for (const Journal::Entry& entry : open(form).entries())
      texts.push_back(entry.octets);
    return texts;
  }

  std::string path_;
};

TEST_F(JournalTest, GivesTheNextOneWhatNobodyReleased) {
  Journal journal = open();
  EXPECT_EQ(journal.append("one"), 1U);
  EXPECT_EQ(journal.append(""), 2U);
  EXPECT_EQ(journal.append("three"), 3U);
  journal.release(1);
  EXPECT_THAT(texts(), ElementsAre("", "three"));
  EXPECT_EQ(open().entries().front().sequence, 2U);
  journal.release(3);
  EXPECT_THAT(texts(), IsEmpty());
}

TEST_F(JournalTest, CountsOnFromWhereItIsTold) {
  open().append("old");
  Journal journal = open();
  journal.begin_after(41);
  EXPECT_THAT(texts(), IsEmpty());
  EXPECT_EQ(journal.append("new"), 42U);
  EXPECT_THAT(texts(), ElementsAre("new"));
}

TEST_F(JournalTest, GoesRoundAndRound) {
  Journal journal = open();
  const std::size_t sizes[] = {1, 100, 4'000, 900'000};
  for (std::uint64_t i = 1; i < 40; ++i) {
    const std::string octets(sizes[i % 4] + i, static_cast<char>('a' + i % 26));
    ASSERT_EQ(journal.append(octets), i);
    const auto entries = journal.entries();
    ASSERT_EQ(entries.size(), i == 1 ? 1U : 2U);
    ASSERT_EQ(entries.back().octets, octets);
    journal.release(i - 1);
  }
}

TEST_F(JournalTest, RefusesWhatDoesNotFitAndKeepsTheRest) {
  Journal journal = open();
  const std::string large(Journal::kSize / 3, 'x');
  EXPECT_TRUE(journal.append(large));
  EXPECT_TRUE(journal.append(large));
  EXPECT_FALSE(journal.append(large));
  EXPECT_EQ(journal.append("small"), 3U);
  EXPECT_THAT(texts(), ElementsAre(large, large, "small"));
  journal.release(1);
  EXPECT_TRUE(journal.append(large));
  EXPECT_THAT(texts(), ElementsAre(large, "small", large));
}

TEST_F(JournalTest, ReadsNothingOfAnotherForm) {
  open().append("of form 1");
  EXPECT_THAT(texts(2), IsEmpty());
}

TEST_F(JournalTest, StopsAtWhatIsDamaged) {
  Journal journal = open();
  journal.append("first first first");
  journal.append("second second second");
  journal.append("third third third");
  std::fstream file(path_);
  std::string whole(256, '\0');
  file.read(whole.data(), static_cast<std::streamsize>(whole.size()));
  file.seekp(static_cast<std::streamoff>(whole.find("second")) + 3);
  file.put('X').flush();
  EXPECT_THAT(texts(), ElementsAre("first first first"));
}

TEST_F(JournalTest, BeginsAnewWhereItsHeadIsNonsense) {
  open().append("kept");
  std::fstream file(path_);
  file.seekp(8);
  file.write("nonsense nonsense", 16).flush();
  EXPECT_THAT(texts(), IsEmpty());
  EXPECT_EQ(open().append("again"), 1U);
}

TEST_F(JournalTest, WithoutAFileKeepsNothing) {
  Journal none;
  EXPECT_FALSE(none.append("lost"));
  none.release(7);
  EXPECT_THAT(none.entries(), IsEmpty());
  const auto nowhere = Journal::open(path_ + "/nowhere", 1);
  EXPECT_FALSE(nowhere);
}

}  // namespace
}  // namespace ringfence::sip_core

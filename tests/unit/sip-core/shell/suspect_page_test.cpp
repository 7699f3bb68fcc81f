// One page, several lives of sip-core.
#include "sip-core/shell/suspect_page.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;

class SuspectPageTest : public testing::Test {
 protected:
  SuspectPageTest() : file_(::memfd_create("suspects", MFD_CLOEXEC)) {
    EXPECT_EQ(::ftruncate(file_.get(), static_cast<off_t>(SuspectPage::kSize)), 0);
  }
  SuspectPage life() const { return std::move(*SuspectPage::map(file_)); }
  // A life that ends with the message in its hand, and what the next one is told.
  std::optional<SuspectPage::Death> die_of(const std::string& message) const {
    life().take_in_hand(SuspectPage::hash_of(message));
    return life().take_over(now_);
  }
  bool is_quarantined(const std::string& message) const {
    SuspectPage page = life();
    page.take_over(now_);
    return page.is_quarantined(SuspectPage::hash_of(message), now_);
  }

  Fd file_;
  TimePoint now_{1000h};
};

TEST_F(SuspectPageTest, KeepsAMessageOutThatWasInHandAtTwoDeathsF013) {
  EXPECT_EQ(die_of("poison")->deaths, 1u);
  EXPECT_FALSE(is_quarantined("poison"));
  EXPECT_EQ(die_of("poison")->deaths, 2u);
  EXPECT_TRUE(is_quarantined("poison"));
  EXPECT_FALSE(is_quarantined("another"));
}

TEST_F(SuspectPageTest, SuspectsNothingThatWasPutDownF013) {
  SuspectPage page = life();
  page.take_in_hand(SuspectPage::hash_of("harmless"));
  page.put_down();
  EXPECT_FALSE(life().take_over(now_).has_value());
}

TEST_F(SuspectPageTest, CountsADeathOnce) {
  die_of("poison");
  EXPECT_FALSE(life().take_over(now_).has_value());
  EXPECT_FALSE(is_quarantined("poison"));
}

TEST_F(SuspectPageTest, LetsItInAgainAfterAnHour) {
  die_of("poison");
  die_of("poison");
  now_ += SuspectPage::kQuarantine - 1s;
  EXPECT_TRUE(is_quarantined("poison"));
  now_ += 1s;
  EXPECT_FALSE(is_quarantined("poison"));
  EXPECT_EQ(die_of("poison")->deaths, 1u);
}

TEST_F(SuspectPageTest, ForgetsTheOldestSuspectWhereThereAreTooMany) {
  for (std::size_t i = 0; i < SuspectPage::kSuspects + 1; ++i, now_ += 1s)
    die_of("message " + std::to_string(i));
  EXPECT_EQ(die_of("message 0")->deaths, 1u);
  EXPECT_EQ(die_of("message 5")->deaths, 2u);
}

TEST(SuspectPageOfNobody, NotesNothing) {
  SuspectPage page;
  page.take_in_hand(1);
  page.put_down();
  EXPECT_FALSE(page.take_over(TimePoint()).has_value());
  EXPECT_FALSE(page.is_quarantined(1, TimePoint()));
}

}  // namespace
}  // namespace ringfence::sip_core

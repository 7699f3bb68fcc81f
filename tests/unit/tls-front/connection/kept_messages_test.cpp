#include "tls-front/connection/kept_messages.hpp"

#include <gtest/gtest.h>

namespace ringfence::tls_front {
namespace {

TEST(KeptMessages, OffersEachMessageOnceToOneSipCore) {
  KeptMessages kept;
  kept.add("one", std::nullopt);
  kept.add("two", FramingError::not_sip);
  EXPECT_EQ(kept.octets(), 6u);
  const KeptMessage* first = kept.offer_next();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->number, 1u);
  EXPECT_EQ(first->offers, 1);
  EXPECT_EQ(kept.offer_next()->error, FramingError::not_sip);
  EXPECT_EQ(kept.offer_next(), nullptr);
  kept.add("three", std::nullopt);
  EXPECT_EQ(kept.offer_next()->number, 3u);
}

TEST(KeptMessages, ForgetsWhatIsDone) {
  KeptMessages kept;
  kept.add("one", std::nullopt);
  kept.add("two", std::nullopt);
  EXPECT_TRUE(kept.done(1));
  EXPECT_FALSE(kept.done(1));
  EXPECT_FALSE(kept.done(7));
  EXPECT_EQ(kept.octets(), 3u);
  EXPECT_TRUE(kept.done(2));
  EXPECT_TRUE(kept.empty());
}

TEST(KeptMessages, OffersOnceMoreToTheNextAndNotAThirdTime) {  // F001, F013
  KeptMessages kept;
  kept.add("done", std::nullopt);
  kept.add("unfinished", std::nullopt);
  kept.offer_next();
  kept.offer_next();
  kept.done(1);
  kept.add("never offered", std::nullopt);
  EXPECT_EQ(kept.start_again(), 0u);
  EXPECT_EQ(kept.offer_next()->offers, 2);
  EXPECT_EQ(kept.offer_next()->offers, 1);
  EXPECT_EQ(kept.start_again(), 1u);
  EXPECT_EQ(kept.octets(), 13u);
  EXPECT_EQ(kept.offer_next()->number, 3u);
  EXPECT_EQ(kept.offer_next(), nullptr);
}

}  // namespace
}  // namespace ringfence::tls_front

#include <gtest/gtest.h>

#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {
namespace {

// Parameters, visual separators and one leading '+' do not count.
TEST(NormaliseNumber, RemovesWhatDoesNotCount) {
  EXPECT_EQ(normalise_number("+49 (30) 12-34.5;phone-context=x"), "493012345");
  EXPECT_EQ(normalise_number("++49"), "+49");
  EXPECT_EQ(normalise_number("alice"), "alice");
  EXPECT_EQ(normalise_number(""), "");
}

}  // namespace
}  // namespace ringfence::sip_core

#include "sip-core/b2bua/status_mapping.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

TEST(StatusMappingTest, KeepsChallengesAndOutagesOfATrunkFromTheCallerR060R066) {
  for (const int status : {401, 407, 503}) {
    EXPECT_EQ(status_for_caller(status, FailureOf::trunk, Wire::yes), 500);
  }
  EXPECT_EQ(status_for_caller(486, FailureOf::trunk, Wire::yes), 486);
  EXPECT_EQ(status_for_caller(603, FailureOf::trunk, Wire::yes), 603);
}

TEST(StatusMappingTest, DoesNotPassOnARedirectionWithoutItsContacts) {
  EXPECT_EQ(status_for_caller(302, FailureOf::trunk, Wire::yes), 480);
}

TEST(StatusMappingTest, CallsAPhoneThatCannotBeReachedAway) {
  EXPECT_EQ(status_for_caller(503, FailureOf::extension, Wire::no), 480);
  EXPECT_EQ(status_for_caller(503, FailureOf::trunk, Wire::no), 503);
}

TEST(StatusMappingTest, GoesOnToTheNextRouteAsTheContractSays) {
  for (const int status : {408, 500, 503, 504}) {
    EXPECT_TRUE(leads_to_next(status, FailureOf::trunk)) << status;
  }
  for (const int status : {302, 404, 480, 486, 600, 603}) {
    EXPECT_FALSE(leads_to_next(status, FailureOf::trunk)) << status;
  }
  EXPECT_TRUE(leads_to_next(486, FailureOf::extension));
  EXPECT_FALSE(leads_to_next(603, FailureOf::extension));
}

TEST(StatusMappingTest, TellsWhatSomebodySaidRatherThanWhatFailed) {
  EXPECT_TRUE(is_better_failure(486, 503));
  EXPECT_TRUE(is_better_failure(603, 486));
  EXPECT_FALSE(is_better_failure(503, 480));
  EXPECT_TRUE(is_better_failure(503, 0));
}

}  // namespace
}  // namespace ringfence::sip_core

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

TEST(FormatNumber, WritesE164WhateverTheWayItWasDialled) {
  const auto e164 = [](std::string_view n) { return format_number(n, NumberFormat::e164, "49"); };
  for (const char* dialled : {"03012345678", "004930 12345678", "+49 30 12345678", "493012345678"})
    EXPECT_EQ(e164(dialled), "+493012345678") << dialled;
  EXPECT_EQ(e164("0043123456789"), "+43123456789");
  EXPECT_EQ(e164("110"), "110");
  EXPECT_EQ(e164("116117"), "116117");
  EXPECT_EQ(e164("alice"), "alice");
  EXPECT_EQ(e164("*21*5#"), "*21*5#");
}

TEST(FormatNumber, WritesNationalNumbersAndForeignOnesWithTwoZeros) {
  const auto national = [](std::string_view n) {
    return format_number(n, NumberFormat::national, "49");
  };
  EXPECT_EQ(national("+493012345678"), "03012345678");
  EXPECT_EQ(national("493012345678"), "03012345678");
  EXPECT_EQ(national("03012345678"), "03012345678");
  EXPECT_EQ(national("+43123456789"), "0043123456789");
  EXPECT_EQ(national("112"), "112");
}

TEST(FormatNumber, KnowsNorthAmericaWithoutATrunkPrefix) {
  EXPECT_EQ(format_number("2125550123", NumberFormat::e164, "1"), "+12125550123");
  EXPECT_EQ(format_number("12125550123", NumberFormat::e164, "1"), "+12125550123");
  EXPECT_EQ(format_number("+12125550123", NumberFormat::national, "1"), "2125550123");
}

TEST(FormatNumber, LeavesAloneWhatItCannotTell) {
  EXPECT_EQ(format_number("03012345678", NumberFormat::e164, ""), "03012345678");
  EXPECT_EQ(format_number("00493012345678", NumberFormat::e164, ""), "+493012345678");
  EXPECT_EQ(format_number("0 30-123456", NumberFormat::as_is, "49"), "0 30-123456");
}

}  // namespace
}  // namespace ringfence::sip_core

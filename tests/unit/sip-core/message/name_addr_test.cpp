#include "sip-core/message/name_addr.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringfence::sip_core::sip {
namespace {

TEST(NameAddr, reads_its_forms) {
  const auto quoted = NameAddr::parse("\"A \\\"B\\\" <x>\" <sip:a@b;lr>;tag=7");
  ASSERT_TRUE(quoted);
  EXPECT_EQ(quoted->display_name, "A \"B\" <x>");
  EXPECT_TRUE(quoted->uri.is_loose_route());
  EXPECT_EQ(quoted->tag(), "7");
  EXPECT_EQ(NameAddr::parse("Bell Labs<sip:a@b>")->display_name, "Bell Labs");
  EXPECT_EQ(NameAddr::parse("<sip:a@b>")->display_name, "");
  EXPECT_EQ(NameAddr::parse("J\xc3\xb6rg <sip:a@b>")->display_name, "J\xc3\xb6rg");
}

TEST(NameAddr, without_brackets_gives_all_parameters_to_the_header_field) {
  const auto address = NameAddr::parse("sip:a@b;tag=x;lr");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->tag(), "x");
  EXPECT_TRUE(address->uri.parameters.empty());
}

TEST(NameAddr, refuses_what_is_malformed) {
  for (const char* text :
       {"", "\"open <sip:a@b>", "\"x\" sip:a@b", "<sip:a@b", "sip:a@b>", "< sip:a@b >",
        "a, b <sip:c@d>", "<sip:a@b>tag=1", "<sip:a@b>;", "<sip:a@b>;tag=", "<sip:a@b>;tag=\"x",
        "sip:a@b?c=d", "<>", "<a@b>", "<sip:a@b>;;tag=1", "<sip:a@b>;=1", "sip:a@b c"}) {
    EXPECT_FALSE(NameAddr::parse(text)) << text;
  }
}

TEST(NameAddr, writes_brackets_and_quotes_and_no_control_octets) {
  auto address = NameAddr::parse("\"a\\\"b\\\\c\" <sip:a@b>;q=0.5");
  ASSERT_TRUE(address);
  address->set_tag("9");
  EXPECT_EQ(address->to_string(), "\"a\\\"b\\\\c\" <sip:a@b>;q=0.5;tag=9");
  address->display_name = "x\r\nVia: evil";
  EXPECT_EQ(address->to_string().find('\n'), std::string::npos);
}

TEST(NameAddr, expires_takes_the_default_when_malformed) {
  EXPECT_EQ(NameAddr::parse("<sip:a@b>;expires=60")->expires(), 60U);
  EXPECT_EQ(NameAddr::parse("<sip:a@b>;expires=soon")->expires(), 3600U);
  EXPECT_EQ(NameAddr::parse("<sip:a@b>;expires=280297596632815")->expires(), UINT32_MAX);
  EXPECT_EQ(NameAddr::parse("<sip:a@b>")->expires(), std::nullopt);
}

TEST(NameAddr, q_is_counted_in_thousandths_F076) {
  EXPECT_EQ(NameAddr::parse("<sip:a@b>")->q(), 1000);
  EXPECT_EQ(NameAddr::parse("<sip:a@b>;q=0.5")->q(), 500);
  EXPECT_EQ(NameAddr::parse("<sip:a@b>;q=0.001")->q(), 1);
  EXPECT_EQ(NameAddr::parse("<sip:a@b>;q=1.000")->q(), 1000);
  for (const char* q : {"9", "NaN", "1.1", "0.0001", "-1", "0,5", "0.x"}) {
    const auto address = NameAddr::parse("<sip:a@b>;q=" + std::string(q));
    EXPECT_TRUE(!address || !address->q()) << q;
  }
}

TEST(FindTag, agrees_with_the_full_parse_and_is_not_misled) {
  EXPECT_EQ(find_tag("\"x;tag=evil <;\" <sip:a;tag=b@c;tag=d>;x=y;TAG=right"), "right");
  EXPECT_EQ(find_tag("sip:a@b;tag=1"), "1");
  EXPECT_EQ(find_tag("<sip:a@b;tag=1>"), std::nullopt);
  EXPECT_EQ(find_tag("\"open <sip:a@b>;tag=1"), std::nullopt);
}

}  // namespace
}  // namespace ringfence::sip_core::sip

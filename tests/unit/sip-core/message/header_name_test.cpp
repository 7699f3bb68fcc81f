#include "sip-core/message/header_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringfence::sip_core::sip {
namespace {

TEST(HeaderName, every_name_is_found_by_its_own_text_in_any_case) {
  for (std::size_t i = 0; i + 1 < kHeaderNames; ++i) {
    const auto name = static_cast<HeaderName>(i);
    std::string text(to_text(name));
    ASSERT_FALSE(text.empty());
    EXPECT_EQ(header_name_from(text), name) << text;
    for (char& c : text)
      c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    EXPECT_EQ(header_name_from(text), name) << text;
  }
}

TEST(HeaderName, compact_forms_are_the_long_ones) {
  const std::pair<const char*, HeaderName> forms[] = {{"a", HeaderName::accept_contact},
                                                      {"b", HeaderName::referred_by},
                                                      {"c", HeaderName::content_type},
                                                      {"d", HeaderName::request_disposition},
                                                      {"e", HeaderName::content_encoding},
                                                      {"f", HeaderName::from},
                                                      {"i", HeaderName::call_id},
                                                      {"j", HeaderName::reject_contact},
                                                      {"k", HeaderName::supported},
                                                      {"l", HeaderName::content_length},
                                                      {"m", HeaderName::contact},
                                                      {"n", HeaderName::identity_info},
                                                      {"o", HeaderName::event},
                                                      {"r", HeaderName::refer_to},
                                                      {"s", HeaderName::subject},
                                                      {"t", HeaderName::to},
                                                      {"u", HeaderName::allow_events},
                                                      {"v", HeaderName::via},
                                                      {"x", HeaderName::session_expires},
                                                      {"y", HeaderName::identity}};
  for (const auto& [text, name] : forms)
    EXPECT_EQ(header_name_from(text), name) << text;
  EXPECT_EQ(header_name_from("V"), HeaderName::via);
}

TEST(HeaderName, what_is_not_known_is_other) {
  for (const char* text :
       {"", "X-Via", "Vi", "Viaa", "h", "1", "-", "Content_Length", "Fr\x80m", "Call\rID",
        "P-Charging-Xunction-Addresses", "@llow", "P-Charging-Function-Addressez"}) {
    EXPECT_EQ(header_name_from(text), HeaderName::other) << text;
  }
}

TEST(HeaderName, digest_fields_and_single_values_are_no_lists) {
  EXPECT_TRUE(is_list(HeaderName::via));
  EXPECT_TRUE(is_list(HeaderName::record_route));
  EXPECT_TRUE(is_list(HeaderName::supported));
  EXPECT_FALSE(is_list(HeaderName::authorization));
  EXPECT_FALSE(is_list(HeaderName::www_authenticate));
  EXPECT_FALSE(is_list(HeaderName::subject));
  EXPECT_FALSE(is_list(HeaderName::date));
}

}  // namespace
}  // namespace ringfence::sip_core::sip

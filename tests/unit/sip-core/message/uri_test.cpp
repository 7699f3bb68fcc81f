#include "sip-core/message/uri.hpp"

#include <gtest/gtest.h>

#include <string>

#include "sip-core/message/escape.hpp"

namespace ringfence::sip_core::sip {
namespace {

Uri uri(std::string_view text) {
  const auto parsed = Uri::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(Uri());
}

TEST(Uri, is_taken_apart_and_put_together_again) {
  const std::string text =
      "sips:alice;day=tuesday:p%20w@[2001:db8::1]:5071;transport=tcp;lr?subject=a%20b&priority=x";
  const Uri u = uri(text);
  EXPECT_EQ(u.scheme, Scheme::sips);
  EXPECT_EQ(u.user, "alice;day=tuesday");
  EXPECT_EQ(u.password, "p%20w");
  EXPECT_EQ(u.host, "[2001:db8::1]");
  EXPECT_EQ(u.port, 5071);
  EXPECT_EQ(u.transport(), "tcp");
  EXPECT_TRUE(u.is_loose_route());
  EXPECT_EQ(u.headers, "subject=a%20b&priority=x");
  EXPECT_EQ(u.to_string(), text);
}

TEST(Uri, carries_tel_and_unknown_schemes) {
  EXPECT_EQ(uri("tel:+1-201-555-0123;phone-context=x").user, "+1-201-555-0123");
  EXPECT_EQ(uri("tel:+1201;ext=5").to_string(), "tel:+1201;ext=5");
  EXPECT_EQ(uri("urn:service:sos").scheme, Scheme::other);
  EXPECT_EQ(uri("urn:service:sos").to_string(), "urn:service:sos");
  EXPECT_EQ(uri("SIP:a@b").scheme, Scheme::sip);
}

TEST(Uri, refuses_what_is_malformed) {
  for (const char* text :
       {"",           "sip",           "sip:",        "sip:@h",    "sip:a b@h",  "sip:a@",
        "sip:a@h:",   "sip:a@h:70000", "sip:a@h:5x",  "sip:a@h;",  "sip:a@h;=x", "sip:a@h;a=b c",
        "sip:a@h?",   "sip:a@h?x",     "sip:a@h?=y",  "sip:a%4@h", "sip:a%zz@h", "sip:a@[::1",
        "sip:a@[zz]", "sip:a@h<",      "sip:a@h\x01", "1x:abc",    "a b:c",      "tel:",
        "tel:hello",  "urn:<x>",       "sip:a@b@c"}) {
    EXPECT_FALSE(Uri::parse(text)) << text;
  }
}

TEST(Uri, keeps_escapes_and_undoes_them_once) {
  EXPECT_EQ(uri("sip:%2541@h").decoded_user(), "%41");
  EXPECT_EQ(uri("sip:null-%00-null@h").decoded_user(), std::string("null-\0-null", 11));
  EXPECT_EQ(Uri(Scheme::sip, "a b@c%", "h").to_string(), "sip:a%20b%40c%25@h");
  EXPECT_EQ(unescape("%4"), std::nullopt);
  EXPECT_EQ(unescape("%4g"), std::nullopt);
  EXPECT_EQ(unescape(escape_user("\xff /?#")), "\xff /?#");
}

TEST(Uri, lets_star_codes_with_a_hash_pass) {
  EXPECT_EQ(uri("sip:*21#@h").user, "*21#");
}

TEST(Uri, has_a_default_port) {
  EXPECT_EQ(uri("sip:h").port_or_default(), 5060);
  EXPECT_EQ(uri("sips:h").port_or_default(), 5061);
  EXPECT_EQ(uri("sip:h;transport=TLS").port_or_default(), 5061);
  EXPECT_EQ(uri("sips:h:5071").port_or_default(), 5071);
}

TEST(Uri, has_one_address_of_record_for_all_its_spellings_R013_R064) {
  EXPECT_EQ(uri("sip:%61lice@Example.COM;x=y").address_of_record(), "alice@example.com");
  EXPECT_EQ(uri("sips:alice@example.com").address_of_record(), "alice@example.com");
  EXPECT_NE(uri("sip:Alice@example.com").address_of_record(), "alice@example.com");
  EXPECT_EQ(uri("sip:example.com").address_of_record(), "example.com");
}

struct Pair {
  const char* a;
  const char* b;
};

// RFC 3261 §19.1.4's own examples, and the rules behind them.
constexpr Pair kEquivalent[] = {
    {"sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"},
    {"sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"},
    {"sip:carol@chicago.com", "sip:carol@chicago.com;security=on"},
    {"sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
     "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"},
    {"sip:alice@atlanta.com?subject=project%20x&priority=urgent",
     "sip:alice@atlanta.com?priority=urgent&subject=project%20x"},
    {"tel:+1-201-555-0123", "tel:+12015550123"},
    {"tel:+1201;ext=1;ext=2", "tel:+1201;ext=1;ext=2"},
    {"sip:a@h;user=phone;user=ip", "sip:a@h;user=phone;user=ip"},
    {"urn:service:sos", "urn:service:sos"},
};
constexpr Pair kDifferent[] = {
    {"SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"},
    {"sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"},
    {"sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"},
    {"sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"},
    {"sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"},
    {"sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"},
    {"sip:alice@h", "sips:alice@h"},
    {"sip:alice@h;x=1", "sip:alice@h;x=2"},
    {"sip:alice@h;user=phone", "sip:alice@h"},
    {"sip:alice:a@h", "sip:alice:b@h"},
    {"sip:alice:a@h", "sip:alice@h"},
    {"sip:h", "sip:alice@h"},
};

TEST(Equivalent, holds_for_the_pairs_of_the_rfc) {
  for (const auto& [a, b] : kEquivalent) {
    EXPECT_TRUE(equivalent(uri(a), uri(b))) << a << " " << b;
    EXPECT_TRUE(equivalent(uri(b), uri(a))) << b << " " << a;
  }
}

TEST(Equivalent, does_not_hold_for_the_counter_examples_of_the_rfc) {
  for (const auto& [a, b] : kDifferent) {
    EXPECT_FALSE(equivalent(uri(a), uri(b))) << a << " " << b;
    EXPECT_FALSE(equivalent(uri(b), uri(a))) << b << " " << a;
  }
}

}  // namespace
}  // namespace ringfence::sip_core::sip

#include "sip-core/digest/auth_parameters.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringfence::sip_core::digest {
namespace {

TEST(AuthParameters, are_found_without_case_unquoted_and_unescaped) {
  const auto p = AuthParameters::parse("DIGEST Realm = \"a \\\"b\\\", c\" ,nc=00000001, x=\"\"");
  ASSERT_TRUE(p);
  EXPECT_EQ(p->get("realm"), "a \"b\", c");
  EXPECT_EQ(p->get("NC"), "00000001");
  EXPECT_EQ(p->get("x"), "");
  EXPECT_EQ(p->get("y"), std::nullopt);
}

TEST(AuthParameters, other_schemes_are_refused_R141) {
  EXPECT_EQ(AuthParameters::parse("Basic QWxhZGRpbg==").error(), DigestError::scheme);
  EXPECT_EQ(AuthParameters::parse("").error(), DigestError::scheme);
  EXPECT_EQ(AuthParameters::parse("Digesty a=b").error(), DigestError::scheme);
}

TEST(AuthParameters, malformed_ones_are_refused_R149) {
  for (const char* text :
       {"Digest", "Digest ", "Digest ,", "Digest a", "Digest a=", "Digest =b", "Digest a=\"b",
        "Digest a=\"b\\", "Digest a=\"b\\\"", "Digest a=b,", "Digest a=b,,c=d", "Digest a=b c=d",
        "Digest a=b;c=d", "Digest a=\"b\"c"}) {
    EXPECT_EQ(AuthParameters::parse(text).error(), DigestError::syntax) << text;
  }
  EXPECT_EQ(AuthParameters::parse("Digest a=b, A=c").error(), DigestError::duplicate);
  std::string many = "Digest a0=b";
  for (int i = 1; i < 100; ++i)
    many += ",a" + std::to_string(i) + "=b";
  EXPECT_EQ(AuthParameters::parse(many).error(), DigestError::syntax);
}

TEST(Quoted, escapes_and_leaves_out_control_octets) {
  std::string out;
  append_quoted(out, "name=", "a\"b\\c\r\n\td");
  append_quoted(out, ", other=", "as it is");
  EXPECT_EQ(out, "name=\"a\\\"b\\\\cd\", other=\"as it is\"");
}

}  // namespace
}  // namespace ringfence::sip_core::digest

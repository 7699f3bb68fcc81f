#include "tls-front/framer/content_length.hpp"

#include <gtest/gtest.h>

namespace ringfence::tls_front {
namespace {

TEST(ContentLength, IsDigitsBetweenBlanks) {  // R030, R032
  EXPECT_EQ(parse_content_length(" 0 ", 10), 0u);
  EXPECT_EQ(parse_content_length("\t10", 10), 10u);
  EXPECT_EQ(parse_content_length("0000000000000000000000000007", 10), 7u);
  EXPECT_EQ(parse_content_length("11", 10).error(), ContentLengthError::too_large);
  EXPECT_EQ(parse_content_length("18446744073709551616", 10).error(),
            ContentLengthError::too_large);
  EXPECT_EQ(parse_content_length("", 10).error(), ContentLengthError::invalid);
  EXPECT_EQ(parse_content_length("-1", 10).error(), ContentLengthError::invalid);
  EXPECT_EQ(parse_content_length("1 1", 10).error(), ContentLengthError::invalid);
}

TEST(ContentLength, HasALongAndACompactName) {
  EXPECT_TRUE(is_content_length("Content-Length"));
  EXPECT_TRUE(is_content_length("cONTENT-lENGTH"));
  EXPECT_TRUE(is_content_length("l"));
  EXPECT_TRUE(is_content_length("L"));
  EXPECT_FALSE(is_content_length("Content-Lengt"));
  EXPECT_FALSE(is_content_length("Content-Length2"));
  EXPECT_FALSE(is_content_length("c"));
  EXPECT_FALSE(is_content_length(""));
}

}  // namespace
}  // namespace ringfence::tls_front

#include "recorder/evidence/base64.hpp"

#include <gtest/gtest.h>

namespace ringfence::recorder {
namespace {

// RFC 4648 §10.
TEST(Base64Test, writes_and_reads_the_vectors_of_the_rfc) {
  for (const auto& [octets, text] : {std::pair("f", "Zg=="), std::pair("fo", "Zm8="),
                                     std::pair("foo", "Zm9v"), std::pair("foobar", "Zm9vYmFy")}) {
    EXPECT_EQ(base64(octets), text);
    EXPECT_EQ(from_base64(text), octets);
  }
}

TEST(Base64Test, refuses_what_it_would_write_otherwise) {
  for (const char* text : {"", "Zg", "Zg=", "Zh==", "Zm9v ", " Zm9vYmF", "Zm9\n", "Z!9v"}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace ringfence::recorder

#include "sip-core/sdp/base64.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace ringfence::sip_core::sdp {
namespace {

std::string decoded(std::string_view text) {
  const auto octets = base64_decode(text);
  EXPECT_TRUE(octets) << text;
  return octets ? std::string(octets->bytes().begin(), octets->bytes().end()) : "";
}

std::string encoded(std::string_view text, Padding padding) {
  return base64_encode(SecretBytes::from(text).bytes(), padding);
}

// RFC 4648 §10.
TEST(Base64, passes_the_vectors_of_RFC_4648) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(encoded(plain, Padding::with), text);
    EXPECT_EQ(decoded(text), plain);
    const std::string bare(text, std::string_view(text).find_last_not_of('=') + 1);
    EXPECT_EQ(encoded(plain, Padding::without), bare);
    EXPECT_EQ(decoded(bare), plain);
  }
}

TEST(Base64, refuses_all_that_is_not_one_spelling_R102) {
  for (const char* text : {"Z", "Zg=", "Zg===", "Z===", "=", "====", "Zm9v=", "Zm=v", "Zm9v\n",
                           "Zm9-", "Zm9_", "Zm 9v", "Zh", "Zm9", "Zm9="}) {
    EXPECT_FALSE(base64_decode(text)) << text;
  }
}

TEST(Base64, brings_back_every_octet) {
  std::vector<std::uint8_t> octets(256);
  for (std::size_t i = 0; i < octets.size(); ++i)
    octets[i] = static_cast<std::uint8_t>(i);
  const auto back = base64_decode(base64_encode(octets, Padding::without));
  ASSERT_TRUE(back);
  EXPECT_TRUE(std::ranges::equal(back->bytes(), octets));
}

}  // namespace
}  // namespace ringfence::sip_core::sdp

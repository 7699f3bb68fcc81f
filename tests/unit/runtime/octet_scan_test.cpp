#include "runtime/octet_scan.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringfence {
namespace {

// The same text at every offset from a word's beginning, with `octet` at every place in it.
TEST(FindControl, finds_every_control_octet_at_every_place) {
  for (int octet = 0; octet < 256; ++octet) {
    const bool control = is_control_octet(static_cast<char>(octet));
    for (std::size_t size = 1; size < 40; ++size) {
      for (std::size_t place = 0; place < size; ++place) {
        std::string text(size, 'a');
        text[place] = static_cast<char>(octet);
        const std::size_t expected = control ? place : size;
        EXPECT_EQ(find_control(text.data(), 0, size), expected);
        EXPECT_EQ(octet_scan::by_words(text.data(), 0, size), expected);
      }
    }
  }
}

TEST(FindControl, goes_on_behind_tabs_and_takes_the_first_of_several) {
  const std::string text = "a\tb\tc\td\te\tf\tg\th\ti\tj\tk\r\n\x7f";
  for (std::size_t from = 0; from < 21; ++from) {
    EXPECT_EQ(find_control(text.data(), from, text.size()), 21U);
    EXPECT_EQ(octet_scan::by_words(text.data(), from, text.size()), 21U);
  }
  EXPECT_EQ(find_control(text.data(), 22, text.size()), 22U);
  EXPECT_EQ(find_control(text.data(), 23, text.size()), 23U);
  EXPECT_EQ(find_control(text.data(), 24, text.size()), 24U);
}

TEST(FindControl, reads_nothing_beyond_the_end) {
  const std::string text(64, '\n');
  for (std::size_t end = 0; end < text.size(); ++end) {
    EXPECT_EQ(find_control(text.data(), end, end), end);
  }
}

TEST(FindAny, finds_each_wanted_octet_at_every_place) {
  for (const char wanted : {'"', ','}) {
    for (std::size_t size = 1; size < 40; ++size) {
      for (std::size_t place = 0; place < size; ++place) {
        std::string text(size, 'a');
        text[place] = wanted;
        EXPECT_EQ((find_any<'"', ','>(text.data(), 0, size)), place);
        EXPECT_EQ((find_any<'"', ','>(text.data(), place + 1, size)), size);
        EXPECT_EQ((find_any<'<'>(text.data(), 0, size)), size);
      }
    }
  }
}

TEST(IsControlOctet, spares_the_tab_and_octets_of_utf_8) {
  EXPECT_TRUE(is_control_octet('\0'));
  EXPECT_TRUE(is_control_octet('\x1f'));
  EXPECT_TRUE(is_control_octet('\x7f'));
  EXPECT_FALSE(is_control_octet('\t'));
  EXPECT_FALSE(is_control_octet(' '));
  EXPECT_FALSE(is_control_octet('\xc3'));
}

}  // namespace
}  // namespace ringfence

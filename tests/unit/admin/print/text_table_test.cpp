#include "admin/print/text_table.hpp"

#include <gtest/gtest.h>

namespace ringfence::admin {
namespace {

TEST(TextTable, AlignsColumnsAndLeavesNoBlanksAtTheEnd) {
  TextTable table({{"name"}, {"port", Align::right}, {"note"}});
  table.add({"a", "5060", ""});
  table.add({"longer", "1", "x"});
  EXPECT_EQ(table.to_string(Colours::off),
            "name    port  note\n"
            "a       5060\n"
            "longer     1  x\n");
}

TEST(TextTable, CountsCharactersNotOctets) {
  TextTable table({{"n"}, {"m"}});
  table.add({"Zoë", "1"});
  table.add({"abcd", "2"});
  EXPECT_EQ(table.to_string(Colours::off), "n     m\nZoë   1\nabcd  2\n");
}

TEST(TextTable, AValueCannotSteerTheTerminal) {
  TextTable table({{"n"}});
  table.add({std::string("a\x1b[2J\n\x7f")});
  EXPECT_EQ(table.to_string(Colours::off), "n\na?[2J??\n");
}

TEST(TextTable, ColoursChangeNoWidth) {
  TextTable table({{"n"}, {"m"}});
  table.add({Cell("ok", Tone::good), "1"});
  const std::string text = table.to_string(Colours::on);
  EXPECT_NE(text.find("\x1b[32mok\x1b[0m  1\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace ringfence::admin

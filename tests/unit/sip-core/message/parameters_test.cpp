#include "sip-core/message/parameters.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringfence::sip_core::sip {
namespace {

Parameters header(std::string_view text) {
  const auto parsed = Parameters::parse(text, ParameterGrammar::header);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(Parameters(ParameterGrammar::header));
}

std::string text_of(const Parameters& parameters) {
  std::string out;
  parameters.append_to(out);
  return out;
}

TEST(Parameters, are_found_without_case_and_keep_their_order) {
  const Parameters p = header(";tag=1;LR;x=\"a;b\"");
  EXPECT_EQ(p.value("TAG"), "1");
  EXPECT_EQ(p.value("lr"), "");
  EXPECT_EQ(p.value("x"), "\"a;b\"");
  EXPECT_EQ(p.value("b"), std::nullopt);
  EXPECT_EQ(text_of(p), ";tag=1;LR;x=\"a;b\"");
}

TEST(Parameters, of_header_fields_lose_white_space_outside_quotes) {
  EXPECT_EQ(text_of(header("; tag = 1 ;\tx = \"a b\"")), ";tag=1;x=\"a b\"");
}

TEST(Parameters, are_replaced_in_their_place_appended_and_removed) {
  Parameters p = header(";a=1;b=2;A=3");
  p.set("A", "9");
  EXPECT_EQ(text_of(p), ";A=9;b=2");
  p.set("c", "4");
  p.set_flag("b");
  EXPECT_EQ(text_of(p), ";A=9;b;c=4");
  p.remove("a");
  p.remove("C");
  EXPECT_EQ(text_of(p), ";b");
}

TEST(Parameters, never_take_a_value_that_would_read_as_something_else) {
  Parameters p = header(";a=1");
  p.set("b", "2;tag=evil");
  p.set("c", "x\r\nVia: evil");
  p.set("d e", "1");
  EXPECT_EQ(text_of(p), ";a=1");
}

TEST(Parameters, of_uris_may_be_escaped_and_empty_but_not_quoted) {
  const auto p = ParametersView::parse(";a%20b=%41;c=;lr", ParameterGrammar::uri);
  ASSERT_TRUE(p);
  EXPECT_EQ(p->value("a%20b"), "%41");
  EXPECT_EQ(p->value("c"), "");
  EXPECT_TRUE(p->has("LR"));
  for (const char* text : {";", ";=a", ";a=\"b\"", ";a=b c", ";a;;b", "a", ";a%4=b", ";a=b=c"}) {
    EXPECT_FALSE(ParametersView::parse(text, ParameterGrammar::uri)) << text;
  }
}

TEST(Parameters, are_limited_in_number_R037) {
  std::string many;
  for (int i = 0; i < 64; ++i)
    many += ";a";
  EXPECT_TRUE(ParametersView::parse(many, ParameterGrammar::uri));
  EXPECT_FALSE(ParametersView::parse(many + ";a", ParameterGrammar::uri));
}

}  // namespace
}  // namespace ringfence::sip_core::sip

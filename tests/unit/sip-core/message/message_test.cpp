#include "sip-core/message/message.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/sip-core/message/sample.hpp"

namespace ringfence::sip_core::sip {
namespace {

std::vector<std::string> values_of(const Message& m, HeaderName name) {
  std::vector<std::string> out;
  for (const std::string_view value : m.values(name))
    out.emplace_back(value);
  return out;
}

using Strings = std::vector<std::string>;

TEST(Values, are_split_at_commas_and_gathered_over_fields_in_order) {
  const Message m =
      must_parse(options_with("Route: <sip:a;lr>, <sip:b;lr>\r\nX: y\r\nRoute:<sip:c;lr>\r\n"));
  EXPECT_EQ(values_of(m, HeaderName::route), (Strings{"<sip:a;lr>", "<sip:b;lr>", "<sip:c;lr>"}));
  EXPECT_EQ(m.count(HeaderName::route), 2U);
}

TEST(Values, are_not_split_inside_quotes_or_brackets) {
  const Message m = must_parse(
      options_with("Contact: \"Bell, \\\"A\\\" <, \" <sip:a,b@c>;q=0.5 , sip:d@e;x=\"1,2\"\r\n"));
  EXPECT_EQ(values_of(m, HeaderName::contact),
            (Strings{"\"Bell, \\\"A\\\" <, \" <sip:a,b@c>;q=0.5", "sip:d@e;x=\"1,2\""}));
}

TEST(Values, of_fields_that_are_no_lists_stay_whole) {
  const std::string digest = "Digest username=\"a\", realm=\"b\"";
  const Message m = must_parse(options_with("Authorization: " + digest + "\r\nSubject: a, b\r\n"));
  EXPECT_EQ(values_of(m, HeaderName::authorization), Strings{digest});
  EXPECT_EQ(values_of(m, HeaderName::subject), Strings{"a, b"});
}

TEST(Values, of_a_field_that_is_absent_are_none) {
  EXPECT_TRUE(values_of(must_parse(options_with("")), HeaderName::route).empty());
}

TEST(Message, finds_fields_by_name_and_by_text) {
  const Message m = must_parse(options_with("X-One: 1\r\nX-Two: 2\r\nx-one: 3\r\n"));
  EXPECT_EQ(m.header("x-two"), "2");
  EXPECT_EQ(m.header("X-ONE"), "1");
  EXPECT_EQ(m.header("cseq"), "7 OPTIONS");
  EXPECT_EQ(m.header("X-Three"), std::nullopt);
  EXPECT_EQ(m.header(HeaderName::subject), std::nullopt);
  EXPECT_EQ(m.count(HeaderName::other), 3U);
}

TEST(Message, typed_accessors_read_the_mandatory_fields) {
  const Message m = must_parse(options_with("m: <sip:alice@192.0.2.1>\r\nMax-Forwards: 70\r\n"));
  EXPECT_EQ(m.via()->branch, "z9hG4bKabc");
  EXPECT_TRUE(m.via()->has_rport);
  EXPECT_EQ(m.from()->display_name(), "Alice");
  EXPECT_EQ(m.from_tag(), "1");
  EXPECT_EQ(m.to_tag(), "");
  EXPECT_EQ(m.cseq()->number, 7U);
  EXPECT_EQ(m.call_id(), "call-1@example.com");
  EXPECT_EQ(m.contact()->uri.user, "alice");
  EXPECT_EQ(m.max_forwards(), 70U);
  EXPECT_EQ(m.expires(), std::nullopt);
}

TEST(Message, an_asterisk_in_Contact_stands_alone_R062) {
  EXPECT_TRUE(must_parse(options_with("Contact: *\r\n")).contacts()->asterisk);
  EXPECT_FALSE(must_parse(options_with("Contact: *\r\nContact: <sip:a@b>\r\n")).contacts());
  EXPECT_FALSE(must_parse(options_with("Contact: *, <sip:a@b>\r\n")).contacts());
  EXPECT_TRUE(must_parse(options_with("")).contacts()->list.empty());
}

TEST(Message, one_field_has_one_name_however_it_is_spelt_R165_F069) {
  for (const char* spelling :
       {"P-Asserted-Identity: ", "P-Asserted-Identity : ", "P-Asserted-Identity\t:",
        "p-asserted-identity:", "P-ASSERTED-IDENTITY \t :\r\n ", "p-Asserted-IDENTITY:\t\r\n\t"}) {
    const Message m = must_parse(options_with(std::string(spelling) + "<sip:boss@b>\r\n"));
    EXPECT_EQ(m.count(HeaderName::p_asserted_identity), 1U) << spelling;
    EXPECT_EQ(m.count(HeaderName::other), 0U) << spelling;
    EXPECT_EQ(m.header(HeaderName::p_asserted_identity), "<sip:boss@b>") << spelling;
  }
  EXPECT_TRUE(must_parse(options_with("y: x\r\n")).has(HeaderName::identity));
  const std::string names[] = {std::string("P-Asserted-Identity\0", 20), "P-Asserted Identity",
                               "P-Asserted-Identity\x0b", "\x01P-Asserted-Identity",
                               "P-Asserted-\r\n Identity"};
  for (const std::string& name : names) {
    EXPECT_FALSE(parse(options_with(name + ": <sip:boss@b>\r\n"))) << name;
  }
}

TEST(Message, numbers_stop_at_32_bits_and_end_at_parameters_R039) {
  EXPECT_EQ(must_parse(options_with("Expires: 99999999999999\r\n")).expires(), UINT32_MAX);
  EXPECT_EQ(must_parse(options_with("Expires: soon\r\n")).expires(), std::nullopt);
  EXPECT_EQ(must_parse(options_with("Session-Expires: 1800;refresher=uac\r\n"))
                .number(HeaderName::session_expires),
            1800U);
  EXPECT_EQ(must_parse(options_with("Retry-After: 5 (busy)\r\n")).number(HeaderName::retry_after),
            5U);
}

TEST(Message, lists_tells_option_tags_without_case) {
  const Message m = must_parse(options_with("Supported: timer, 100rel\r\nk: Path\r\n"));
  EXPECT_TRUE(m.lists(HeaderName::supported, "100REL"));
  EXPECT_TRUE(m.lists(HeaderName::supported, "path"));
  EXPECT_FALSE(m.lists(HeaderName::supported, "rel"));
}

TEST(Message, content_type_comes_without_its_parameters) {
  EXPECT_EQ(must_parse(options_with("c: application/sdp ;charset=x\r\n")).content_type(),
            "application/sdp");
  EXPECT_EQ(must_parse(options_with("")).content_type(), "");
}

}  // namespace
}  // namespace ringfence::sip_core::sip

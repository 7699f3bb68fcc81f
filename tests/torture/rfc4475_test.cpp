// The fifty messages of RFC 4475, decoded from the archive in its appendix A, and what is to come
// of each as a datagram: the parser's verdict, and where it parses the validator's. The clauses
// between parentheses are those of the RFC. Covers R030, R031, R034, R036, R039 to R044.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>

#include "sip-core/message/parser.hpp"
#include "sip-core/message/response.hpp"
#include "sip-core/message/validate_request.hpp"

namespace ringfence::sip_core::sip {
namespace {

constexpr int kAccepted = 0;
constexpr int kDropped = -1;  // a response, or a request without a way to answer

struct Vector {
  const char* name;
  int outcome;  // kAccepted, kDropped or the status of our answer
};

std::ostream& operator<<(std::ostream& out, const Vector& v) {
  return out << v.name;
}

constexpr Vector kVectors[] = {
    {"wsinv", kAccepted},       // 3.1.1.1
    {"intmeth", kAccepted},     // 3.1.1.2
    {"esc01", kAccepted},       // 3.1.1.3
    {"escnull", kAccepted},     // 3.1.1.4
    {"esc02", kAccepted},       // 3.1.1.5
    {"lwsdisp", kAccepted},     // 3.1.1.6
    {"longreq", kAccepted},     // 3.1.1.7
    {"dblreq", kAccepted},      // 3.1.1.8: only the first request
    {"semiuri", kAccepted},     // 3.1.1.9
    {"transports", kAccepted},  // 3.1.1.10
    {"mpart01", kAccepted},     // 3.1.1.11
    {"unreason", kAccepted},    // 3.1.1.12
    {"noreason", kAccepted},    // 3.1.1.13
    {"badinv01", 400},          // 3.1.2.1
    {"clerr", 400},             // 3.1.2.2
    {"ncl", 400},               // 3.1.2.3
    {"scalar02", 400},          // 3.1.2.4
    {"scalarlg", kDropped},     // 3.1.2.5
    {"quotbal", 400},           // 3.1.2.6
    {"ltgtruri", 400},          // 3.1.2.7
    {"lwsruri", 400},           // 3.1.2.8
    {"lwsstart", 400},          // 3.1.2.9
    {"trws", 400},              // 3.1.2.10
    {"escruri", 400},           // 3.1.2.11
    {"baddate", kAccepted},     // 3.1.2.12: Date may be ignored
    {"regbadct", 400},          // 3.1.2.13
    {"badaspec", 400},          // 3.1.2.14
    {"baddn", 400},             // 3.1.2.15
    {"badvers", 505},           // 3.1.2.16
    {"mismatch01", 400},        // 3.1.2.17
    {"mismatch02", 400},        // 3.1.2.18
    {"bigcode", kDropped},      // 3.1.2.19
    {"badbranch", 400},         // 3.2.1
    {"insuf", 400},             // 3.3.1
    {"unkscm", 416},            // 3.3.2
    {"novelsc", 416},           // 3.3.3
    {"unksm2", kAccepted},      // 3.3.4: the registrar's to refuse
    {"bext01", kAccepted},      // 3.3.5: 420 is the core's
    {"invut", kAccepted},       // 3.3.6: 415 is the core's
    {"regaut01", kAccepted},    // 3.3.7: the registrar's
    {"multi01", 400},           // 3.3.8
    {"mcl01", 400},             // 3.3.9
    {"bcast", kAccepted},       // 3.3.10: dropped by the transport's sent-by check
    {"zeromf", kAccepted},      // 3.3.11: OPTIONS is answered here
    {"cparam01", kAccepted},    // 3.3.12
    {"cparam02", kAccepted},    // 3.3.13
    {"regescrt", kAccepted},    // 3.3.14
    {"sdp01", kAccepted},       // 3.3.15: 406 is the core's
    {"inv2543", kAccepted},     // 3.4.1
    {"test", 400},              // in the archive, but in no section: no version, no colon
};

std::string read_vector(const std::string& name) {
  std::ifstream file(std::string(TORTURE_FOLDER) + "/" + name + ".dat", std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

int outcome_of(const std::string& octets) {
  const auto message = parse(octets);
  if (!message)
    return message.error().suggested_status == 0 ? kDropped : message.error().suggested_status;
  if (message->is_response()) return validate_response(*message) ? kDropped : kAccepted;
  const auto rejection = validate_request(*message);
  return rejection ? rejection->status : kAccepted;
}

class Rfc4475 : public testing::TestWithParam<Vector> {};

TEST_P(Rfc4475, ends_as_the_table_says) {
  EXPECT_EQ(outcome_of(read_vector(GetParam().name)), GetParam().outcome);
}

TEST_P(Rfc4475, every_prefix_is_a_value_and_never_a_crash) {
  const std::string octets = read_vector(GetParam().name);
  for (std::size_t size = 0; size < octets.size(); ++size) {
    const auto message = parse(octets.substr(0, size), Framing::stream);
    if (message && message->is_request()) (void)validate_request(*message);
    if (!message) (void)make_error_response(message.error(), "tag");
  }
}

INSTANTIATE_TEST_SUITE_P(Torture, Rfc4475, testing::ValuesIn(kVectors),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Rfc4475Archive, has_an_expectation_for_every_file) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TORTURE_FOLDER)) {
    const std::string name = entry.path().stem().string();
    EXPECT_TRUE(std::ranges::any_of(kVectors, [&](const Vector& v) { return name == v.name; }))
        << name;
    ++files;
  }
  EXPECT_EQ(files, 50U);
  EXPECT_EQ(std::size(kVectors), 50U);
}

// What the prose says of single messages.

TEST(Rfc4475Meaning, wsinv_is_unfolded_and_its_lists_are_split) {
  const auto message = parse(read_vector("wsinv"));
  ASSERT_TRUE(message);
  std::size_t vias = 0;
  for (const auto value : message->values(HeaderName::via)) {
    EXPECT_TRUE(Via::parse(value)) << value;
    ++vias;
  }
  EXPECT_EQ(vias, 3U);
  EXPECT_EQ(message->via()->host, "192.0.2.2");
  EXPECT_EQ(message->via()->branch, "390skdjuw");
  EXPECT_EQ(message->cseq()->number, 9U);
  EXPECT_EQ(message->max_forwards(), 68U);
  EXPECT_EQ(message->from()->display_name(), "J Rosenberg \\\"");
  EXPECT_EQ(message->from_tag(), "98asjd8");
  EXPECT_EQ(message->to_tag(), "1918181833n");
  EXPECT_EQ(message->header(HeaderName::subject), "");
  EXPECT_EQ(message->header("unknownheaderwithunusualvalue"), ";;,,;;,;");
  const auto routes = message->addresses(HeaderName::route);
  ASSERT_TRUE(routes);
  ASSERT_EQ(routes->size(), 1U);
  EXPECT_TRUE(routes->front().uri.is_loose_route());
  EXPECT_EQ(message->contacts()->list.size(), 1U);
  EXPECT_EQ(message->content_type(), "application/sdp");
  EXPECT_EQ(message->body().size(), 150U);
}

TEST(Rfc4475Meaning, intmeth_keeps_its_NUL_and_its_method) {
  const auto message = parse(read_vector("intmeth"));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->method(), Method::other);
  EXPECT_EQ(message->method_text(), "!interesting-Method0123456789_*+`.%indeed'~");
  EXPECT_NE(message->to()->display_name().find('\0'), std::string::npos);
  EXPECT_EQ(message->to_tag(), "");
  EXPECT_EQ(message->body().size(), 0U);
}

TEST(Rfc4475Meaning, esc01_unescapes_once_only) {
  const auto message = parse(read_vector("esc01"));
  ASSERT_TRUE(message);
  const auto uri = message->request_uri();
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->scheme, Scheme::sip);
  EXPECT_EQ(uri->decoded_user(), "sips:user@example.com");
  EXPECT_EQ(uri->host, "example.net");
  EXPECT_EQ(message->to()->uri.decoded_user(), "user");
}

TEST(Rfc4475Meaning, escnull_is_not_cut_at_the_NUL_and_has_two_contacts) {
  const auto message = parse(read_vector("escnull"));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->to()->uri.decoded_user(), std::string("null-\0-null", 11));
  const auto contacts = message->contacts();
  ASSERT_TRUE(contacts);
  ASSERT_EQ(contacts->list.size(), 2U);
  EXPECT_FALSE(equivalent(contacts->list[0].uri, contacts->list[1].uri));
}

TEST(Rfc4475Meaning, esc02_is_no_REGISTER_and_has_two_contacts) {
  const auto message = parse(read_vector("esc02"));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->method(), Method::other);
  EXPECT_EQ(message->method_text(), "RE%47IST%45R");
  EXPECT_EQ(message->contacts()->list.size(), 2U);
}

TEST(Rfc4475Meaning, longreq_has_all_its_vias_without_a_branch_on_the_first) {
  const auto message = parse(read_vector("longreq"));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->count(HeaderName::via), 34U);
  EXPECT_EQ(message->via()->branch, "");
  EXPECT_FALSE(message->via()->has_rfc3261_branch());
}

TEST(Rfc4475Meaning, dblreq_ends_with_its_body_on_a_datagram_and_is_refused_as_one_frame) {
  const auto datagram = parse(read_vector("dblreq"));
  ASSERT_TRUE(datagram);
  EXPECT_EQ(datagram->method(), Method::register_);
  EXPECT_EQ(datagram->body(), "");
  const auto frame = parse(read_vector("dblreq"), Framing::stream);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, ParseErrorCode::trailing_octets);
}

TEST(Rfc4475Meaning, semiuri_has_the_semicolon_in_its_user_part) {
  const auto message = parse(read_vector("semiuri"));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->request_uri()->decoded_user(), "user;par=u@example.net");
  EXPECT_TRUE(message->request_uri()->parameters.empty());
}

TEST(Rfc4475Meaning, mpart01_keeps_its_binary_body) {
  const auto message = parse(read_vector("mpart01"));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->body().size(), 553U);
  EXPECT_NE(message->body().find('\0'), std::string_view::npos);
}

TEST(Rfc4475Meaning, cparam01_and_cparam02_tell_whose_parameter_it_is) {
  const auto first = parse(read_vector("cparam01"));
  const auto bare = first->contact();
  ASSERT_TRUE(bare);
  EXPECT_TRUE(bare->parameters.has("unknownparam"));
  EXPECT_FALSE(bare->uri.parameters.has("unknownparam"));
  const auto second = parse(read_vector("cparam02"));
  const auto bracketed = second->contact();
  ASSERT_TRUE(bracketed);
  EXPECT_TRUE(bracketed->uri.parameters.has("unknownparam"));
}

TEST(Rfc4475Meaning, a_400_can_be_built_from_what_did_not_parse) {
  const auto message = parse(read_vector("ncl"));
  ASSERT_FALSE(message);
  const auto response = make_error_response(message.error(), "mine");
  ASSERT_TRUE(response);
  const auto read_back = parse(response->serialize(), Framing::stream);
  ASSERT_TRUE(read_back);
  EXPECT_EQ(read_back->status_code(), 400);
  EXPECT_FALSE(validate_response(*read_back));
}

}  // namespace
}  // namespace ringfence::sip_core::sip

// The server_name extension by annotated octets (RFC 6066 §3; F040).
#include "tls-front/tls/server_name.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace ringfence::tls_front {
namespace {

using Octets = std::vector<std::uint8_t>;

Octets list_of(const std::string& name, std::uint8_t type = 0) {
  Octets octets{
      static_cast<std::uint8_t>((name.size() + 3) >> 8), static_cast<std::uint8_t>(name.size() + 3),
      type, static_cast<std::uint8_t>(name.size() >> 8), static_cast<std::uint8_t>(name.size())};
  octets.insert(octets.end(), name.begin(), name.end());
  return octets;
}

TEST(ServerName, IsReadInOurSpelling) {  // R183
  EXPECT_EQ(**parse_server_name(list_of("a.test")), "a.test");
  EXPECT_EQ(**parse_server_name(list_of("A.TEST.")), "a.test");
  EXPECT_EQ(**parse_server_name(list_of(std::string(255, 'a'))), std::string(255, 'a'));
}

TEST(ServerName, AnAddressCountsAsNone) {  // R183
  EXPECT_FALSE(*parse_server_name(list_of("192.0.2.1")));
  EXPECT_FALSE(*parse_server_name(list_of("2001:db8::1")));
  EXPECT_FALSE(*parse_server_name(list_of("[2001:db8::1]")));
}

TEST(ServerName, RefusesWhatIsMalformed) {  // F040
  Octets two = list_of("a.test");
  const Octets second = list_of("b.test");
  two.insert(two.end(), second.begin() + 2, second.end());
  two[1] = static_cast<std::uint8_t>(two.size() - 2);
  Octets longer = list_of("a.test");
  longer.push_back('x');
  for (const Octets& octets :
       {Octets{}, Octets{0, 0}, Octets{0, 3, 0, 0, 0}, list_of(""), list_of("a.test", 1), two,
        longer, list_of(std::string("a\0b", 3)), list_of("a b"), list_of("\xc3\xa4.test"),
        list_of(std::string(256, 'a'))}) {
    EXPECT_FALSE(parse_server_name(octets)) << testing::PrintToString(octets);
  }
}

}  // namespace
}  // namespace ringfence::tls_front

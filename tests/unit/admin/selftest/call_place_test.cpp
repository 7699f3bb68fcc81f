#include "admin/selftest/call_place.hpp"

#include <gmock/gmock.h>

#include "table/example_database.hpp"

namespace ringfence::admin {
namespace {

using testing::HasSubstr;

std::string refusal(const ExampleDatabase& files, std::optional<std::string> tenant = {}) {
  const auto place = find_call_place(files.open(), tenant);
  return place ? "(found)" : place.error().message;
}

TEST(CallPlace, IsTheFirstEnabledTenantAndThePublicTlsListener) {
  const ExampleDatabase files;
  EXPECT_THAT(refusal(files), HasSubstr("no tenant is enabled"));
  files.run(
      "INSERT INTO tenants(name, domain, enabled) VALUES('off', 'off.example', 0), ('demo', "
      "'demo.example', 1), ('two', 'two.example', 1)");
  EXPECT_THAT(refusal(files), HasSubstr("no listener with side public and transport tls"));
  files.run(
      "INSERT INTO listeners(name, side, transport, address, port, enabled) VALUES"
      "('t', 'trunk', 'tls', '127.0.0.1', 5061, 1), ('u', 'public', 'udp', '127.0.0.1', 6070, 1),"
      "('off', 'public', 'tls', '127.0.0.1', 1, 0), ('p', 'public', 'tls', '0.0.0.0', 6061, 1)");
  const auto place = find_call_place(files.open(), std::nullopt);
  ASSERT_TRUE(place) << place.error().message;
  EXPECT_EQ(place->tenant, "demo");
  EXPECT_EQ(place->domain, "demo.example");
  EXPECT_EQ(place->listener.to_string(), "127.0.0.1:6061");
  EXPECT_EQ(find_call_place(files.open(), "two.example")->tenant, "two");
  EXPECT_THAT(refusal(files, "off"), HasSubstr("not enabled"));
  EXPECT_THAT(refusal(files, "none"), HasSubstr("there is no tenant none"));
}

}  // namespace
}  // namespace ringfence::admin

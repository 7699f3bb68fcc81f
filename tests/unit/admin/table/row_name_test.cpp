#include "admin/table/row_name.hpp"

#include <gtest/gtest.h>

#include "table/example_database.hpp"

namespace ringfence::admin {
namespace {

RowName name_of(std::string_view noun, std::string_view text,
                std::optional<std::string> tenant = std::nullopt) {
  return parse_row_name(*find_row_kind(noun), text, tenant);
}

TEST(RowName, TakesATrunksTenantFromInFrontOfTheSlash) {
  EXPECT_EQ(name_of("trunk", "demo/Telco").tenant, "demo");
  EXPECT_EQ(name_of("trunk", "demo/Telco").name, "Telco");
  EXPECT_EQ(name_of("trunk", "Telco").tenant, std::nullopt);
}

TEST(RowName, TakesAnExtensionsDomainFromBehindTheAt) {
  EXPECT_EQ(name_of("extension", "alice@demo.example").tenant, "demo.example");
  EXPECT_EQ(name_of("extension", "alice@demo.example").name, "alice");
  EXPECT_EQ(name_of("extension", "demo/alice").tenant, "demo");
}

TEST(RowName, AGivenTenantLeavesTheWholeTextAsTheName) {
  EXPECT_EQ(name_of("trunk", "A/B", "demo").name, "A/B");
  EXPECT_EQ(name_of("did", "4930/5", "demo").tenant, "demo");
}

TEST(RowName, ATenantIsFoundByNameAndByDomain) {
  const ExampleDatabase files;
  files.run("INSERT INTO tenants(name, domain) VALUES('demo', 'demo.example')");
  const Database database = files.open();
  EXPECT_EQ(find_tenant(database, "demo")->id, 1);
  EXPECT_EQ(find_tenant(database, "DEMO.example")->full_name, "demo");
  EXPECT_FALSE(find_tenant(database, "dem"));
}

TEST(RowName, TheOnlyTenantNeedsNoName) {
  const ExampleDatabase files;
  const Database database = files.open();
  EXPECT_FALSE(only_tenant(database));
  files.run("INSERT INTO tenants(name, domain) VALUES('a', 'a.example')");
  EXPECT_EQ(only_tenant(database)->full_name, "a");
  files.run("INSERT INTO tenants(name, domain) VALUES('b', 'b.example')");
  EXPECT_FALSE(only_tenant(database));
}

}  // namespace
}  // namespace ringfence::admin

#include "admin/selftest/test_extensions.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>

#include <filesystem>

#include "table/example_database.hpp"

namespace ringfence::admin {
namespace {

class TestExtensionsTest : public testing::Test {
 protected:
  TestExtensionsTest() {
    files_.run("INSERT INTO tenants(name, domain) VALUES('demo', 'demo.example')");
  }
  std::string count() const { return files_.text("SELECT count(*) FROM extensions"); }

  ExampleDatabase files_;
  Database database_ = files_.open();
  SeededRandom random_{1};
};

TEST_F(TestExtensionsTest, AreThereMeanwhileWithSrtpRequired) {
  TestExtensions extensions(database_, "demo", "demo.example");
  ASSERT_TRUE(extensions.add(random_));
  EXPECT_EQ(files_.text("SELECT count(*) FROM extensions WHERE srtp = 'required' AND "
                        "username GLOB 'selftest-[0-9a-f][0-9a-f][0-9a-f][0-9a-f]' AND "
                        "ha1_md5 NOT NULL AND ha1_sha256 NOT NULL"),
            "2");
  EXPECT_NE(extensions.accounts()[0].username, extensions.accounts()[1].username);
  EXPECT_TRUE(extensions.remove());
  EXPECT_EQ(count(), "0");
}

TEST_F(TestExtensionsTest, GoWithTheirObject) {
  {
    TestExtensions extensions(database_, "demo", "demo.example");
    ASSERT_TRUE(extensions.add(random_));
    EXPECT_EQ(count(), "2");
  }
  EXPECT_EQ(count(), "0");
}

TEST_F(TestExtensionsTest, ThoseOfDeadRunsGoFirstAndNobodyElses) {
  files_.run(
      "INSERT INTO extensions(tenant_id, username) VALUES(1, 'selftest-dead'), (1, "
      "'selftest-00ff'), (1, 'selftest-person'), (1, 'alice')");
  TestExtensions extensions(database_, "demo", "demo.example");
  const auto leftovers = extensions.add(random_);
  ASSERT_TRUE(leftovers);
  EXPECT_EQ(*leftovers, 2);
  ASSERT_TRUE(extensions.remove());
  EXPECT_EQ(count(), "2");
}

TEST_F(TestExtensionsTest, ThoseOfARunThatLivesStay) {
  TestExtensions first(database_, "demo", "demo.example");
  ASSERT_TRUE(first.add(random_));
  {
    TestExtensions second(database_, "demo", "demo.example");
    const auto leftovers = second.add(random_);
    ASSERT_TRUE(leftovers);
    EXPECT_EQ(*leftovers, 0);
    EXPECT_EQ(count(), "4");
  }
  EXPECT_EQ(count(), "2");
}

}  // namespace
}  // namespace ringfence::admin

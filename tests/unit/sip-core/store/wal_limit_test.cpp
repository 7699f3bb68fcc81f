// F031: somebody reads state.db and does not end; its log would grow for as long.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "sip-core/store/sqlite_store.hpp"

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMost = std::uint64_t{256} << 10;

class WalLimitTest : public testing::Test {
 protected:
  WalLimitTest() : directory_(testing::TempDir() + "wal" + std::to_string(::getpid())) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    store_ = std::move(*SqliteStore::open(directory_, loop_, log_, WallTime{}, kMost));
    store_->start([this](const Event&) { loop_.stop(); });
  }
  ~WalLimitTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }
  std::string path() const { return directory_ + "/state.db"; }
  // One transaction of some kilobytes.
  void commit() {
    NonceSecretRecord secret{WallTime(std::chrono::seconds(++made_)),
                             std::make_shared<const SecretBytes>(octets_)};
    store_->submit({CommitId(1), {secret}, Urgency::awaited});
    const Timer limit = loop_.after(20s, [this] { loop_.stop(); });
    loop_.run();
  }
  std::uint64_t figure(const std::string& name) const {
    const auto all = store_->figures();
    return std::map<std::string, std::uint64_t>(all.begin(), all.end()).at(name);
  }
  static std::int64_t newest(sqlite3* database) {
    const auto statement = prepare(database, "SELECT coalesce(max(made), 0) FROM nonce_secrets");
    EXPECT_EQ(sqlite3_step(statement->get()), SQLITE_ROW);
    return RowReader(statement->get()).number() / 1000;
  }

  std::string directory_;
  Loop loop_;
  Logger log_{"test", LogLevel::error, LogFormat::text};
  std::unique_ptr<SqliteStore> store_;
  std::vector<std::uint8_t> octets_ = std::vector<std::uint8_t>(16384, 7);
  int made_ = 0;
};

TEST_F(WalLimitTest, AReaderThatKeepsTheLogFromBeingEmptiedIsCutOffAndNothingIsLostF031) {
  commit();
  const auto reader = std::move(*open_database(path()));
  ASSERT_TRUE(execute(reader.get(), "BEGIN"));
  EXPECT_EQ(newest(reader.get()), 1);
  while (figure("reg_store_readers_cut_total") == 0 && made_ < 100)
    commit();
  EXPECT_EQ(figure("reg_store_readers_cut_total"), 1U);
  commit();
  EXPECT_LT(figure("reg_wal_bytes"), kMost);
  EXPECT_EQ(newest(reader.get()), 1);  // it reads on in what it began with
  EXPECT_EQ(newest(open_database(path())->get()), made_);
  EXPECT_EQ(std::ranges::distance(std::filesystem::directory_iterator(directory_)), 4)
      << "state.db, its log and its index; the journal";
}

TEST_F(WalLimitTest, WithoutAReaderTheLogIsEmptiedInItsPlaceF031) {
  for (int i = 0; i < 60; ++i)
    commit();
  EXPECT_LE(figure("reg_wal_bytes"), kMost);
  EXPECT_EQ(figure("reg_store_readers_cut_total"), 0U);
  EXPECT_EQ(newest(open_database(path())->get()), made_);
}

}  // namespace
}  // namespace ringfence::sip_core

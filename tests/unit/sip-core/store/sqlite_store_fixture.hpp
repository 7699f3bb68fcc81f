// SqliteStoreTest: a store on a file of its own, its loop, and what it answered.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "sip-core/store/sqlite_store.hpp"

namespace ringfence::sip_core {

using namespace std::chrono_literals;

inline BindingRecord binding(const std::string& contact, WallTime expires) {
  BindingRecord record;
  record.tenant = TenantId(3);
  record.username = "alice";
  record.contact = contact;
  record.instance_id = "<urn:uuid:1>";
  record.reg_id = 2;
  record.q = 700;
  record.flow = ConnectionId{0xffff'ffff'ffff'fff1ULL, 42};
  record.transport = TransportKind::tls;
  record.path = {"<sip:a;lr>", "<sip:b;lr>"};
  record.call_id = "call";
  record.cseq = 9;
  record.expires = expires;
  record.user_agent = "phone";
  return record;
}

inline CallRecord call() {
  CallRecord record;
  record.id = RecordId(1);
  record.worker = WorkerIndex(1);
  record.session = SessionId(0x8000'0000'0000'0001ULL);
  record.over = CallOver{record.id, WallTime(std::chrono::hours(400'000)), 200, "bye", "callee"};
  record.a.emplace();
  record.b.emplace();
  record.a->call_id = "a-leg";
  record.a->route_set = {"<sip:r1;lr>", "<sip:r2;lr>"};
  record.a->secure = true;
  record.a->flow = UdpFlow{ListenerId(4), *SocketAddress::parse("[2001:db8::1]:5070")};
  record.a->extension = "alice";
  record.a->local_sdp_without_keys = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n";
  record.b->call_id = "b-leg";
  record.b->we_are_uas = true;
  record.b->flow = ConnectionId{7, 8};
  record.b->transport = TransportKind::tcp;
  record.b->trunk = TrunkId(5);
  record.b->rtp_port = 16384;
  record.b->sdp_version = 3;
  record.b->session_interval_s = 1800;
  record.b->we_refresh = true;
  record.b->session_expires = WallTime(std::chrono::hours(500'000));
  record.b->peer_takes_update = true;
  return record;
}

class SqliteStoreTest : public testing::Test {
 protected:
  SqliteStoreTest() : directory_(testing::TempDir() + "store" + std::to_string(::getpid())) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  ~SqliteStoreTest() override { std::filesystem::remove_all(directory_); }

  std::string path() const { return directory_ + "/state.db"; }

  // Opens, submits everything, and returns the answers in their order.
  std::vector<Event> write(std::vector<Persist> all) {
    Loop loop;
    auto store = SqliteStore::open(directory_, loop, log_, wall_);
    EXPECT_TRUE(store);
    std::vector<Event> answers;
    (*store)->start([&](Event event) {
      answers.push_back(std::move(event));
      if (answers.size() == all.size()) loop.stop();
    });
    for (const Persist& one : all)
      (*store)->submit(one);
    const Timer limit = loop.after(20s, [&] { loop.stop(); });
    loop.run();
    return answers;
  }
  Restored read(WallTime wall) {
    Loop loop;
    auto store = SqliteStore::open(directory_, loop, log_, wall);
    EXPECT_TRUE(store);
    return (*store)->read_all(wall);
  }

  std::int64_t count(const std::string& what) const {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
    auto statement = prepare(database, "SELECT count(*) FROM " + what);
    EXPECT_TRUE(statement);
    EXPECT_EQ(sqlite3_step(statement->get()), SQLITE_ROW);
    const std::int64_t rows = RowReader(statement->get()).number();
    statement->reset();
    sqlite3_close(database);
    return rows;
  }

  void change(const char* sql) const {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
  std::size_t aside() const {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory_))
      files += entry.path().filename().string().starts_with("state.db.unreadable-") ? 1U : 0U;
    return files;
  }

  std::string directory_;
  WallTime wall_{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  Logger log_{"test", LogLevel::error, LogFormat::text};
};

}  // namespace ringfence::sip_core

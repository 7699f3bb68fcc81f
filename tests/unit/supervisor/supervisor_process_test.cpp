// The running supervisor: configuration, listeners, certificates, restarts, the admin socket and
// the end. F012: a crash loop; F029 and F032: databases that cannot be
// used.
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "bundle_fixture.hpp"

namespace ringfence::supervisor {
namespace {

using namespace std::chrono_literals;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

TEST_F(Bundle, ServesWithAnEmptyDatabaseThatItMadeItself) {
  start_and_wait();
  EXPECT_TRUE(log_says("created an empty configuration database"));
  EXPECT_TRUE(log_says("Ringfence is ready"));
  EXPECT_TRUE(eventually([&] { return health()["status"] == "ok"; }));
  EXPECT_EQ(health()["config"]["revision"], 1);
  EXPECT_EQ(process("media-worker-1")["state"], "running");
  EXPECT_EQ(get("/sip-tls/health").status, 503) << "there is no TLS listener";
  EXPECT_THAT(get("/metrics").body, HasSubstr("ringfence_up 1"));
  EXPECT_EQ(get("/other").status, 404);
}

TEST_F(Bundle, AppliesAnEditWithinTwoSecondsInEveryProcess) {
  start_and_wait();
  const int port = free_port();
  sql("INSERT INTO tenants(name, domain) VALUES ('demo', 'demo.test');"
      "INSERT INTO listeners(name, side, transport, address, port)"
      " VALUES ('p', 'public', 'tls', '127.0.0.1', " +
      std::to_string(port) +
      ");"
      "INSERT INTO trunks(tenant_id, label, host) VALUES (1, 'Car', 'not a host')");
  EXPECT_TRUE(eventually([&] { return health()["config"]["revision"] == 2; }, 2s));
  EXPECT_EQ(health()["config"]["errors"][0]["column"], "host");
  EXPECT_EQ(health()["status"], "degraded");
  EXPECT_EQ(get("/health").status, 200);
  EXPECT_EQ(get("/sip-tls/health").status, 200);
  sql("UPDATE listeners SET enabled = 0; UPDATE trunks SET host = 'carrier.test'");
  EXPECT_TRUE(eventually([&] { return health()["config"]["revision"] == 3; }, 2s));
  EXPECT_TRUE(health()["config"]["errors"].empty());
  EXPECT_TRUE(log_says("tls-front fake closed value=1"));
  EXPECT_EQ(health()["trunks"][0]["label"], "Car");
}

TEST_F(Bundle, GathersTheEditsOfAWriterThatNeverRests) {
  start_and_wait();
  constexpr int kEdits = 30;
  for (int i = 1; i <= kEdits; ++i) {
    sql("UPDATE settings SET value = '" + std::to_string(i) + "' WHERE key = 'cdr_keep_days'");
    std::this_thread::sleep_for(100ms);  // the writer's own rhythm
  }
  sql("INSERT INTO tenants(name, domain) VALUES ('last', 'last.test')");
  EXPECT_TRUE(eventually([&] { return !health()["config"]["warnings"].empty(); }, 2s));
  EXPECT_LT(health()["config"]["revision"], kEdits / 2);
}

TEST_F(Bundle, HandsOverListenersByTransport) {
  start_and_wait();
  sql("INSERT INTO listeners(id, name, side, transport, address, port) VALUES"
      " (11, 'u', 'trunk', 'udp', '127.0.0.1', " +
      std::to_string(free_port()) +
      "),"
      " (12, 't', 'public', 'tcp', '127.0.0.1', " +
      std::to_string(free_port()) + ")");
  EXPECT_TRUE(log_says("sip-core fake listener value=11"));
  EXPECT_TRUE(log_says("tls-front fake listener value=12"));
}

TEST_F(Bundle, SaysWhichListenerCannotBeBoundServesTheRestAndTakesThePortWhenItIsFree) {
  Fd holder(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(holder.get(), reinterpret_cast<const sockaddr*>(&address), size);
  ::getsockname(holder.get(), reinterpret_cast<sockaddr*>(&address), &size);
  const std::string port = std::to_string(ntohs(address.sin_port));
  start_and_wait();
  sql("INSERT INTO listeners(name, side, transport, address, port)"
      " VALUES ('phones', 'public', 'udp', '127.0.0.1', " +
      port + ")");
  EXPECT_TRUE(eventually([&] { return get("/health").status == 503; }));
  EXPECT_EQ(health()["status"], "degraded");
  EXPECT_THAT(std::string(health()["listeners"][0]["error"]), HasSubstr("Address already in use"));
  EXPECT_TRUE(
      log_says("ERR supervisor a listener cannot be bound, trying again every 2 s "
               "listener=phones address=127.0.0.1 port=" +
               port));
  holder.reset();
  EXPECT_TRUE(eventually([&] { return get("/health").status == 200; }));
}

TEST_F(Bundle, PassesCertificatesOnAsTheyComeAndGo) {
  start_and_wait();
  fs::create_directories(folder() / "certs/demo.test");
  std::ofstream(folder() / "certs/demo.test/fullchain.pem") << "chain";
  std::ofstream(folder() / "certs/demo.test/privkey.pem") << "key";
  EXPECT_TRUE(log_says("tls-front fake certificate sni=demo.test"));
  fs::remove_all(folder() / "certs/demo.test");
  EXPECT_TRUE(log_says("tls-front fake removed sni=demo.test"));
}

TEST_F(Bundle, GivesAKeyToKeyKeeperAloneAndToTheNextOneAgain) {
  fs::create_directories(folder() / "certs/demo.test");
  std::ofstream(folder() / "certs/demo.test/fullchain.pem") << "chain";
  std::ofstream(folder() / "certs/demo.test/privkey.pem") << "key";
  start_and_wait();
  const auto given = [&] {
    std::size_t count = 0;
    const std::string text = log();
    const std::string mark = "key-keeper fake key value=1";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1))
      ++count;
    return count;
  };
  ASSERT_TRUE(eventually([&] { return given() >= 1; }));
  EXPECT_THAT(log(), Not(HasSubstr("tls-front fake key")));
  const std::size_t before = given();
  EXPECT_EQ(control("restart key-keeper\n"), "ok\n");
  EXPECT_TRUE(eventually([&] { return given() > before; }));
  EXPECT_TRUE(eventually([&] { return process("key-keeper")["state"] == "running"; }));
}

TEST_F(Bundle, GivesEachSipCoreThePageOfTheLastOne) {  // F013
  start_and_wait();
  EXPECT_TRUE(log_says("sip-core fake lives before value=0"));
  EXPECT_EQ(control("restart sip-core\n"), "ok\n");
  EXPECT_TRUE(eventually([&] { return log_says("sip-core fake lives before value=1"); }));
}

TEST_F(Bundle, GivesTheKeysOfTicketsToTheNextTlsFrontAsWell) {  // R180
  start_and_wait();
  const auto hashes = [&] {
    std::vector<std::string> all;
    const std::string text = log();
    const std::string mark = "fake ticket key hash=";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1))
      all.push_back(text.substr(at + mark.size(), text.find('\n', at) - at - mark.size()));
    return all;
  };
  ASSERT_TRUE(eventually([&] { return hashes().size() == 1; }));
  EXPECT_EQ(control("restart tls-front\n"), "ok\n");
  ASSERT_TRUE(eventually([&] { return hashes().size() == 2; }));
  EXPECT_EQ(hashes()[0], hashes()[1]);
}

// Else the first trunk that is dialled over TLS meets nobody whom its certificate could convince.
TEST_F(Bundle, GivesTlsFrontItsTrustAnchorsBeforeItServes) {
  start_and_wait();
  ASSERT_TRUE(eventually([&] { return log().contains("tls-front fake rows"); }));
  const std::string text = log();
  EXPECT_LT(text.find("tls-front fake trust"), text.find("tls-front fake rows"));
}

TEST_F(Bundle, StartsAKilledChildAgainAtOnceAndLinksItAnew) {
  start_and_wait();
  const int pid = process("sip-core")["pid"];
  ::kill(pid, SIGKILL);
  EXPECT_TRUE(eventually([&] { return process("sip-core")["restarts"] == 1; }, 2s));
  EXPECT_TRUE(eventually([&] { return get("/health").status == 200; }));
  EXPECT_NE(process("sip-core")["pid"], pid);
  EXPECT_THAT(log(),
              ContainsRegex("\\[proc-exit\\] a process ended name=sip-core pid=[0-9]+ sig=9"));
  EXPECT_TRUE(eventually([&] {
    const std::string text = log();
    std::size_t links = 0;
    for (auto at = text.find("fake peer value=2"); at != std::string::npos;
         at = text.find("fake peer value=2", at + 1)) {
      ++links;
    }
    return links == 6;  // tls-front and both media workers, twice
  }));
}

TEST_F(Bundle, SlowsDownACrashLoopAndSaysDownWhileTheRestRuns) {
  start({}, "tls-front:exit");
  EXPECT_TRUE(eventually([&] { return process("tls-front").value("restarts", 0) >= 3; }));
  EXPECT_EQ(get("/health").status, 503);
  EXPECT_EQ(health()["status"], "down");
  EXPECT_TRUE(eventually([&] { return process("tls-front")["state"] == "backoff"; }));
  EXPECT_EQ(process("sip-core")["state"], "running");
  EXPECT_EQ(stop(), 0);
}

TEST_F(Bundle, IsDegradedWhileSipCoreRunsOnAStateThatWasBegunAnewF029) {
  start({}, "sip-core:rebuilt");
  EXPECT_TRUE(eventually([&] { return health()["config"]["errors"].size() == 1; }));
  EXPECT_TRUE(eventually([&] { return health()["status"] == "degraded"; }));
  EXPECT_THAT(std::string(health()["config"]["errors"][0]["message"]), HasSubstr("begun anew"));
  EXPECT_EQ(get("/health").status, 200);
  EXPECT_EQ(stop(), 0);
}

TEST_F(Bundle, SaysInHealthWhySipCoreDoesNotStartOnANewerStateF032) {
  start({}, "sip-core:newer");
  EXPECT_TRUE(eventually([&] { return health()["config"]["errors"].size() == 1; }));
  const auto error = health()["config"]["errors"][0];
  EXPECT_EQ(error["table"], "state.db");
  EXPECT_THAT(std::string(error["message"]), HasSubstr("newer version than this program"));
  EXPECT_EQ(health()["status"], "down");
  EXPECT_EQ(stop(), 0);
}

TEST_F(Bundle, TakesOrdersOnTheAdminSocket) {
  start_and_wait();
  EXPECT_EQ(control("restart media-worker-1\n"), "ok\n");
  EXPECT_TRUE(eventually([&] { return process("media-worker-1")["restarts"] == 1; }));
  EXPECT_THAT(control("restart media-worker-7\n"), HasSubstr("error: there is no such process"));
  EXPECT_THAT(control("halt\n"), HasSubstr("error: there are restart NAME"));
  struct stat status{};
  ASSERT_EQ(::stat((folder() / "run/control.sock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0660U);
}

TEST_F(Bundle, AsksTheTlsFrontOfTheBlocklistForAnOperator) {
  start_and_wait();
  EXPECT_THAT(control("blocklist\n"), HasSubstr("\"source\":\"198.51.100.1\""));
  EXPECT_EQ(control("release 192.0.2.1\n"), "error: 192.0.2.1 is not blocked\n");
}

TEST_F(Bundle, SaysThatThereIsNoTlsFrontToAskOfTheBlocklist) {
  start({}, "tls-front:exit");
  ASSERT_TRUE(
      eventually([&] { return control("blocklist\n").starts_with("error: tls-front is not"); }));
}

TEST_F(Bundle, NeverCallsItselfDegradedWhileTheStatusProcessIsRestarted) {
  start_and_wait();
  ASSERT_TRUE(eventually([&] { return health()["status"] == "ok"; }));
  EXPECT_EQ(control("restart status\n"), "ok\n");
  EXPECT_TRUE(eventually([&] {
    const Page page = get("/health");
    if (page.status == 0) return false;  // the one that goes took the question with it
    const auto document = nlohmann::json::parse(page.body);
    EXPECT_EQ(document["status"], "ok") << page.body;
    const auto& processes = document["processes"];
    return std::ranges::any_of(processes, [](const auto& p) {
      return p["name"] == "status" && p["restarts"] == 1 && p["state"] == "running";
    });
  }));
}

TEST_F(Bundle, GivesTheBlocklistBackAfterARestartOfEverything) {
  start_and_wait();
  EXPECT_TRUE(log_says("tls-front fake blocked value=0"));
  EXPECT_EQ(stop(), 0);
  start_and_wait();
  EXPECT_TRUE(log_says("tls-front fake blocked value=1"));
}

TEST_F(Bundle, EndsWithinFiveSecondsWithStatusZeroAndLeavesNoChild) {
  start_and_wait();
  const int child = process("media-worker-0")["pid"];
  EXPECT_EQ(stop(), 0);
  EXPECT_LT(stop_took(), 5s);
  EXPECT_EQ(::kill(child, 0), -1);
  EXPECT_TRUE(log_says("supervisor stopped"));
}

TEST_F(Bundle, EndsWithTheLastCallOnceItIsDrained) {
  start_and_wait();
  EXPECT_EQ(control("drain\n"), "ok\n");
  EXPECT_EQ(wait_for_exit(), 0);
  EXPECT_TRUE(log_says("supervisor stopped"));
}

TEST_F(Bundle, EndsInTimeAlthoughAChildHangs) {
  start_and_wait();
  const int child = process("sip-core")["pid"];
  ::kill(child, SIGSTOP);
  EXPECT_EQ(stop(), 0);
  EXPECT_LT(stop_took(), 5s);
  EXPECT_EQ(::kill(child, 0), -1);
}

TEST_F(Bundle, RefusesASecondSupervisorInTheSameStateFolder) {
  start_and_wait();
  const pid_t second = ::fork();
  if (second == 0) {
    if (::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(99);
    const auto program = (folder() / "bin/ringfence-supervisor").string();
    const auto state = (folder() / "state").string();
    const auto run = (folder() / "run2").string();
    const auto database = (folder() / "config.db").string();
    ::execl(program.c_str(), program.c_str(), "--state", state.c_str(), "--run", run.c_str(),
            "--db", database.c_str(), "--user-prefix", "none", "--http", "127.0.0.1:1", nullptr);
    ::_exit(126);
  }
  int status = 0;
  ::waitpid(second, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 78);
  EXPECT_EQ(get("/health").status, 200);
}

TEST_F(Bundle, ExitsWith78AndOneLineOnADatabaseThatIsNone) {
  std::ofstream(folder() / "config.db") << std::string(8192, 'x');
  start();
  EXPECT_EQ(wait_for_exit(), 78);
  EXPECT_THAT(log(), HasSubstr("file is not a database"));
  const std::string text = log();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

// F032
TEST_F(Bundle, ExitsWith78AndOneLineOnADatabaseOfANewerVersion) {
  std::ofstream(folder() / "config.db");
  sql("PRAGMA user_version = 99");
  start();
  EXPECT_EQ(wait_for_exit(), 78);
  EXPECT_THAT(log(), HasSubstr("has schema version 99, newer than this program's"));
  const std::string text = log();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

TEST_F(Bundle, BringsADatabaseOfTheFirstVersionUpToDateAndServesWithIt) {
  std::ofstream(folder() / "config.db");
  std::stringstream first;
  first << std::ifstream(SCHEMA_FOLDER "/0001_initial.sql").rdbuf();
  sql(first.str());
  sql("INSERT INTO tenants(name, domain) VALUES ('demo', 'demo.test');"
      "INSERT INTO trunks(tenant_id, label, host) VALUES (1, 'Car', 'carrier.test')");
  start_and_wait();
  EXPECT_TRUE(log_says("brought the configuration database up to date"));
  EXPECT_TRUE(fs::exists(folder() / "config.db.version-1"));
  EXPECT_EQ(health()["trunks"][0]["label"], "Car");
}

TEST_F(Bundle, ExitsWith78WhenTheSocketPathIsTooLong) {
  start({"--run", "/tmp/" + std::string(100, 'r')});
  EXPECT_EQ(wait_for_exit(), 78);
  EXPECT_THAT(log(), HasSubstr("is longer than 100 bytes"));
}

TEST_F(Bundle, ExitsWith64OnBadOptions) {
  start({"--media-workers", "many"});
  EXPECT_EQ(wait_for_exit(), 64);
}

}  // namespace
}  // namespace ringfence::supervisor

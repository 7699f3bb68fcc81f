// What a change of one row costs in a large configuration: 10,000 extensions, 10,000 DIDs and 500
// trunks are read from the database, judged, kept, sent as rows and taken up by the engine.
#include <sys/resource.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "schema/schema.hpp"
#include "sip-core/config/config_builder.hpp"
#include "sip-core/engine/engine.hpp"
#include "supervisor/config/config_store.hpp"
#include "supervisor/config/statement.hpp"

namespace {

using namespace ringfence;

constexpr int kRounds = 10;
constexpr const char* kRows = R"sql(
INSERT INTO tenants(name, domain) VALUES ('demo', 'demo.test');
INSERT INTO listeners(name, side, transport, address, port) VALUES
  ('tu', 'trunk', 'udp', '127.0.0.1', 5060), ('pu', 'public', 'udp', '127.0.0.1', 6070);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
INSERT INTO extensions(tenant_id, username, password) SELECT 1, 'ext' || i, 'password' || i FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
INSERT INTO dids(tenant_id, number, target) SELECT 1, 4930000000 + i, 'ext:ext' || i FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
INSERT INTO trunks(tenant_id, label, host, username, password, register)
  SELECT 1, 'trunk' || i, '127.0.0.' || (i % 250 + 1), 'user' || i, 'secret', 1 FROM n;
)sql";

double cpu_ms() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto ms = [](const timeval& t) {
    return 1e3 * static_cast<double>(t.tv_sec) + 1e-3 * static_cast<double>(t.tv_usec);
  };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

void edit(const std::string& path, const std::string& sql) {
  const auto database = supervisor::open_database(path, supervisor::OpenMode::create);
  if (const auto done = supervisor::execute(database->get(), sql.c_str()); !done) {
    std::fprintf(stderr, "%s\n", done.error().message.c_str());
    std::exit(1);
  }
}

// The rows as they cross the link, parsed again at the other end.
std::shared_ptr<const sip_core::Config> carry(const supervisor::Snapshot& snapshot) {
  sip_core::ConfigBuilder builder;
  builder.begin(snapshot.revision);
  proto::SnapshotRow received;
  supervisor::for_each_row(snapshot.config, proto::SIP_CORE, [&](const proto::SnapshotRow& row) {
    received.ParseFromString(row.SerializeAsString());
    if (const auto added = builder.add(received); !added) std::exit(1);
  });
  return *builder.commit(snapshot.revision);
}

}  // namespace

int main() {
  const auto folder = std::filesystem::temp_directory_path() / "ringfence-reload-bench";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::string path = folder / "config.db";
  edit(path, std::string(current_schema()) + kRows);
  Logger log("bench", LogLevel::error, LogFormat::text);
  supervisor::ConfigStore store(path, folder, log);
  if (!store.prepare()) return 1;
  SeededRandom random{1};
  TimePoint now{std::chrono::hours(1)};
  sip_core::Engine engine(random, now, WallTime{});
  double supervisor_ms = 0;
  double link_ms = 0;
  double engine_ms = 0;
  for (int i = 0; i <= kRounds; ++i) {
    edit(path, "UPDATE trunks SET max_calls = " + std::to_string(i) + " WHERE id = 250");
    const double begun = cpu_ms();
    store.poll({});
    const double read = cpu_ms();
    auto config = carry(store.snapshot());
    const double carried = cpu_ms();
    sip_core::Actions actions;
    engine.step(sip_core::ConfigChanged{std::move(config)}, now, actions);
    const double taken = cpu_ms();
    now += std::chrono::seconds(1);
    if (i == 0) continue;  // everything is new there
    supervisor_ms += read - begun;
    link_ms += carried - read;
    engine_ms += taken - carried;
  }
  const auto config = carry(store.snapshot());
  const double looking = cpu_ms();
  std::size_t found = 0;
  for (const sip_core::Did& did : config->dids)
    found += config->did(did.tenant, did.number) == &did ? 1U : 0U;
  const double looked = cpu_ms();
  std::filesystem::remove_all(folder);
  std::printf("one of %zu numbers is found in %.2f us of CPU\n", found,
              1e3 * (looked - looking) / static_cast<double>(found));
  std::printf(
      "one row of 20,500 changed, CPU ms: supervisor %.1f, link %.1f, engine %.1f, all %.1f\n",
      supervisor_ms / kRounds, link_ms / kRounds, engine_ms / kRounds,
      (supervisor_ms + link_ms + engine_ms) / kRounds);
  return 0;
}

#include "supervisor/config/config_store.hpp"

#include <algorithm>

#include "schema/schema.hpp"
#include "supervisor/config/kept_file.hpp"
#include "supervisor/config/schema_migration.hpp"

namespace ringfence::supervisor {
namespace {

constexpr const char* kKeptName = "/last_good.snapshot";

bool same(const Surroundings& a, const Surroundings& b) {
  return a.own_address_v4 == b.own_address_v4 && a.own_address_v6 == b.own_address_v6 &&
         a.certificate_names == b.certificate_names;
}

}  // namespace

ConfigStore::ConfigStore(const std::string& database_path, const std::string& state_directory,
                         Logger& log)
    : database_path_(database_path),
      kept_path_(state_directory + kKeptName),
      log_(log),
      database_(database_path) {}

Result<void> ConfigStore::prepare() {
  const auto prepared = database_.prepare();
  if (!prepared) return std::unexpected(prepared.error());
  if (prepared->created) {
    log_.info("created an empty configuration database", {{"file", database_path_}});
  }
  if (prepared->migrated_from != 0) {
    log_.info("brought the configuration database up to date",
              {{"file", database_path_},
               {"from", prepared->migrated_from},
               {"to", kSchemaVersion},
               {"backup", backup_path(database_path_, prepared->migrated_from)}});
  }
  const auto kept = read_kept_file(kept_path_);
  if (!kept) {
    log_.warning("cannot read the last good configuration", {{"reason", kept.error().message}});
    return {};
  }
  if (kept->empty()) return {};
  auto parsed = parse_snapshot(*kept);
  if (!parsed) {
    log_.warning("the last good configuration is damaged and not used",
                 {{"file", kept_path_}, {"reason", parsed.error().message}});
    return {};
  }
  snapshot_ = std::move(*parsed);
  return {};
}

ConfigStore::Outcome ConfigStore::poll(const Surroundings& surroundings) {
  auto rows = database_.poll();
  if (!rows) return fail_poll(rows.error().message);
  if (rows->has_value()) {
    rows_ = std::move(**rows);
  } else if (same(surroundings, surroundings_)) {
    return Outcome::unchanged;
  }
  surroundings_ = surroundings;
  Validated validated = validate(rows_, snapshot_.config, surroundings);
  log_new(validated.errors, errors_, "a row of the configuration cannot be used");
  log_new(validated.warnings, warnings_, "the configuration is doubtful");
  const bool problems_changed = validated.errors != errors_ || validated.warnings != warnings_;
  errors_ = std::move(validated.errors);
  warnings_ = std::move(validated.warnings);
  if (snapshot_.revision != 0 && same_rows(validated.config, snapshot_.config)) {
    snapshot_.config.disabled = std::move(validated.config.disabled);
    return problems_changed ? Outcome::problems_changed : Outcome::unchanged;
  }
  snapshot_.config = std::move(validated.config);
  ++snapshot_.revision;
  keep();
  log_.info("configuration read", {{"revision", snapshot_.revision},
                                   {"errors", errors_.size()},
                                   {"warnings", warnings_.size()}});
  return Outcome::snapshot_changed;
}

// The last snapshot stays in force; rows that were read before are no longer what is in the file.
ConfigStore::Outcome ConfigStore::fail_poll(const std::string& reason) {
  database_.read_again();
  const std::vector<Problem> now{{"config", 0, "", reason}};
  if (errors_ == now) return Outcome::unchanged;
  log_new(now, errors_, "cannot read the configuration, the last one stays in force");
  errors_ = now;
  return Outcome::problems_changed;
}

void ConfigStore::log_new(const std::vector<Problem>& now, const std::vector<Problem>& before,
                          std::string_view sentence) {
  for (const Problem& problem : now) {
    if (std::ranges::find(before, problem) != before.end()) continue;
    log_.warning(sentence, {{"table", problem.table},
                            {"id", problem.id},
                            {"column", problem.column},
                            {"reason", problem.message}});
  }
}

void ConfigStore::keep() {
  if (auto kept = write_kept_file(kept_path_, serialize_snapshot(snapshot_)); !kept) {
    log_.warning("cannot keep the last good configuration", {{"reason", kept.error().message}});
  }
}

}  // namespace ringfence::supervisor

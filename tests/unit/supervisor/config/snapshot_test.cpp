#include "supervisor/config/snapshot.hpp"

#include <gmock/gmock.h>

#include "config_fixture.hpp"

namespace ringfence::supervisor {
namespace {

using testing::ElementsAre;

std::vector<int> kinds_for(proto::ProcessKind kind) {
  std::vector<int> kinds;
  for_each_row(sample_config(), kind,
               [&](const proto::SnapshotRow& row) { kinds.push_back(row.row_case()); });
  return kinds;
}

TEST(Snapshot, GivesEachProcessOnlyWhatItNeeds) {
  using Row = proto::SnapshotRow;
  EXPECT_THAT(kinds_for(proto::MEDIA_WORKER), ElementsAre(Row::kSetting));
  EXPECT_THAT(kinds_for(proto::TLS_FRONT), ElementsAre(Row::kSetting, Row::kListener));
  EXPECT_THAT(kinds_for(proto::SIP_CORE),
              ElementsAre(Row::kSetting, Row::kListener, Row::kTenant, Row::kTrunk, Row::kExtension,
                          Row::kGroup, Row::kGroupMember, Row::kDid, Row::kRoute, Row::kAclRule));
  EXPECT_TRUE(kinds_for(proto::STATUS).empty());
}

TEST(Snapshot, GivesTheCollectorsPasswordToSipCoreAlone) {
  Config config;
  auto& setting = config.settings.emplace_back();
  setting.set_key("hep_password");
  setting.set_value("secret");
  for (const auto kind : {proto::TLS_FRONT, proto::MEDIA_WORKER, proto::SIP_CORE}) {
    int rows = 0;
    for_each_row(config, kind, [&](const proto::SnapshotRow&) { ++rows; });
    EXPECT_EQ(rows, kind == proto::SIP_CORE ? 1 : 0) << kind;
  }
}

TEST(Snapshot, SurvivesBeingWrittenAndRead) {
  const Snapshot snapshot{42, sample_config()};
  const auto read = parse_snapshot(serialize_snapshot(snapshot));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->revision, 42U);
  EXPECT_TRUE(same_rows(read->config, snapshot.config));
}

TEST(Snapshot, IsRefusedWhenItIsCutShortOrDamaged) {
  const std::string whole = serialize_snapshot({42, sample_config()});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse_snapshot(std::string_view(whole).substr(0, size))) << size;
  }
  EXPECT_FALSE(parse_snapshot(std::string(100, '\xff')));
  EXPECT_FALSE(parse_snapshot(std::string(100, '\0')));
}

TEST(Snapshot, TellsAChangedRow) {
  Config changed = sample_config();
  EXPECT_TRUE(same_rows(changed, sample_config()));
  changed.routes[0].set_strip(1);
  EXPECT_FALSE(same_rows(changed, sample_config()));
}

}  // namespace
}  // namespace ringfence::supervisor

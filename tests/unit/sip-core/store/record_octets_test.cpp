#include "sip-core/store/record_octets.hpp"

#include "tests/unit/sip-core/store/sqlite_store_fixture.hpp"

namespace ringfence::sip_core {
namespace {

std::string octets_of(const std::vector<Record>& records) {
  std::string octets;
  append_octets(records, octets);
  return octets;
}

CallDetailRecord detail() {
  CallDetailRecord record;
  record.tenant = TenantId(4);
  record.from = "sip:a@x";
  record.a.call_id = "a-leg";
  record.b.srtp_suite = "AES_CM_128_HMAC_SHA1_80";
  record.b.media = MediaQuality{1000, 3, std::chrono::microseconds(1600), {}};
  record.answered = WallTime(std::chrono::hours(7));
  record.status = 200;
  record.allowed_by = "trunk:x";
  return record;
}

std::vector<Record> one_of_each() {
  const WallTime wall{std::chrono::hours(500'000)};
  const auto secret = std::make_shared<const SecretBytes>(SecretBytes::from("a secret"));
  CallRecord half = call();
  half.b.reset();
  return {binding("sip:alice@192.0.2.1", wall),
          row_of(binding("sip:alice@192.0.2.1", wall)),
          call(),
          half,
          CallAcknowledged{RecordId(1)},
          CallOver{RecordId(1), wall, 200, "bye", "caller"},
          CallDetailed{RecordId(1)},
          CallRemoved{RecordId(1)},
          PendingInviteRecord{RecordId(2), InviteRole::theirs, "INVITE", ConnectionId{7, 8},
                              TransportKind::tls, TrunkId(5)},
          PendingInviteRemoved{RecordId(2)},
          detail(),
          CallDetailsExpired{wall},
          TrunkRegistrationRecord{TrunkId(2), "user", "id", 77},
          NonceSecretRecord{wall, secret}};
}

TEST(RecordOctets, GiveBackEachRecordAsItWas) {
  const std::string octets = octets_of(one_of_each());
  const auto back = records_of(octets);
  ASSERT_TRUE(back);
  ASSERT_EQ(back->size(), one_of_each().size());
  EXPECT_EQ(octets_of(*back), octets);
  EXPECT_EQ(std::get<BindingRecord>(back->front()), std::get<BindingRecord>(one_of_each().front()));
  const CallRecord& a_call = std::get<OnHeap<CallRecord>>((*back)[2]);
  EXPECT_EQ(a_call.session, call().session);
  EXPECT_EQ(a_call.a->route_set, call().a->route_set);
  EXPECT_EQ(a_call.b->flow, call().b->flow);
  EXPECT_FALSE(static_cast<const CallRecord&>(std::get<OnHeap<CallRecord>>((*back)[3])).b);
  const CallDetailRecord& a_detail = std::get<OnHeap<CallDetailRecord>>((*back)[10]);
  EXPECT_EQ(a_detail.answered, detail().answered);
  EXPECT_EQ(a_detail.allowed_by, "trunk:x");
  EXPECT_EQ(a_detail.b.media->jitter, std::chrono::microseconds(1600));
  const auto& secret = std::get<NonceSecretRecord>(back->back()).secret->bytes();
  EXPECT_EQ(std::string(secret.begin(), secret.end()), "a secret");
}

TEST(RecordOctets, WhatIsCutShortIsNone) {
  const std::string octets = octets_of(one_of_each());
  for (std::size_t size = 0; size < octets.size(); ++size) {
    const auto records = records_of(std::string_view(octets).substr(0, size));
    ASSERT_FALSE(records) << size;
  }
}

TEST(RecordOctets, AKindThatDoesNotExistIsNone) {
  std::string octets = octets_of({CallRemoved{RecordId(1)}});
  octets[sizeof(std::uint32_t)] = 99;
  EXPECT_FALSE(records_of(octets));
}

}  // namespace
}  // namespace ringfence::sip_core

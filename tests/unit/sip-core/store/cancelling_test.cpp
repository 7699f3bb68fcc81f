#include "sip-core/store/cancelling.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr RecordId kCall(1);
constexpr RecordId kInvite(2);
constexpr RecordId kOther(3);

CallRecord call(RecordId id, std::uint32_t local_cseq = 1) {
  CallRecord record;
  record.id = id;
  record.a.emplace().local_cseq = local_cseq;
  return record;
}
PendingInviteRecord invite(RecordId id) {
  PendingInviteRecord record;
  record.id = id;
  return record;
}

TEST(Cancelling, leaves_out_an_invite_that_was_answered_in_the_same_group) {
  std::vector<Persist> group{{CommitId(1), {invite(kInvite), invite(kOther)}},
                             {CommitId(2), {PendingInviteRemoved{kInvite}, call(kCall)}}};
  leave_out_what_cancels(group);
  ASSERT_THAT(group[0].records, SizeIs(1));
  EXPECT_EQ(std::get<PendingInviteRecord>(group[0].records[0]).id, kOther);
  ASSERT_THAT(group[1].records, SizeIs(1));
  EXPECT_TRUE(std::holds_alternative<OnHeap<CallRecord>>(group[1].records[0]));
}

TEST(Cancelling, writes_the_last_of_several_records_of_a_call_with_its_acknowledgement) {
  std::vector<Persist> group{{CommitId(1), {call(kCall, 1)}},
                             {CommitId(2), {call(kCall, 2)}},
                             {CommitId(3), {CallAcknowledged{kCall}}}};
  leave_out_what_cancels(group);
  EXPECT_THAT(group[0].records, IsEmpty());
  EXPECT_THAT(group[2].records, IsEmpty());
  ASSERT_THAT(group[1].records, SizeIs(1));
  const CallRecord& kept = std::get<OnHeap<CallRecord>>(group[1].records[0]);
  EXPECT_EQ(kept.a->local_cseq, 2U);
  EXPECT_TRUE(kept.acknowledged);
}

TEST(Cancelling, removes_an_ended_call_all_the_same_for_its_row_may_be_older) {
  std::vector<Persist> group{{CommitId(1), {call(kCall)}},
                             {CommitId(2), {CallDetailRecord{}, CallRemoved{kCall}}}};
  leave_out_what_cancels(group);
  EXPECT_THAT(group[0].records, IsEmpty());
  EXPECT_THAT(group[1].records, SizeIs(2));
}

TEST(Cancelling, ends_a_call_in_its_own_record) {
  CallRecord begun = call(RecordId(1));
  begun.started = WallTime(std::chrono::hours(1));
  const CallOver over{RecordId(1), WallTime(std::chrono::hours(2)), 200, "bye", "caller"};
  std::vector<Persist> group{{CommitId(1), {begun}},
                             {CommitId(2), {over}},
                             {CommitId(3), {CallDetailRecord{}, CallDetailed{RecordId(1)}}}};
  leave_out_what_cancels(group);
  const CallRecord& kept = std::get<OnHeap<CallRecord>>(group[0].records[0]);
  EXPECT_EQ(kept.started, WallTime{});
  EXPECT_EQ(kept.over->cause, "bye");
  EXPECT_THAT(group[1].records, IsEmpty());
  EXPECT_THAT(group[2].records, SizeIs(1));
}

TEST(Cancelling, ends_no_call_that_the_same_group_removes) {
  std::vector<Persist> group{{CommitId(1),
                              {CallOver{RecordId(1), {}, 200, "bye", "us"}, CallDetailRecord{},
                               CallDetailed{RecordId(1)}}},
                             {CommitId(2), {CallRemoved{RecordId(1)}}}};
  leave_out_what_cancels(group);
  EXPECT_THAT(group[0].records, SizeIs(1));
  EXPECT_THAT(group[1].records, SizeIs(1));
}

TEST(Cancelling, keeps_what_concerns_rows_of_earlier_groups) {
  std::vector<Persist> group{
      {CommitId(1), {CallAcknowledged{kCall}, PendingInviteRemoved{kInvite}, BindingRemoved{}}}};
  leave_out_what_cancels(group);
  EXPECT_THAT(group[0].records, SizeIs(3));
}

}  // namespace
}  // namespace ringfence::sip_core

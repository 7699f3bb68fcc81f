#include "sip-core/store/cancelling.hpp"

#include <unordered_map>
#include <unordered_set>

namespace ringfence::sip_core {
namespace {

class Reader {
 public:
  void read(Record& record) {
    std::visit([&](auto& one) { on(one, record); }, record);
  }
  bool leaves_out(const Record& record) const { return left_out_.contains(&record); }

 private:
  void on(const auto&, Record&) {}
  void on(const OnHeap<CallRecord>& call, Record& record) { note(call->id, record); }
  void on(const PendingInviteRecord& invite, Record& record) { note(invite.id, record); }
  void on(const CallAcknowledged& acknowledged, Record& record) {
    CallRecord* earlier = find_call(acknowledged.id);
    if (earlier == nullptr) return;
    earlier->acknowledged = true;
    left_out_.insert(&record);
  }
  void on(const CallOver& over, Record& record) {
    CallRecord* earlier = find_call(over.id);
    if (earlier == nullptr) return note_change(over.id, record);
    earlier->over = over;
    left_out_.insert(&record);
  }
  void on(const CallDetailed& detailed, Record& record) {
    CallRecord* earlier = find_call(detailed.id);
    if (earlier == nullptr) return note_change(detailed.id, record);
    earlier->started = {};
    left_out_.insert(&record);
  }
  // The row may be there from before: it is removed in any case.
  void on(const CallRemoved& removed, Record&) {
    drop(removed.id);
    const auto [first, last] = changes_.equal_range(removed.id);
    for (auto change = first; change != last; ++change)
      left_out_.insert(change->second);
  }
  void on(const PendingInviteRemoved& gone, Record& record) {
    if (drop(gone.id)) left_out_.insert(&record);
  }

  CallRecord* find_call(RecordId id) const {
    const auto found = written_.find(id);
    return found == written_.end() ? nullptr
                                   : std::get<OnHeap<CallRecord>>(*found->second).operator->();
  }
  void note_change(RecordId id, const Record& record) { changes_.emplace(id, &record); }
  bool drop(RecordId id) {
    const auto found = written_.find(id);
    if (found == written_.end()) return false;
    left_out_.insert(found->second);
    written_.erase(found);
    return true;
  }
  void note(RecordId id, Record& record) {
    drop(id);
    written_.emplace(id, &record);
  }

  std::unordered_map<RecordId, Record*> written_;  // calls and invites are numbered together
  std::unordered_multimap<RecordId, const Record*> changes_;  // of rows of earlier groups
  std::unordered_set<const Record*> left_out_;
};

}  // namespace

void leave_out_what_cancels(std::vector<Persist>& group) {
  Reader reader;
  for (Persist& persist : group) {
    for (Record& record : persist.records)
      reader.read(record);
  }
  for (Persist& persist : group) {
    std::erase_if(persist.records, [&](const Record& record) { return reader.leaves_out(record); });
  }
}

}  // namespace ringfence::sip_core

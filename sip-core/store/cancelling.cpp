#include "sip-core/store/cancelling.hpp"

#include <unordered_map>
#include <unordered_set>

namespace ringfence::sip_core {
namespace {

class Reader {
 public:
  void read(Record& record) {
    if (const auto* call = std::get_if<OnHeap<CallRecord>>(&record)) {
      note((*call)->id, record);
    } else if (const auto* invite = std::get_if<PendingInviteRecord>(&record)) {
      note(invite->id, record);
    } else if (const auto* acknowledged = std::get_if<CallAcknowledged>(&record)) {
      if (Record* earlier = find(acknowledged->id)) {
        std::get<OnHeap<CallRecord>>(*earlier)->acknowledged = true;
        left_out_.insert(&record);
      }
    } else if (const auto* removed = std::get_if<CallRemoved>(&record)) {
      // The row may be there from before: it is removed in any case.
      drop(removed->id);
    } else if (const auto* gone = std::get_if<PendingInviteRemoved>(&record)) {
      if (drop(gone->id)) left_out_.insert(&record);
    }
  }
  bool leaves_out(const Record& record) const { return left_out_.contains(&record); }

 private:
  Record* find(RecordId id) const {
    const auto found = written_.find(id);
    return found == written_.end() ? nullptr : found->second;
  }
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

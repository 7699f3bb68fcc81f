// CallTable: the calls by their numbers, and what all of them have in common. Owned by Calls, which
// is its face to the engine; it also carries what one call has left for another.
#pragma once

#include <algorithm>
#include <expected>
#include <memory_resource>
#include <unordered_map>
#include <vector>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/call_shared.hpp"

namespace ringfence::sip_core {

struct CallTable {
  static constexpr std::size_t kCallsAtOnce = 64;  // whose memory is asked for at once

  explicit CallTable(Random& random) : shared(random) {}

  CallShared shared;
  // A call is larger than what the C library gives out quickly: the next one has its memory.
  std::pmr::unsynchronized_pool_resource memory{{kCallsAtOnce, 2 * sizeof(Call)}};
  std::pmr::unordered_map<CallNumber, Call> calls{&memory};
  std::uint64_t last_number = 0;

  Call* find(CallNumber number) {
    const auto found = calls.find(number);
    return found == calls.end() ? nullptr : &found->second;
  }
  Call* find(ClientTransactionId transaction) {
    const auto found = shared.clients.find(transaction);
    return found == shared.clients.end() ? nullptr : find(found->second);
  }
  Call* find(ServerTransactionId transaction) {
    const auto found = shared.servers.find(transaction);
    return found == shared.servers.end() ? nullptr : find(found->second);
  }
  const DialogOwner* owner(const sip::Message& request) const {
    return shared.dialogs.find(request.call_id(), request.to_tag());
  }
  Call& add() {
    const CallNumber number{++last_number};
    ++shared.ongoing;
    return calls.try_emplace(number, number).first->second;
  }
  // The end of every step of a call: first what it has left for other calls.
  void drop_if_finished(CallScope& scope, Call& call) {
    const CallNumber number = call.number();
    settle_transfers(scope);
    drop_if_finished(scope, number);
  }
  void drop_if_finished(CallScope& scope, CallNumber number) {
    Call* call = find(number);
    if (call == nullptr || !call->finished()) return;
    call->leave(scope);
    calls.erase(number);
  }

  // calls_transfer.cpp
  void settle_transfers(CallScope& scope);
  void on_replacing_invite(CallScope& scope, const RequestReceived& invite, const Caller& caller);
  // Every call that `visit` is given may end by it, so the numbers are taken first.
  template <typename Visit>
  void each(CallScope& scope, Visit visit) {
    std::vector<CallNumber> numbers;
    numbers.reserve(calls.size());
    for (const auto& [number, call] : calls) {
      numbers.push_back(number);
    }
    std::ranges::sort(numbers);
    for (const CallNumber number : numbers) {
      Call* call = find(number);
      if (call == nullptr) continue;
      visit(*call);
      drop_if_finished(scope, *call);
    }
  }

 private:
  // The dialog that a Replaces means, and the call that has it.
  struct Named {
    Call* call = nullptr;
    CallSide side = CallSide::a;
    const Party* party = nullptr;  // of that dialog
  };
  std::expected<Named, int> find_named(const Replaces& replaces);
  void join_early(CallScope& scope, const JoinWanted& event, const Named& named);
  void pick_up(CallScope& scope, const RequestReceived& invite, const Caller& caller,
               Call& ringing);

  void on(CallScope& scope, TransferWanted& event);
  void on(CallScope& scope, JoinWanted& event);
  void on(CallScope& scope, TransferProgress& event);
  void on(CallScope& scope, TransferAnswered& event);
  void on(CallScope& scope, TransferAbandoned& event);
};

}  // namespace ringfence::sip_core

// ReflectionGuard: how much may be sent to a UDP source that has not proved to be there (F059).
// What it gets, all in all, is no more than what came from its address and a small allowance that
// grows again: enough for phones, nothing for those who flood a victim through us. Owned by the
// server transactions; bounded, pure on given time. Sizes in octets.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "runtime/clock.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::sip_core {

class ReflectionGuard {
 public:
  static constexpr std::int64_t kAllowance = 8192;
  static constexpr std::chrono::seconds kRenewal{10};  // of the whole allowance
  static constexpr std::size_t kMaxSources = 65'536;

  // Every datagram counts, before anything is answered.
  void note_received(const IpAddress& source, std::size_t octets);
  // Whether the datagram of `received` may be answered by so much; counts the answer. From loopback
  // nobody is flooded.
  bool may_answer(const IpAddress& source, std::size_t received, std::size_t answer, TimePoint now);
  std::size_t size() const { return balances_.size(); }

 private:
  struct Balance {
    std::int64_t left = kAllowance;
    TimePoint at;
  };
  void make_room(TimePoint now);

  std::unordered_map<IpAddress, Balance> balances_;  // IPv6: of a /64
  TimePoint cleared_at_;
};

}  // namespace ringfence::sip_core

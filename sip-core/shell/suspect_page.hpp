// SuspectPage: which message is in hand, told to whoever lives after us (F013). The supervisor
// keeps a page of memory and each sip-core maps it; the hash of a message stands in it for as long
// as the engine works on that message. Who finds one there knows what its predecessor died of; what
// was in hand at two deaths is not looked at for an hour. Owned by SipCoreProcess.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/clock.hpp"
#include "runtime/fd.hpp"

namespace ringfence::sip_core {

class SuspectPage {
 public:
  using Hash = std::uint64_t;
  struct Death {
    Hash hash = 0;
    std::uint32_t deaths = 0;  // within an hour of each other
  };
  static constexpr std::size_t kSuspects = 64;  // the one that was longest ago makes room
  static constexpr std::uint32_t kDeaths = 2;
  static constexpr std::chrono::hours kQuarantine{1};

  static constexpr std::size_t kSize = 4096;  // octets of the supervisor's file; new ones are zero

  static Result<SuspectPage> map(const Fd& file);
  static Hash hash_of(std::string_view octets);

  SuspectPage() = default;  // of nobody: nothing is noted
  SuspectPage(SuspectPage&& other) noexcept;
  SuspectPage& operator=(SuspectPage&& other) noexcept;
  ~SuspectPage();

  // First of all: what our predecessor died with, and counts it.
  std::optional<Death> take_over(TimePoint now);
  bool is_quarantined(Hash hash, TimePoint now) const;
  void take_in_hand(Hash hash);
  void put_down();

 private:
  struct Page;
  explicit SuspectPage(Page* page) : page_(page) {}

  Page* page_ = nullptr;
  bool any_quarantined_ = false;
};

}  // namespace ringfence::sip_core

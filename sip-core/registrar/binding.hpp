// Binding: one contact of an address of record, alive in memory; its record is what state.db has.
#pragma once

#include <cstdint>

#include "runtime/clock.hpp"
#include "sip-core/store/records.hpp"

namespace ringfence::sip_core {

struct Binding {
  BindingRecord record;
  TimePoint expires;        // monotonic: a clock that jumps ends no registration (F117)
  std::uint64_t order = 0;  // grows with each registration: the higher, the more recent
};

}  // namespace ringfence::sip_core

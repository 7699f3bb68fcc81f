// What a leg's failure means to the other leg (RFC 3261 §16.7, R060, R066), and which of several
// failures is told. Pure tables.
#pragma once

#include <cstdint>

namespace ringfence::sip_core {

enum class FailureOf : std::uint8_t { extension, trunk };

// The status for the caller. 408 and 503 also stand for our own timeout and transport failure
// when `from_wire` is Wire::no.
enum class Wire : std::uint8_t { no, yes };
int status_for_caller(int status, FailureOf whose, Wire from_wire);

// Fail-over: the next route is tried on 408, 5xx and transport failure. The next member of a
// group also when one is busy or away.
bool leads_to_next(int status, FailureOf whose);

// True: `candidate` says more to the caller than `current` (0: none yet).
bool is_better_failure(int candidate, int current);

}  // namespace ringfence::sip_core

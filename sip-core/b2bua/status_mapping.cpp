#include "sip-core/b2bua/status_mapping.hpp"

namespace ringfence::sip_core {

namespace {

int rank(int status) {
  if (status >= 600) return 6;
  if (status == 0) return 0;
  if (status >= 500) return 1;
  if (status == 408) return 2;
  if (status == 480 || status == 404) return 3;
  return 5;  // busy, not acceptable, moved: an answer of somebody
}

}  // namespace

int status_for_caller(int status, FailureOf whose, Wire from_wire) {
  if (from_wire == Wire::no) {
    // A phone that cannot be reached is away; a trunk that cannot be reached is out of service.
    if (whose == FailureOf::extension) return 480;
    return status;
  }
  // A redirection that is not followed: its Contacts are the far side's, and nothing without them.
  if (status >= 300 && status < 400) return 480;
  switch (status) {
    case 401:
    case 407:  // its credentials are between it and us
    case 503:  // would stop all calls of the caller to us (RFC 3261 §16.7)
    case 491:
    case 494:
      return 500;
    case 430:
    case 439:
    case 481:
    case 487:  // nobody here cancelled
      return 480;
    default:
      return status;
  }
}

bool leads_to_next(int status, FailureOf whose) {
  if (status == 408 || (status >= 500 && status < 600)) return true;
  return whose == FailureOf::extension && status < 600;
}

bool is_better_failure(int candidate, int current) {
  return rank(candidate) > rank(current);
}

}  // namespace ringfence::sip_core

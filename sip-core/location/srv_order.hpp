// in_order_of_trial: SRV records in the order in which they are tried (RFC 2782): by priority, and
// within one priority at random in proportion to the weights. Pure but for the Random it is given.
#pragma once

#include <vector>

#include "runtime/random.hpp"
#include "sip-core/location/dns_record.hpp"

namespace ringfence::sip_core {

std::vector<SrvRecord> in_order_of_trial(std::vector<SrvRecord> records, Random& random);

}  // namespace ringfence::sip_core

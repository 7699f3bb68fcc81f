// Where trunks speak from: their source_cidrs and what their hosts resolve to now. Pure.
#pragma once

#include <vector>

#include "sip-core/config/config.hpp"
#include "sip-core/trunk/identify_trunk.hpp"

namespace ringfence::sip_core {

// Sorted, each once. Every trunk's, for any may speak to us over a stream.
std::vector<IpNetwork> trunk_sources(const Config& config, const TrunkFacts& facts);

}  // namespace ringfence::sip_core

// Town: who is there: the box's configuration and the simulated phones and carriers that fit it.
// Phones on UDP, TCP and TLS with every SRTP setting, some two to an extension; groups of both
// modes; trunks on UDP with and without registration, one on TLS with SRTP, one with few places.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sip-core/config/config.hpp"
#include "tests/simulation/invariant/border_watch.hpp"
#include "tests/simulation/phone/agent.hpp"

namespace ringfence::simulation {

sip_core::Config town_config();

struct Town {
  std::vector<std::unique_ptr<Agent>> phones;
  std::vector<std::unique_ptr<Agent>> carriers;

  std::vector<Agent*> all() const;
};

Town people_of(const sip_core::Config& config, Agent::Surroundings around, BorderWatch& watch);

// A Request-URI that this caller may dial: an extension, a group, a number over a trunk; a DID for
// a carrier; now and then nobody.
std::string somebody_to_call(const Town& town, const Agent& caller, Dice& dice);

}  // namespace ringfence::simulation

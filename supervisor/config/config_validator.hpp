// validate: turns the rows of the database into the snapshot that the children get. Pure. A row
// that cannot be used is reported and replaced by its last good version, or left out where there
// never was a usable one; defaults that depend on the machine are filled in.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "supervisor/config/config.hpp"

namespace ringfence::supervisor {

// What the judgement depends on beside the rows.
struct Surroundings {
  std::string own_address_v4 = "127.0.0.1";  // told to peers where a listener says 0.0.0.0
  std::string own_address_v6 = "::1";
  std::set<std::string> certificate_names;  // folders below --certs
};

struct Validated {
  Config config;
  std::vector<Problem> errors;
  std::vector<Problem> warnings;
};

Validated validate(const Config& rows, const Config& last_good, const Surroundings& surroundings);

}  // namespace ringfence::supervisor

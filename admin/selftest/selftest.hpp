// The selftest: two phones of its own register with the running box over TLS, one
// calls the other, and sound goes both ways as SRTP. It touches the database for its two extensions
// and to learn where to connect; everything else goes over the network, as a phone's would.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "admin/selftest/phone/phone_identity.hpp"
#include "admin/selftest/report.hpp"
#include "admin/table/database.hpp"
#include "runtime/random.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

// How long each step may take.
struct SelftestLimits {
  std::chrono::milliseconds connect{5000};
  std::chrono::milliseconds in_force{5000};  // new extensions are, within two seconds
  std::chrono::milliseconds answer{10000};
  std::chrono::milliseconds bye{5000};
  std::chrono::milliseconds clean_up{2000};
};

struct SelftestOptions {
  std::optional<std::string> tenant;
  std::chrono::seconds media{3};
  std::string ca_file;  // "": the system's store
  PhoneScheme scheme = PhoneScheme::sip;
  SelftestLimits limits = {};
};

SelftestReport run_selftest(const std::string& database_path, const SelftestOptions& options,
                            Random& random);

}  // namespace ringfence::admin

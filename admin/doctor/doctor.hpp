// `doctor [TRUNK]`: what is wrong, and what to change, one line each. Without a trunk the machine,
// the box, the configuration and every trunk; with one that trunk alone. Changes nothing.
#pragma once

#include <string>

#include "admin/doctor/finding.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::admin {

struct DoctorCommand {
  std::string trunk;  // LABEL or TENANT/LABEL; empty: everything
  std::string certificates = "/etc/ringfence/certs";
  std::string name_servers;  // empty: the system's
};

Findings run_doctor(const std::string& database, const SocketAddress& http,
                    const DoctorCommand& command);

}  // namespace ringfence::admin

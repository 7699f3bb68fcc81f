// CallPlace: where a selftest happens: a tenant and the public TLS listener, as the database has
// them.
#pragma once

#include <optional>
#include <string>

#include "admin/table/database.hpp"
#include "runtime/result.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::admin {

struct CallPlace {
  std::string tenant;
  std::string domain;
  SocketAddress listener;  // a listener on every address is reached over loopback
};

// `tenant`: name or domain; without one the first that is enabled.
Result<CallPlace> find_call_place(const Database& database,
                                  const std::optional<std::string>& tenant);

}  // namespace ringfence::admin

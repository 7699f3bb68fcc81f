// RegistrationView: one contact of an extension as an operator sees it in a list. Lists come in
// pages, in the order of their keys, so that a long one never holds the engine up.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/clock.hpp"
#include "sip-core/engine/flow.hpp"

namespace ringfence::sip_core {

struct RegistrationView {
  std::string tenant;
  std::string extension;
  std::string contact;
  TransportKind transport = TransportKind::udp;
  std::optional<SocketAddress> remote;  // absent: its connection is closed
  std::chrono::seconds expires_in{};
  std::string user_agent;
};

// The tenant and username that a page ended with.
using RegistrationKey = std::pair<TenantId, std::string>;

struct RegistrationPage {
  std::vector<RegistrationView> rows;
  std::optional<RegistrationKey> more_after;  // absent: this was the last page
};

}  // namespace ringfence::sip_core

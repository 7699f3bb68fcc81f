// Our values as the link to the supervisor writes them and reads them. Pure.
#pragma once

#include <optional>
#include <vector>

#include "proto/supervisor_child.pb.h"
#include "tls-front/accept/acceptor.hpp"
#include "tls-front/certificate/certificate_store.hpp"

namespace ringfence::tls_front {

// nullopt: no listener that tls-front could serve.
std::optional<ListenerFacts> read_listener(const proto::ListenerSocket& socket);

std::vector<Blocklist::Blocked> read_blocklist(const proto::Blocklist& stored, TimePoint now,
                                               WallTime wall_now);
void write_blocklist(const std::vector<Blocklist::Blocked>& blocked, TimePoint now,
                     WallTime wall_now, proto::Blocklist& out);

struct HealthSources {
  const Acceptor& acceptor;
  const CertificateStore& certificates;
  const Blocklist& blocklist;
  const Counters& counters;
  std::size_t connections = 0;
};
void write_health(const HealthSources& sources, TimePoint now, proto::TlsFrontHealth& out);

}  // namespace ringfence::tls_front

#include "supervisor/listener/listener_plan.hpp"

namespace ringfence::supervisor {

std::map<RowId, Endpoint> wanted_endpoints(const Config& config) {
  std::map<RowId, Endpoint> wanted;
  for (const proto::Listener& listener : config.listeners) {
    const auto ip = IpAddress::parse(listener.address());
    if (!ip) continue;
    Endpoint endpoint{ListenerTransport::udp, {*ip, static_cast<Port>(listener.port())}};
    if (listener.transport() == "tcp") endpoint.transport = ListenerTransport::tcp;
    if (listener.transport() == "tls") endpoint.transport = ListenerTransport::tls;
    wanted.emplace(listener.id(), endpoint);
  }
  return wanted;
}

ListenerPlan plan_listeners(const std::map<RowId, Endpoint>& bound,
                            const std::map<RowId, Endpoint>& wanted) {
  ListenerPlan plan;
  for (const auto& [id, endpoint] : bound) {
    const auto wish = wanted.find(id);
    if (wish == wanted.end() || wish->second != endpoint) plan.close.push_back(id);
  }
  for (const auto& [id, endpoint] : wanted) {
    const auto held = bound.find(id);
    if (held == bound.end() || held->second != endpoint) plan.bind.push_back(id);
  }
  return plan;
}

}  // namespace ringfence::supervisor

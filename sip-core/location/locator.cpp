#include "sip-core/location/locator.hpp"

#include <algorithm>
#include <utility>

#include "sip-core/location/srv_order.hpp"

namespace ringfence::sip_core {
namespace {

Located failed(std::string reason) {
  return {Located::State::failed, {}, std::move(reason)};
}

void add_target(std::vector<SocketAddress>& targets, const SocketAddress& target) {
  if (targets.size() >= Locator::kMaxTargets) return;
  if (std::ranges::find(targets, target) == targets.end()) targets.push_back(target);
}

}  // namespace

Located Locator::locate(const NextHop& hop, TimePoint now, Actions& actions) {
  const Port port = hop.port.value_or(hop.default_port());
  if (const auto numeric = IpAddress::parse(hop.host)) {
    return {Located::State::found, {{*numeric, port}}, {}};
  }
  if (hop.port) return by_address(hop.host, port, now, actions);
  if (hop.transport_parameter == NextHop::Transport::named) {
    return by_srv(hop, srv_name(hop), now, actions);
  }
  return by_naptr(hop, now, actions);
}

Located Locator::by_naptr(const NextHop& hop, TimePoint now, Actions& actions) {
  const auto found = cache_.lookup(RecordType::naptr, hop.host, now, actions);
  switch (found.state) {
    case DnsCache::State::pending:
      by_srv(hop, srv_name(hop), now, actions);  // what may be needed next
      return {};
    case DnsCache::State::found: {
      const auto& records = std::get<std::vector<NaptrRecord>>(*found.records);
      if (const NaptrRecord* chosen = choose_naptr(records, hop)) {
        return by_srv(hop, chosen->replacement, now, actions);
      }
      // R094: a domain that says where it is, and not by TLS, is not reached by anything else.
      if (hop.scheme == sip::Scheme::sips) return failed("the domain offers no SIPS service");
      break;
    }
    case DnsCache::State::absent:
    case DnsCache::State::unavailable:
      break;
  }
  return by_srv(hop, srv_name(hop), now, actions);
}

Located Locator::by_srv(const NextHop& hop, const std::string& name, TimePoint now,
                        Actions& actions) {
  const auto found = cache_.lookup(RecordType::srv, name, now, actions);
  switch (found.state) {
    case DnsCache::State::pending:
      by_address(hop.host, hop.default_port(), now, actions);  // what may be needed next
      return {};
    case DnsCache::State::found:
      return by_records(std::get<std::vector<SrvRecord>>(*found.records), now, actions);
    case DnsCache::State::absent:
    case DnsCache::State::unavailable:
      break;
  }
  return by_address(hop.host, hop.default_port(), now, actions);
}

Located Locator::by_records(const std::vector<SrvRecord>& records, TimePoint now,
                            Actions& actions) {
  if (records.size() == 1 && records.front().target == ".") {
    return failed("the service is decidedly not available at this domain");  // RFC 2782
  }
  Located located = failed("no service record has a target");
  for (const SrvRecord& record : in_order_of_trial(records, random_)) {
    if (record.target == "." || record.port == 0) continue;
    Located one = by_address(record.target, record.port, now, actions);
    if (one.state == Located::State::found) {
      located.state = Located::State::found;
      for (const SocketAddress& target : one.targets) {
        add_target(located.targets, target);
      }
    } else if (one.state == Located::State::pending && !located.targets.empty()) {
      located.complete = false;
    } else if (located.targets.empty()) {
      // The best one is waited for; the others are used as they become known.
      if (located.state != Located::State::pending) located = std::move(one);
    }
  }
  return located;
}

Located Locator::by_address(const std::string& host, Port port, TimePoint now, Actions& actions) {
  if (const auto numeric = IpAddress::parse(host)) {
    return {Located::State::found, {{*numeric, port}}, {}};
  }
  const auto found = cache_.lookup(RecordType::address, host, now, actions);
  switch (found.state) {
    case DnsCache::State::pending:
      return {};
    case DnsCache::State::found: {
      Located located{Located::State::found, {}, {}};
      for (const IpAddress& ip : std::get<std::vector<IpAddress>>(*found.records)) {
        add_target(located.targets, {ip, port});
      }
      return located.targets.empty() ? failed("the name has no address") : located;
    }
    case DnsCache::State::absent:
    case DnsCache::State::unavailable:
      break;
  }
  return failed("cannot resolve " + host + ": " + found.reason);
}

}  // namespace ringfence::sip_core

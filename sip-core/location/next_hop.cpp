#include "sip-core/location/next_hop.hpp"

#include <tuple>

#include "sip-core/message/characters.hpp"
#include "sip-core/trunk/trunk_uris.hpp"

namespace ringfence::sip_core {

NextHop next_hop_of(const Trunk& trunk) {
  NextHop hop;
  hop.host = trunk.next_host();
  hop.transport = trunk.transport();
  hop.scheme = trunk_scheme(trunk) == "sips" ? sip::Scheme::sips : sip::Scheme::sip;
  const bool named =
      hop.transport == TransportKind::tcp || (trunk.tls && trunk.uri_style != UriStyle::sips);
  hop.transport_parameter = named ? NextHop::Transport::named : NextHop::Transport::open;
  if (trunk.outbound_proxy) {
    hop.port = trunk.outbound_proxy->port;
  } else if (trunk.signalling_port() != hop.default_port()) {
    hop.port = trunk.signalling_port();
  }
  return hop;
}

NextHop next_hop_of(const sip::Uri& uri, TransportKind transport) {
  NextHop hop;
  hop.host = uri.host;
  if (hop.host.size() > 2 && hop.host.front() == '[') {
    hop.host = hop.host.substr(1, hop.host.size() - 2);
  }
  hop.port = uri.port;
  hop.transport = transport;
  hop.scheme = uri.scheme;
  hop.transport_parameter = uri.transport() ? NextHop::Transport::named : NextHop::Transport::open;
  return hop;
}

std::string_view naptr_service(const NextHop& hop) {
  switch (hop.transport) {
    case TransportKind::udp:
      return "SIP+D2U";
    case TransportKind::tcp:
      return "SIP+D2T";
    case TransportKind::tls:
      return "SIPS+D2T";
  }
  return "SIP+D2U";
}

std::string srv_name(const NextHop& hop) {
  switch (hop.transport) {
    case TransportKind::udp:
      return "_sip._udp." + hop.host;
    case TransportKind::tcp:
      return "_sip._tcp." + hop.host;
    case TransportKind::tls:
      return "_sips._tcp." + hop.host;
  }
  return "_sip._udp." + hop.host;
}

const NaptrRecord* choose_naptr(const std::vector<NaptrRecord>& records, const NextHop& hop) {
  const NaptrRecord* best = nullptr;
  const auto rank = [](const NaptrRecord& r) { return std::tie(r.order, r.preference); };
  for (const NaptrRecord& record : records) {
    // Only "s": the replacement is the name of SRV records, and there is nothing to rewrite.
    const bool leads_to_srv = sip::equal_without_case(record.flags, "s") && record.regexp.empty() &&
                              !record.replacement.empty() && record.replacement != ".";
    if (!leads_to_srv || !sip::equal_without_case(record.service, naptr_service(hop))) continue;
    if (best == nullptr || rank(record) < rank(*best)) best = &record;
  }
  return best;
}

}  // namespace ringfence::sip_core

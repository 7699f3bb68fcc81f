// NextHop: what server location is asked for (RFC 3263 §4): the host of a URI or of a trunk, with
// what was said of port, scheme and transport. The transport that is used is always decided before;
// the DNS only says at which hosts and ports it is found. Pure values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sip-core/config/config.hpp"
#include "sip-core/location/dns_record.hpp"
#include "sip-core/message/uri.hpp"

namespace ringfence::sip_core {

struct NextHop {
  std::string host;          // a name, or an address without brackets
  std::optional<Port> port;  // said explicitly: then neither NAPTR nor SRV is asked (R095)
  TransportKind transport = TransportKind::udp;
  sip::Scheme scheme = sip::Scheme::sip;
  enum class Transport : std::uint8_t { named, open } transport_parameter = Transport::open;

  Port default_port() const { return transport == TransportKind::tls ? 5061 : 5060; }
  bool operator==(const NextHop&) const = default;
};

// A row always holds a port; the default one of its transport says nothing, as in a URI without.
NextHop next_hop_of(const Trunk& trunk);
// Of a Route or Request-URI that is reached over this transport.
NextHop next_hop_of(const sip::Uri& uri, TransportKind transport);

// "SIP+D2U", "SIP+D2T", "SIPS+D2T" (RFC 3263 §4.1).
std::string_view naptr_service(const NextHop& hop);
// "_sip._udp.", "_sip._tcp.", "_sips._tcp." and the host (§4.2; R096).
std::string srv_name(const NextHop& hop);

// The record that leads on, of those for this service (§4.1), or nullptr.
const NaptrRecord* choose_naptr(const std::vector<NaptrRecord>& records, const NextHop& hop);

}  // namespace ringfence::sip_core

#include "sip-core/location/next_hop.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

Trunk trunk_row() {
  Trunk trunk;
  trunk.host = "carrier.example";
  return trunk;
}
NextHop hop_of(const std::string& uri, TransportKind transport) {
  return next_hop_of(*sip::Uri::parse(uri), transport);
}

TEST(NextHop, OfATrunkTakesTheDefaultPortForNoneR095) {
  Trunk trunk = trunk_row();
  EXPECT_FALSE(next_hop_of(trunk).port);
  trunk.port = 5070;
  EXPECT_EQ(next_hop_of(trunk).port, 5070);
  trunk.tls = true;
  EXPECT_FALSE(next_hop_of(trunk).port);
  EXPECT_EQ(next_hop_of(trunk).default_port(), 5061);
  trunk.tls_port = 5060;
  EXPECT_EQ(next_hop_of(trunk).port, 5060);
}

// RFC 3263 §4.1: NAPTR is asked only where the URI names no transport.
TEST(NextHop, OfATrunkIsOpenWhereItsUriNamesNoTransport) {
  Trunk trunk = trunk_row();
  EXPECT_EQ(next_hop_of(trunk).transport_parameter, NextHop::Transport::open);
  trunk.tcp = true;
  EXPECT_EQ(next_hop_of(trunk).transport_parameter, NextHop::Transport::named);
  trunk.tls = true;
  EXPECT_EQ(next_hop_of(trunk).transport_parameter, NextHop::Transport::named);
  trunk.uri_style = UriStyle::sips;
  EXPECT_EQ(next_hop_of(trunk).transport_parameter, NextHop::Transport::open);
  EXPECT_EQ(next_hop_of(trunk).scheme, sip::Scheme::sips);
}

TEST(NextHop, OfAUriTakesWhatItSays) {
  const NextHop hop = hop_of("sip:x@[2001:db8::1]:5099;transport=udp", TransportKind::udp);
  EXPECT_EQ(hop.host, "2001:db8::1");
  EXPECT_EQ(hop.port, 5099);
  EXPECT_EQ(hop.transport_parameter, NextHop::Transport::named);
  EXPECT_FALSE(hop_of("sip:x@h.example", TransportKind::udp).port);
}

TEST(NextHop, OfASipsRouteIsASipsOneWhateverTheRequestUriSaysR019) {
  const NextHop hop = hop_of("sips:edge.example;lr", TransportKind::tls);
  EXPECT_EQ(hop.scheme, sip::Scheme::sips);
  EXPECT_EQ(hop.default_port(), 5061);
  EXPECT_EQ(srv_name(hop), "_sips._tcp.edge.example");
}

TEST(NextHop, NamesItsServiceByTheTransportR096) {
  EXPECT_EQ(srv_name(hop_of("sip:h.example", TransportKind::udp)), "_sip._udp.h.example");
  EXPECT_EQ(srv_name(hop_of("sip:h.example", TransportKind::tcp)), "_sip._tcp.h.example");
  EXPECT_EQ(srv_name(hop_of("sip:h.example", TransportKind::tls)), "_sips._tcp.h.example");
  EXPECT_EQ(srv_name(hop_of("sips:h.example", TransportKind::tls)), "_sips._tcp.h.example");
}

TEST(NextHop, ChoosesTheBestNaptrRecordOfItsServiceAlone) {
  const std::vector<NaptrRecord> records = {{20, 1, "s", "sip+d2u", "", "_sip._udp.late.example"},
                                            {10, 9, "S", "SIP+D2U", "", "_sip._udp.good.example"},
                                            {10, 1, "u", "SIP+D2U", "!.*!x!", "."},
                                            {1, 1, "s", "SIP+D2T", "", "_sip._tcp.other.example"},
                                            {2, 1, "s", "SIPS+D2T", "", "_sips._tcp.safe.example"}};
  const auto chosen = [&](std::string_view uri, TransportKind transport) {
    const NaptrRecord* record = choose_naptr(records, hop_of(std::string(uri), transport));
    return record == nullptr ? std::string("-") : record->replacement;
  };
  EXPECT_EQ(chosen("sip:h.example", TransportKind::udp), "_sip._udp.good.example");
  // R094: SIPS services only.
  EXPECT_EQ(chosen("sips:h.example", TransportKind::tls), "_sips._tcp.safe.example");
  EXPECT_EQ(choose_naptr({records[0]}, hop_of("sips:h.example", TransportKind::tls)), nullptr);
}

}  // namespace
}  // namespace ringfence::sip_core

#include "tests/simulation/harness/demo_config.hpp"

namespace ringfence::sip_core::simulation {

namespace {

Listener listener(ListenerId id, Side side, TransportKind transport, Port port) {
  Listener row;
  row.id = id;
  row.name = "listener-" + std::to_string(id.value);
  row.side = side;
  row.transport = transport;
  row.address = *IpAddress::parse("127.0.0.1");
  row.port = port;
  row.advertised_address = "127.0.0.1";
  row.media_address = row.address;
  row.media_advertised_address = row.address;
  return row;
}

Extension extension(std::uint64_t id, const std::string& name) {
  Extension row;
  row.id = ExtensionId{id};
  row.tenant = kDemo;
  row.username = name;
  row.password = name + "-password";
  return row;
}

Trunk trunk(TrunkId id, const std::string& label, const std::string& host) {
  Trunk row;
  row.id = id;
  row.tenant = kDemo;
  row.label = label;
  row.host = host;
  row.tls_verify = "full";
  return row;
}

Route route(std::uint64_t id, std::int64_t priority, const std::string& pattern, TrunkId to) {
  Route row;
  row.id = id;
  row.tenant = kDemo;
  row.priority = priority;
  row.pattern = pattern;
  row.trunk = to;
  return row;
}

}  // namespace

Config demo_config() {
  Config config;
  config.revision = 1;
  config.tenants.push_back({kDemo, "demo", "demo.example", false});
  config.listeners = {listener(kTrunkUdp, Side::trunk, TransportKind::udp, 5060),
                      listener(kTrunkTls, Side::trunk, TransportKind::tls, 5061),
                      listener(kPublicUdp, Side::publik, TransportKind::udp, 6070),
                      listener(kPublicTls, Side::publik, TransportKind::tls, 6061)};
  config.extensions = {extension(1, "alice"), extension(2, "bob")};
  Trunk carrier = trunk(kCarrier, "carrier", "127.0.0.50");
  carrier.username = "100";
  carrier.password = "carrier-password";
  carrier.registers = true;
  Trunk secure = trunk(kSecure, "secure", "secure.example");
  secure.username = "300";
  secure.password = "secure-password";
  secure.tls = true;
  secure.srtp = true;
  config.trunks = {carrier, trunk(kBackup, "backup", "127.0.0.51"), secure};
  config.routes = {route(1, 10, "0*", kCarrier), route(2, 20, "0*", kBackup),
                   route(3, 10, "9*", kSecure)};
  config.dids.push_back({kDemo, "4930123", "ext:alice"});
  config.finish();
  return config;
}

}  // namespace ringfence::sip_core::simulation

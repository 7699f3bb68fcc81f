#include "tests/simulation/storm/town.hpp"

namespace ringfence::simulation {

namespace {

using namespace sip_core;

constexpr std::string_view kDomain = "demo.example";
constexpr TenantId kDemo{1};
constexpr int kExtensions = 24;
constexpr std::string_view kBoxAddress = "203.0.113.1";

Listener listener(std::uint64_t id, Side side, TransportKind transport, Port port) {
  Listener row;
  row.id = ListenerId(id);
  row.name = "listener-" + std::to_string(id);
  row.side = side;
  row.transport = transport;
  row.address = *IpAddress::parse(kBoxAddress);
  row.port = port;
  row.advertised_address = kBoxAddress;
  row.media_address = row.address;
  row.media_advertised_address = row.address;
  return row;
}

Trunk trunk(std::uint64_t id, const std::string& label, const std::string& host) {
  Trunk row;
  row.id = TrunkId(id);
  row.tenant = kDemo;
  row.label = label;
  row.host = host;
  row.username = label;
  row.password = label + "-password";
  row.tls_verify = "full";
  return row;
}

std::string extension_name(int number) {
  return "e" + std::to_string(100 + number);
}

// By turns: UDP, TCP, TLS, TLS.
TransportKind transport_of(int number) {
  switch (number % 4) {
    case 0:
      return TransportKind::udp;
    case 1:
      return TransportKind::tcp;
    default:
      return TransportKind::tls;
  }
}

SrtpPolicy srtp_of(int number) {
  if (transport_of(number) != TransportKind::tls) {
    return number % 8 < 4 ? SrtpPolicy::off : SrtpPolicy::preferred;
  }
  switch (number % 3) {
    case 0:
      return SrtpPolicy::required;
    case 1:
      return SrtpPolicy::preferred;
    default:
      return SrtpPolicy::off;
  }
}

SrtpHabit habit_of(int number) {
  switch (srtp_of(number)) {
    case SrtpPolicy::required:
      return SrtpHabit::always;
    case SrtpPolicy::preferred:
      return transport_of(number) == TransportKind::tls ? SrtpHabit::able : SrtpHabit::never;
    case SrtpPolicy::off:
      return SrtpHabit::never;
  }
  return SrtpHabit::never;
}

void add_extensions(Config& config) {
  for (int i = 0; i < kExtensions; ++i) {
    Extension row;
    row.id = ExtensionId(static_cast<std::uint64_t>(i) + 1);
    row.tenant = kDemo;
    row.username = extension_name(i);
    row.password = extension_name(i) + "-password";
    row.srtp = srtp_of(i);
    config.extensions.push_back(row);
    config.dids.push_back({kDemo, "49301" + std::to_string(100 + i), "ext:" + row.username});
  }
}

void add_groups(Config& config) {
  Group in_order;
  in_order.id = 1;
  in_order.tenant = kDemo;
  in_order.name = "sales";
  in_order.in_order = true;
  in_order.timeout_s = 6;
  in_order.members = {ExtensionId(1), ExtensionId(3), ExtensionId(6)};
  Group all = in_order;
  all.id = 2;
  all.name = "support";
  all.in_order = false;
  all.timeout_s = 12;
  all.members = {ExtensionId(2), ExtensionId(4), ExtensionId(5), ExtensionId(8)};
  config.groups = {in_order, all};
  config.dids.push_back({kDemo, "49302", "group:sales"});
  config.dids.push_back({kDemo, "49303", "group:support"});
}

void add_trunks(Config& config) {
  Trunk first = trunk(1, "first", "198.51.100.1");
  first.registers = true;
  Trunk backup = trunk(2, "backup", "198.51.100.2");
  backup.max_calls = 12;
  Trunk secure = trunk(3, "secure", "secure.example");
  secure.registers = true;
  secure.tls = true;
  secure.srtp = true;
  config.trunks = {first, backup, secure};
  const auto route = [&](std::uint64_t id, std::int64_t priority, std::string pattern,
                         std::uint64_t to) {
    config.routes.push_back({id, kDemo, priority, std::move(pattern), TrunkId(to), 0, {}});
  };
  route(1, 10, "0*", 1);
  route(2, 20, "0*", 2);
  route(3, 10, "9*", 3);
  route(4, 20, "9*", 1);
}

Profile phone_profile(int extension, int device) {
  const int number = extension + kExtensions * device;
  Profile profile;
  profile.name = "phone-" + extension_name(extension) + (device == 0 ? "" : "-second");
  profile.marker = std::string(kMarkerBegin) + std::to_string(number) + kMarkerEnd;
  profile.user = extension_name(extension);
  profile.password = profile.user + "-password";
  profile.domain = kDomain;
  profile.media_address =
      *IpAddress::parse("198.18." + std::to_string(device) + '.' + std::to_string(extension + 1));
  profile.srtp = habit_of(extension);
  profile.reliable = extension % 5 < 3;
  profile.timers = extension % 7 < 4;
  return profile;
}

void add_phone(Town& town, const Agent::Surroundings& around, BorderWatch& watch, int extension,
               int device) {
  const Profile profile = phone_profile(extension, device);
  watch.add_peer(profile.media_address,
                 {profile.marker, srtp_of(extension) == SrtpPolicy::required});
  auto agent = std::make_unique<Agent>(around, profile);
  const IpAddress box = *IpAddress::parse(kBoxAddress);
  const SocketAddress local{profile.media_address, 5060};
  switch (transport_of(extension)) {
    case TransportKind::udp:
      agent->use_udp(local, {box, 6070});
      break;
    case TransportKind::tcp:
      agent->use_dialling(local, {box, 6070}, StreamKind::tcp);
      break;
    case TransportKind::tls:
      agent->use_dialling(local, {box, 6061}, StreamKind::tls);
      break;
  }
  town.phones.push_back(std::move(agent));
}

void add_carrier(Town& town, const Agent::Surroundings& around, BorderWatch& watch,
                 const Trunk& trunk, std::string_view address) {
  Profile profile;
  profile.name = "carrier-" + trunk.label;
  profile.marker = std::string(kMarkerBegin) + std::to_string(900 + trunk.id.value) + kMarkerEnd;
  profile.kind = Kind::carrier;
  profile.user = "4917";
  profile.domain = std::string(address);
  profile.media_address = *IpAddress::parse(address);
  profile.srtp = trunk.srtp ? SrtpHabit::always : SrtpHabit::never;
  profile.registrar = trunk.registers;
  profile.reliable = trunk.id.value != 2;
  profile.timers = trunk.id.value != 2;
  watch.add_peer(profile.media_address, {profile.marker, trunk.srtp});
  auto agent = std::make_unique<Agent>(around, profile);
  if (trunk.tls) {
    agent->use_listening({profile.media_address, 5061}, StreamKind::tls);
  } else {
    agent->use_udp({profile.media_address, 5060}, {*IpAddress::parse(kBoxAddress), 5060});
  }
  town.carriers.push_back(std::move(agent));
}

}  // namespace

Config town_config() {
  Config config;
  config.revision = 1;
  config.tenants.push_back({kDemo, "demo", std::string(kDomain), false});
  config.listeners = {listener(1, Side::trunk, TransportKind::udp, 5060),
                      listener(2, Side::trunk, TransportKind::tls, 5061),
                      listener(3, Side::publik, TransportKind::udp, 6070),
                      listener(4, Side::publik, TransportKind::tls, 6061),
                      listener(5, Side::publik, TransportKind::tcp, 6070)};
  add_extensions(config);
  add_groups(config);
  add_trunks(config);
  // As short as RFC 4028 allows; and whose media stops for that long has left.
  config.settings["session_expires_s"] = "90";
  config.settings["media_timeout_s"] = "75";
  config.finish();
  return config;
}

std::vector<Agent*> Town::all() const {
  std::vector<Agent*> agents;
  for (const auto& phone : phones)
    agents.push_back(phone.get());
  for (const auto& carrier : carriers)
    agents.push_back(carrier.get());
  return agents;
}

Town people_of(const Config& config, Agent::Surroundings around, BorderWatch& watch) {
  Town town;
  for (const Extension& row : config.extensions)
    around.extensions.push_back(row.username);
  for (int i = 0; i < kExtensions; ++i) {
    add_phone(town, around, watch, i, 0);
    if (i % 6 == 0) add_phone(town, around, watch, i, 1);
  }
  add_carrier(town, around, watch, config.trunks[0], "198.51.100.1");
  add_carrier(town, around, watch, config.trunks[1], "198.51.100.2");
  add_carrier(town, around, watch, config.trunks[2], "198.51.100.3");
  return town;
}

std::string somebody_to_call(const Town&, const Agent& caller, Dice& dice) {
  const bool carrier = caller.profile().kind == Kind::carrier;
  const std::string host = carrier ? std::string(kBoxAddress) : std::string(kDomain);
  const auto of = [&](const std::string& user) { return "sip:" + user + '@' + host; };
  const std::string extension = std::to_string(100 + dice.below(kExtensions));
  if (carrier) {
    const std::size_t throw_of = dice.below(20);
    if (throw_of == 0) return of("49302");
    if (throw_of == 1) return of("49303");
    return of(throw_of == 2 ? "4999999" : "49301" + extension);
  }
  switch (dice.below(20)) {
    case 0:
      return of("nobody");
    case 1:
      return of("49302");
    case 2:
      return of("49303");
    case 3:
    case 4:
    case 5:
    case 6:
      return of("0" + extension);
    case 7:
    case 8:
    case 9:
      return of("9" + extension);
    default:
      return of("e" + extension);
  }
}

}  // namespace ringfence::simulation

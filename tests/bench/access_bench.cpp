// What the access rules cost a request: processor nanoseconds per decision, with none and with
// 10,000 networks and 10,000 patterns, compiled and read one by one; and how long compiling takes.
//   access_bench [DECISIONS]
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "runtime/random.hpp"
#include "sip-core/routing/access.hpp"

namespace {

using namespace ringfence;
using namespace ringfence::sip_core;

// Of this process alone: others may be on the machine.
double processor_nanoseconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

IpAddress public_address(Random& random) {
  const std::uint64_t bits = random.number();
  const std::uint8_t octets[4] = {
      static_cast<std::uint8_t>(11 + bits % 80), static_cast<std::uint8_t>(bits >> 8),
      static_cast<std::uint8_t>(bits >> 16), static_cast<std::uint8_t>(bits >> 24)};
  return *IpAddress::from_bytes(IpAddress::Family::v4, octets);
}

std::string pattern(std::uint64_t number) {
  const std::string digits = std::to_string(1000000 + number);
  switch (number % 4) {
    case 0:
      return "49" + digits;
    case 1:
      return "00" + digits + "*";
    case 2:
      return "*" + digits;
    default:
      return "*x" + digits + "y*";
  }
}

Config config_with(std::uint64_t networks, std::uint64_t patterns, Random& random) {
  Config config;
  config.tenants = {{TenantId(1), "demo", "demo.test"}};
  config.settings["emergency_numbers"] = "110 112";
  const auto add = [&](AclKind kind, std::string text) {
    config.acl_rules.push_back(
        {config.acl_rules.size() + 1, std::nullopt, 100, false, kind, std::move(text), false});
  };
  for (std::uint64_t i = 0; i < networks; ++i)
    add(AclKind::cidr,
        public_address(random).to_string() + "/" + std::to_string(20 + random.number() % 13));
  for (std::uint64_t i = 0; i < patterns; ++i)
    add(i % 2 == 0 ? AclKind::sip_did : AclKind::sip_user, pattern(i));
  return config;
}

std::vector<AccessSubject> subjects(std::size_t count, Random& random) {
  std::vector<AccessSubject> made;
  for (std::size_t i = 0; i < count; ++i) {
    made.push_back({public_address(random), TenantId(1), "user" + std::to_string(i), "demo.test",
                    "+4930" + std::to_string(random.number() % 1000000)});
  }
  return made;
}

double per_decision(const Config& config, const std::vector<AccessSubject>& from,
                    std::size_t decisions, std::size_t& refused) {
  const double begin = processor_nanoseconds();
  for (std::size_t i = 0; i < decisions; ++i)
    refused += refusing_rule(config, from[i % from.size()]) != nullptr ? 1U : 0U;
  return (processor_nanoseconds() - begin) / static_cast<double>(decisions);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t decisions = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000000;
  SeededRandom random(1);
  const auto from = subjects(10000, random);
  for (const std::uint64_t rules : {0ULL, 10ULL, 1000ULL, 20000ULL}) {
    Config config = config_with(rules / 2, rules / 2, random);
    const double begin = processor_nanoseconds();
    config.finish();
    const double compiling = (processor_nanoseconds() - begin) / 1e6;
    std::size_t refused = 0;
    const double compiled = per_decision(config, from, decisions, refused);
    config.access_index.reset();
    std::size_t refused_by_reading = 0;
    const std::size_t few = rules < 1000 ? decisions : 200;
    const double read = per_decision(config, from, few, refused_by_reading);
    std::printf(
        "%6llu rules: compiled in %6.1f ms; %8.1f ns a decision (%zu refused); "
        "read one by one %10.1f ns\n",
        static_cast<unsigned long long>(rules), compiling, compiled, refused, read);
  }
  return 0;
}

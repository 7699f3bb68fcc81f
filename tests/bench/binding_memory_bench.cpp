// Memory of a registered phone in sip-core: octets of heap that the engine holds for each binding,
// with contacts, instances and names as phones send them. Argument: how many (default 100,000).
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "runtime/random.hpp"
#include "sip-core/engine/engine.hpp"

namespace {

using namespace ringfence;
using namespace ringfence::sip_core;

BindingRecord binding(std::size_t i, WallTime wall) {
  const std::string n = std::to_string(100'000 + i);
  BindingRecord record;
  record.tenant = TenantId(1);
  record.username = "ext" + n;
  record.contact = "sip:ext" + n + "@192.168.178.23:50" + n.substr(3) + ";transport=tls;ob";
  record.instance_id = "<urn:uuid:00000000-0000-1000-8000-000a95" + n + ">";
  record.reg_id = 1;
  record.flow = ConnectionId{7, i + 1};
  record.transport = TransportKind::tls;
  record.call_id = "3c26700857f87f8a" + n + "@192.168.178.23";
  record.cseq = 17;
  record.expires = wall + std::chrono::hours(1);
  record.user_agent = "Acme Deskphone 5000 4.2.1.17 000a95" + n;
  return record;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  const WallTime wall = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  const TimePoint now{std::chrono::hours(1)};
  SeededRandom random(1);
  Engine engine(random, now, wall);
  const std::size_t before = ::mallinfo2().uordblks;
  // In portions, so that what carries them to the engine weighs nothing.
  constexpr std::size_t kPortion = 1000;
  for (std::size_t i = 0; i < count;) {
    Restored restored;
    for (; restored.bindings.size() < kPortion && i < count; ++i)
      restored.bindings.push_back(binding(i, wall));
    Actions actions;
    engine.step(std::move(restored), now, actions);
  }
  const std::size_t after = ::mallinfo2().uordblks;
  std::printf("bindings %zu\nheap_octets_per_binding %zu\n", count, (after - before) / count);
  return engine.health().registrations == count ? 0 : 1;
}

#include "sip-core/location/srv_order.hpp"

#include <algorithm>

namespace ringfence::sip_core {
namespace {

using Iterator = std::vector<SrvRecord>::iterator;

// RFC 2782: those of weight 0 first, so that they have a small chance of being chosen at all; then
// the first whose running sum reaches the number drawn.
void order_by_weight(Iterator begin, Iterator end, Random& random) {
  std::stable_partition(begin, end, [](const SrvRecord& r) { return r.weight == 0; });
  std::uint64_t sum = 0;
  for (Iterator one = begin; one != end; ++one) {
    sum += one->weight;
  }
  for (; end - begin > 1; ++begin) {
    const std::uint64_t drawn = random.number() % (sum + 1);
    std::uint64_t running = 0;
    const Iterator chosen = std::find_if(begin, end, [&](const SrvRecord& r) {
      running += r.weight;
      return running >= drawn;
    });
    sum -= chosen->weight;
    std::rotate(begin, chosen, chosen + 1);
  }
}

}  // namespace

std::vector<SrvRecord> in_order_of_trial(std::vector<SrvRecord> records, Random& random) {
  std::ranges::stable_sort(records, {}, &SrvRecord::priority);
  for (auto begin = records.begin(); begin != records.end();) {
    const auto end = std::find_if(
        begin, records.end(), [&](const SrvRecord& r) { return r.priority != begin->priority; });
    order_by_weight(begin, end, random);
    begin = end;
  }
  return records;
}

}  // namespace ringfence::sip_core

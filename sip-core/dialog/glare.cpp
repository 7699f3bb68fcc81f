#include "sip-core/dialog/glare.hpp"

namespace ringfence::sip_core {

namespace {

constexpr std::chrono::milliseconds kStep{10};
constexpr std::uint64_t kOwnerFirst = 210;  // 2.1 s
constexpr std::uint64_t kOwnerLast = 400;   // 4 s
constexpr std::uint64_t kOtherLast = 200;   // 2 s

}  // namespace

std::chrono::milliseconds glare_delay(CallIdOwner owner, Random& random) {
  const std::uint64_t steps = owner == CallIdOwner::us
                                  ? kOwnerFirst + random.number() % (kOwnerLast - kOwnerFirst + 1)
                                  : random.number() % (kOtherLast + 1);
  return kStep * static_cast<std::int64_t>(steps);
}

}  // namespace ringfence::sip_core

#include "sip-core/trunk/utc_text.hpp"

#include <array>
#include <ctime>

namespace ringfence::sip_core {

std::string utc_text(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm fields{};
  gmtime_r(&seconds, &fields);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &fields);
  return std::string(text.data(), size);
}

}  // namespace ringfence::sip_core

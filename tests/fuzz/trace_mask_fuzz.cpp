// What a trace shows: any octets keep their length, only ever become '*', and no key stays behind
// "inline:" in a crypto line. The summary reads the same octets.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sip-core/trace/mask.hpp"
#include "sip-core/trace/message_summary.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ringfence::sip_core::trace;
  const std::string before(data, data + size);
  std::string after = before;
  mask_secrets(after);
  for (std::size_t i = 0; i < size; ++i) {
    if (after[i] != before[i] && after[i] != '*') std::abort();
  }
  for (auto line = before.find("\na=crypto:"); line != before.npos;
       line = before.find("\na=crypto:", line + 1)) {
    const auto end = before.find_first_of("\r\n", line + 1);
    const auto key = before.find("inline:", line);
    if (key >= end) continue;
    for (auto at = key + 7; at < std::min(end, size) && after[at] != '|'; ++at) {
      if (std::string_view(" \t;:").find(after[at]) != std::string_view::npos) break;
      if (after[at] != '*') std::abort();
    }
  }
  (void)label_of(summarise(before));
  return 0;
}

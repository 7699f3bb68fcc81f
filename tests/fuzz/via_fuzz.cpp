// A list of via-parm values: each stays one when received and rport are filled in.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sip-core/message/response.hpp"

using namespace ringfence::sip_core::sip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kSource = ringfence::SocketAddress::parse("[2001:db8::7]:5060");
  const std::string octets(data, data + size);
  std::string_view rest = octets;
  while (!rest.empty()) {
    const std::string_view value = take_list_value(rest);
    const auto via = Via::parse(value);
    // Two more may pass our own limit for what we read (R037).
    if (!via || std::ranges::count(via->parameters, ';') > 60) continue;
    const std::string text = via_with_source(value, *kSource);
    const auto again = Via::parse(text);
    if (!again || again->branch != via->branch || again->host != via->host) std::abort();
    if (via->has_rport && again->rport != 5060) std::abort();
  }
  return 0;
}

// The framer: whatever comes, no octet may be read twice or out of bounds, and the frames must not
// depend on how the octets were cut (R035). The first octet chooses the cut.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tls-front/framer/sip_framer.hpp"

namespace {

std::string frames_of(std::string_view octets, std::size_t piece) {
  ringfence::tls_front::SipFramer framer;
  std::string seen;
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    framer.feed(octets.substr(at, piece));
    while (const auto frame = framer.next()) {
      seen += static_cast<char>('0' + static_cast<int>(frame->kind));
      seen += static_cast<char>('0' + static_cast<int>(frame->error));
      seen += frame->octets;
    }
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string octets(data + 1, data + size);
  if (frames_of(octets, octets.size()) != frames_of(octets, 1U + data[0])) std::abort();
  return 0;
}

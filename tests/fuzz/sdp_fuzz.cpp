// The SDP reader, its typed readers and the crypto attribute. What was read must be written in a
// form that reads the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sip-core/sdp/crypto_attribute.hpp"
#include "sip-core/sdp/session_description.hpp"

using namespace ringfence::sip_core::sdp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto session = SessionDescription::parse(std::string(data, data + size));
  if (!session) return 0;
  for (const MediaDescription& media : session->media) {
    (void)media.rtpmaps();
    (void)media.rtcp();
    (void)media.ptime();
    for (const CryptoAttribute& crypto : crypto_lines(media).acceptable) {
      if (!parse_crypto(write_crypto(crypto))) std::abort();
    }
  }
  const std::string text = session->to_string();
  const auto again = SessionDescription::parse(text);
  if (!again || again->to_string() != text) std::abort();
  return 0;
}

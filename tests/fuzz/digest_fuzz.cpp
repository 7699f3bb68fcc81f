// A header field's credentials or challenge (RFC 7616 §3.3, §3.4): what is accepted is written in a
// form that reads the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sip-core/digest/challenge.hpp"
#include "sip-core/digest/credentials.hpp"

using namespace ringfence::sip_core::digest;

namespace {

template <typename Value>
void judge(const std::string& octets) {
  const auto value = Value::parse(octets);
  if (!value) return;
  const std::string text = value->to_string();
  const auto again = Value::parse(text);
  if (!again || again->to_string() != text) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  judge<Credentials>(std::string(data, data + size));
  judge<Challenge>(std::string(data, data + size));
  return 0;
}

// A list of name-addr values: each is written in a form that reads the same, and its tag is found
// alike with and without reading the URI.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sip-core/message/message.hpp"

using namespace ringfence::sip_core::sip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string octets(data, data + size);
  std::string_view rest = octets;
  while (!rest.empty()) {
    const std::string_view value = take_list_value(rest);
    const auto address = NameAddr::parse(value);
    if (!address) continue;
    if (find_tag(value) != NameAddrView::parse(value)->tag()) std::abort();
    const std::string text = address->to_string();
    const auto again = NameAddr::parse(text);
    if (!again || again->to_string() != text || again->q() != address->q()) std::abort();
  }
  return 0;
}

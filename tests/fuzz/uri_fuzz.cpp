// A URI: what is read is written in a form that reads the same and is equivalent to itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sip-core/message/uri.hpp"

using namespace ringfence::sip_core::sip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string octets(data, data + size);
  const auto uri = UriView::parse(octets);
  if (!uri) return 0;
  const std::string text = Uri(*uri).to_string();
  const auto again = UriView::parse(text);
  if (!again || again->to_string() != text || !equivalent(*uri, *again)) std::abort();
  if (again->address_of_record() != uri->address_of_record()) std::abort();
  return 0;
}

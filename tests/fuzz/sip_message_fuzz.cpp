// Parser, validator, typed accessors and the writers of answers: no octets may make them do
// anything but return. What is accepted must serve a response that is acceptable itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sip-core/message/parser.hpp"
#include "sip-core/message/response.hpp"
#include "sip-core/message/validate_request.hpp"

namespace {

using namespace ringfence::sip_core::sip;

const auto kSource = ringfence::SocketAddress::parse("192.0.2.1:5060");

void judge(const Message& message) {
  (void)message.contacts();
  (void)message.expires();
  (void)message.lists(HeaderName::supported, "timer");
  if (message.is_response()) {
    (void)validate_response(message);
    return;
  }
  if (validate_request(message)) return;
  const auto response = parse(make_response(message, 200, "", "t", kSource).serialize());
  if (response ? validate_response(*response).has_value()
               : response.error().suggested_status != 0) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const Framing framing : {Framing::stream, Framing::datagram}) {
    const auto message = parse(std::string(data, data + size), framing);
    if (message) {
      judge(*message);
    } else {
      (void)make_error_response(message.error(), "t", kSource);
    }
  }
  return 0;
}

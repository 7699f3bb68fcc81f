#include "sip-core/engine/capabilities.hpp"

namespace ringfence::sip_core {
namespace {

using sip::HeaderName;

constexpr std::string_view kAllow =
    "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, MESSAGE, PRACK, UPDATE, REFER, NOTIFY";
constexpr std::string_view kSupported = "timer, replaces, norefersub";

}  // namespace

void add_capabilities(sip::OutgoingMessage& message) {
  message.set(HeaderName::allow, kAllow);
  message.set(HeaderName::supported, kSupported);
}

void describe_options(sip::OutgoingMessage& message) {
  add_capabilities(message);
  message.add(HeaderName::accept, "application/sdp")
      .add(HeaderName::accept_encoding, "identity")
      .add(HeaderName::accept_language, "en");
}

}  // namespace ringfence::sip_core

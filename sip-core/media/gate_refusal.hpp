// GateRefusal: why the gate let an offer or an answer not pass. A value with one word for
// [srtp-reject] reason=; it never carries text of the description, which may hold keys.
#pragma once

#include <cstdint>
#include <string_view>

namespace ringfence::sip_core {

enum class GateFault : std::uint8_t {
  no_audio,    // nothing in it that we carry
  address,     // media would go where it must not (R174)
  lines,       // m-lines other than RFC 3264 §6 and §8 allow
  profile,     // answered in another profile than offered
  no_crypto,   // SRTP demanded, none offered or answered
  bad_crypto,  // a=crypto is there, none of it usable
  tag,         // the answer's tag or suite is not the one offered (R106)
  key_reuse,   // the peer's key is our own (R109)
  downgrade,   // a call on SRTP asked to go on without
};

struct GateRefusal {
  GateFault fault = GateFault::no_audio;
  std::string_view reason;  // static text

  // Whether the call fails for want of SRTP.
  bool concerns_srtp() const {
    return fault == GateFault::profile || fault == GateFault::no_crypto ||
           fault == GateFault::bad_crypto || fault == GateFault::tag ||
           fault == GateFault::key_reuse || fault == GateFault::downgrade;
  }
};

}  // namespace ringfence::sip_core

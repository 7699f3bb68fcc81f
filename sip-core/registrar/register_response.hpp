// The 200 to a REGISTER (RFC 3261 §10.3 step 8): every binding with the time that it has left, the
// path (RFC 3327), and what a phone with several flows must know (RFC 5626 §6).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/clock.hpp"
#include "sip-core/registrar/binding.hpp"
#include "sip-core/transaction/transaction_layer.hpp"

namespace ringfence::sip_core {

struct RegisterSuccess {
  std::vector<const Binding*> bindings;
  bool uses_outbound = false;
};

sip::OutgoingMessage write_success(const RequestReceived& request, const RegisterSuccess& success,
                                   TimePoint now, WallTime wall, std::string_view to_tag);

}  // namespace ringfence::sip_core

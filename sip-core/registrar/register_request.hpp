// RegisterRequest: what a REGISTER asks for (RFC 3261 §10.3 steps 6 and 7), read and checked as far
// as that needs no bindings: the asterisk, the SIPS rules (R012, R017), intervals, outbound (R087
// to R089). Whatever it asks for is granted as a whole or refused as a whole.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/message/message.hpp"
#include "sip-core/registrar/registration_limits.hpp"

namespace ringfence::sip_core {

struct RequestedContact {
  sip::Uri uri;
  std::string text;          // the URI as it is kept
  std::string instance_id;   // +sip.instance without its quotes; empty: none
  std::uint32_t reg_id = 0;  // 0: not outbound
  std::uint32_t expires_s = 0;
  std::uint16_t q = 1000;
};

struct RegisterRequest {
  bool remove_all = false;                 // Contact: *
  std::vector<RequestedContact> contacts;  // empty and not remove_all: a fetch
  std::vector<std::string> path;
  std::string call_id;
  std::uint32_t cseq = 0;
  std::string user_agent;
  bool uses_outbound = false;
};

struct RegisterRejection {
  int status = 400;
  std::string_view reason;                   // "": the table's
  std::optional<std::uint32_t> min_expires;  // for 423
};

std::expected<RegisterRequest, RegisterRejection> read_register(const sip::Message& request,
                                                                const RegistrationLimits& limits);

}  // namespace ringfence::sip_core

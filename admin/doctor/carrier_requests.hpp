// The two questions that the doctor asks a carrier, and what the answers mean: OPTIONS, and
// REGISTER without a Contact, which asks for the bindings (RFC 3261 §10.2.3), changes nothing and
// is challenged all the same. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/random.hpp"
#include "runtime/socket_address.hpp"
#include "sip-core/config/config.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"
#include "sip-core/trunk/media_security.hpp"

namespace ringfence::admin {

class CarrierRequests {
 public:
  // All outlive it.
  CarrierRequests(const sip_core::Trunk& trunk, const SocketAddress& local, Random& random);

  sip_core::sip::OutgoingMessage options();
  sip_core::sip::OutgoingMessage bindings();
  // The same once more with credentials; nullopt: the response challenges in no way that we know.
  std::optional<sip_core::sip::OutgoingMessage> answer(const sip_core::sip::Message& challenge);
  // Whether it answers what was asked last.
  bool is_answer(const sip_core::sip::Message& response) const;

 private:
  sip_core::sip::OutgoingMessage compose(sip_core::sip::Method method);

  const sip_core::Trunk& trunk_;
  SocketAddress local_;
  Random& random_;
  std::string call_id_;
  std::string from_tag_;
  std::uint32_t cseq_ = 0;
  sip_core::MediaSecurity media_security_;
};

}  // namespace ringfence::admin

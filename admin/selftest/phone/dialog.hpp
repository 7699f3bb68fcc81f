// Dialog: what the requests of one dialog, or of one registration, have in common (RFC 3261 §12,
// §10.2): Call-ID, tags, the growing CSeq, the far end's target and route set. It makes requests;
// whoever sends them keeps their branch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "admin/selftest/phone/phone_identity.hpp"
#include "runtime/random.hpp"
#include "sip-core/message/outgoing_message.hpp"

namespace ringfence::admin {

class Dialog {
 public:
  // `remote`: the address of record that it is with, without a tag as yet.
  static Dialog outgoing(const PhoneIdentity& identity, std::string_view remote, Random& random);

  // With Via, Max-Forwards, From, To, Call-ID, CSeq and Route; Contact where one belongs.
  sip_core::sip::OutgoingMessage request(sip_core::sip::Method method, std::string_view uri,
                                         Random& random);
  // To the remote target, with the next CSeq.
  sip_core::sip::OutgoingMessage request_inside(sip_core::sip::Method method, Random& random) {
    return request(method, remote_target_, random);
  }
  // The ACK of a 2xx: the INVITE's CSeq, a branch of its own (§13.2.2.4).
  sip_core::sip::OutgoingMessage acknowledge(Random& random) const;

  // A 2xx to our INVITE (§12.1.2).
  void confirm(const sip_core::sip::Message& response);
  bool fits(const sip_core::sip::Message& message) const;  // Call-ID
  const std::string& call_id() const { return call_id_; }
  std::uint32_t cseq() const { return cseq_; }

 private:
  Dialog() = default;
  sip_core::sip::OutgoingMessage compose(sip_core::sip::Method method, std::string_view uri,
                                         std::uint32_t cseq, Random& random) const;

  std::string call_id_;
  std::string local_;   // From of our requests, tag and all
  std::string remote_;  // To
  std::string contact_;
  SocketAddress sent_by_;
  std::string remote_target_;
  std::vector<std::string> routes_;
  std::uint32_t cseq_ = 0;
};

}  // namespace ringfence::admin

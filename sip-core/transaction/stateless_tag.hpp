// StatelessTag: the To tag of responses that leave no state behind: the same for every copy of a
// request (RFC 3261 §8.2.7), and nothing that a stranger could foretell (SipHash-2-4 with a key of
// this process' own). F059.
#pragma once

#include <string>

#include "runtime/random.hpp"
#include "runtime/siphash.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"

namespace ringfence::sip_core {

class StatelessTag {
 public:
  explicit StatelessTag(Random& random) : key_{random.number(), random.number()} {}

  std::string of(const sip::Message& request) const;
  // Gives the response this tag, where it is the response that chooses one.
  void put(const sip::Message& request, sip::OutgoingMessage& response) const;

 private:
  SipHash::Key key_;
};

}  // namespace ringfence::sip_core

// CallHost: what a call of a simulated user agent needs of that user agent.
#pragma once

#include "sip-core/message/outgoing_message.hpp"
#include "tests/simulation/invariant/call_book.hpp"
#include "tests/simulation/phone/profile.hpp"
#include "tests/simulation/phone/transactions.hpp"
#include "tests/simulation/time/dice.hpp"

namespace ringfence::simulation {

class PhoneCall;

class CallHost {
 public:
  virtual ~CallHost() = default;
  virtual const Profile& profile() const = 0;
  virtual const Habits& habits() const = 0;
  virtual Schedule& schedule() = 0;
  virtual Network& network() = 0;
  virtual Dice& dice() = 0;
  virtual CallBook& book() = 0;
  virtual Findings& findings() = 0;
  virtual Transactions& transactions() = 0;
  virtual Wire& wire() = 0;
  // A token that nobody used before; it bears the marker.
  virtual std::string fresh(std::string_view prefix) = 0;
  virtual std::string contact() const = 0;
  virtual std::string via(const std::string& branch) const = 0;
  virtual SocketAddress media_port() = 0;
  // An extension to transfer a call to.
  virtual std::string somebody() = 0;
  // Calls somebody about the call with that Call-ID; and once it has answered, that call is
  // transferred to it.
  virtual void consult(std::uint64_t number, const std::string& request_uri,
                       const std::string& about) = 0;
  virtual void conclude_consultation(const std::string& about, const PhoneCall& consultation) = 0;
  // Whether there are credentials for that challenge; they are added for the next request.
  virtual bool learn_challenge(const sip_core::sip::Message& response) = 0;
  virtual void add_credentials(sip_core::sip::OutgoingMessage& request) = 0;
};

}  // namespace ringfence::simulation

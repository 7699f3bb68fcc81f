// KeptMessages: what one connection has received and sip-core has not finished. TLS has no SIP
// retransmission, so a message must not vanish with the sip-core that had it in hand: it is offered
// once more to the next one, and not a third time. Pure. Bounded by its owner, which stops reading.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/clock.hpp"
#include "tls-front/framer/sip_framer.hpp"

namespace ringfence::tls_front {

struct KeptMessage {
  std::uint64_t number = 0;  // from 1
  std::string octets;
  std::optional<FramingError> error;
  std::uint8_t offers = 0;  // to how many sip-cores
  TimePoint received_at{};
};

class KeptMessages {
 public:
  static constexpr std::uint8_t kMaxOffers = 2;

  void add(std::string_view octets, std::optional<FramingError> error, TimePoint now = {});
  // The next one that the present sip-core has not seen, and counts it as offered; nullptr: none.
  // Valid until the next call.
  KeptMessage* offer_next();
  bool has_unoffered() const { return messages_.lower_bound(next_offer_) != messages_.end(); }
  // False: no such message.
  bool done(std::uint64_t number);
  // The present sip-core is gone. Returns how many messages are given up, having been offered to
  // two of them.
  std::size_t start_again();

  std::size_t octets() const { return octets_; }
  bool empty() const { return messages_.empty(); }

 private:
  std::map<std::uint64_t, KeptMessage> messages_;
  std::uint64_t last_number_ = 0;
  std::uint64_t next_offer_ = 1;
  std::size_t octets_ = 0;
};

}  // namespace ringfence::tls_front

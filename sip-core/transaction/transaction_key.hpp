// Keys by which messages find their transactions: RFC 3261 §17.1.3 and §17.2.3. The peer's address
// is part of a server key, so that nobody ends another's transaction by guessing its branch.
// Requests without the magic cookie (RFC 2543) are matched by their whole topmost Via, Call-ID,
// CSeq and From tag. A key is 128 bits of a hash under a secret of this process: two texts share
// one by chance only, and nobody can look for such texts.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/random.hpp"
#include "runtime/siphash.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/transaction/transaction_layer.hpp"

namespace ringfence::sip_core {

struct TransactionKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const TransactionKey&) const = default;
};

class TransactionKeys {
 public:
  explicit TransactionKeys(Random& random) : secret_{random.number(), random.number()} {}

  // Where a request finds its transaction: an ACK looks for the INVITE's.
  TransactionKey of_request(const sip::Message& request, const MessageSource& source) const;
  // `method` stands for the request's own: a CANCEL looks for the INVITE's as well as for its own.
  TransactionKey of_request(const sip::Message& request, const MessageSource& source,
                            std::string_view method) const;
  // Call-ID, From tag and CSeq number: what an ACK to a 2xx shares with its INVITE, and what makes
  // a request merged (§8.2.2.2) when its branch differs.
  TransactionKey of_identity(const sip::Message& request, std::string_view method) const;
  TransactionKey of_client(std::string_view branch, std::string_view method) const;

 private:
  SipHash::Key secret_;
};

}  // namespace ringfence::sip_core

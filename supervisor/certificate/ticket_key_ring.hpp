// TicketKeyRing: the keys of TLS session tickets, made anew every eight hours (RFC 9325 §3.4). The
// newest three are kept: one writes, a ticket is read for at least sixteen hours. They live in the
// supervisor's memory only, so that tickets outlive a tls-front and never touch a disk.
#pragma once

#include <deque>

#include "proto/supervisor_child.pb.h"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "runtime/secret.hpp"

namespace ringfence::supervisor {

class TicketKeyRing {
 public:
  static constexpr std::chrono::hours kRotation{8};
  static constexpr std::size_t kKept = 3;
  static constexpr std::size_t kKeySize = 80;  // as proto TicketKeys says

  explicit TicketKeyRing(Random& random) : random_(random) {}

  // True: there is a new key to be told of.
  bool rotate(TimePoint now);
  // To be wiped once it is sent.
  proto::FromSupervisor message() const;

 private:
  Random& random_;
  std::deque<SecretBytes> keys_;  // newest first
  TimePoint made_{};
};

// The keys in a message that has been sent.
void wipe_keys(proto::FromSupervisor& message);

}  // namespace ringfence::supervisor

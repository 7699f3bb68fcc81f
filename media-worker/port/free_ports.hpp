// FreePorts: which even ports of the slice are free on one address. Pure. The choice is random, so
// that nobody can tell the next call's port from this one's, and a port that comes back rests for a
// while, so that the late packets of its last call do not meet the next one. Ports whose sockets
// are still open go first, as long as there are enough of them to choose from.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::media_worker {

// Inclusive; a pair is an even RTP port and the odd one above it.
struct PortSlice {
  Port low = 0;
  Port high = 0;
};

class FreePorts {
 public:
  static constexpr std::chrono::seconds kRest{5};
  static constexpr std::size_t kEnoughToChooseFrom = 64;
  enum class Sockets : std::uint8_t { open, closed };

  explicit FreePorts(PortSlice slice);

  // The RTP port of a free pair; a resting one only when there is no other.
  std::optional<Port> take(Random& random, TimePoint now);
  // This one; false: it is not free.
  bool take(Port rtp_port);
  void give_back(Port rtp_port, TimePoint now, Sockets sockets) {
    resting_.push_back({rtp_port, now + kRest, sockets});
  }
  std::size_t size() const { return open_.size() + closed_.size() + resting_.size(); }

 private:
  struct Resting {
    Port port;
    TimePoint until;
    Sockets sockets = Sockets::closed;
  };
  std::vector<Port>& place(Sockets sockets) { return sockets == Sockets::open ? open_ : closed_; }

  std::vector<Port> open_;
  std::vector<Port> closed_;
  std::deque<Resting> resting_;  // in the order of `until`
};

}  // namespace ringfence::media_worker

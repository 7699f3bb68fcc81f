// HandshakeGovernor: who may begin a handshake, and who may hold a connection. Pure bookkeeping:
// asked once per accepted socket, told once when the handshake ends and once when the connection
// does. The cap is per port, so that a flood of one leaves the others alone; on trunk-side ports an
// eighth of it is kept for the trunks' own addresses, so that no scanner starves a carrier. A
// refusal is never held against its source.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "tls-front/accept/blocklist.hpp"
#include "tls-front/accept/listener_id.hpp"
#include "tls-front/accept/side.hpp"
#include "tls-front/accept/source.hpp"
#include "tls-front/accept/trunk_sources.hpp"
#include "tls-front/front/front_settings.hpp"

namespace ringfence::tls_front {

enum class Refusal : std::uint8_t {
  blocked,             // the source is on the blocklist
  source_handshakes,   // handshakes_per_source
  source_connections,  // connections_per_source
  over_cap,            // handshake_cap on this port, or what of it is not the trunks'
};

// As it stands in counter names.
std::string_view name_of(Refusal refusal);

// The source that a connection counts against; none: private or a trunk's when it came.
using CountedSource = std::optional<Source>;

class HandshakeGovernor {
 public:
  // An eighth.
  static constexpr std::uint32_t kTrunkShare = 8;

  HandshakeGovernor(const FrontSettings& settings, const Blocklist& blocklist,
                    const TrunkSources& trunks)
      : settings_(settings), blocklist_(blocklist), trunks_(trunks) {}

  struct Knock {
    ListenerId listener;
    Side side = Side::public_side;
    IpAddress address;
  };
  // Admitted, it has taken a place in flight and one of its source's connections.
  std::expected<CountedSource, Refusal> admit(const Knock& knock, TimePoint now);
  // Well or badly: the place in flight is free.
  void handshake_over(ListenerId listener, const CountedSource& source);
  // Or it counts no longer, for it proved to be a trunk's. Once per connection.
  void connection_over(const CountedSource& source);

  std::uint32_t in_flight(ListenerId listener) const;

 private:
  struct Usage {
    std::uint32_t handshakes = 0;
    std::uint32_t connections = 0;
  };

  std::optional<Refusal> limit_reached(const Source& source) const;
  std::uint32_t cap_for(Side side, bool is_trunk) const;
  void forget_if_idle(const Source& source);

  const FrontSettings& settings_;
  const Blocklist& blocklist_;
  const TrunkSources& trunks_;
  std::unordered_map<ListenerId, std::uint32_t> in_flight_;
  std::unordered_map<Source, Usage> sources_;  // of open connections only
};

}  // namespace ringfence::tls_front

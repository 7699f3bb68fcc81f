// How long a connection may stay as it is (R190, R033, F047). Pure. The class is what
// sip-core says of the peer: a registered phone and a trunk may be silent as long as they like, for
// the registration or the trunk's own probe ends them.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/clock.hpp"
#include "tls-front/front/front_settings.hpp"

namespace ringfence::tls_front {

enum class Stage : std::uint8_t {
  first_message,  // nothing whole has come yet
  in_message,     // from its first octet on
  idle,
};

enum class PeerClass : std::uint8_t { unknown, registered, trunk };

// nullopt: for ever.
inline std::optional<Duration> time_allowed(Stage stage, PeerClass peer,
                                            const FrontSettings& settings) {
  switch (stage) {
    case Stage::first_message:
      if (peer != PeerClass::unknown) return std::nullopt;
      return settings.first_message_timeout;
    case Stage::in_message:
      return settings.message_timeout;
    case Stage::idle:
      if (peer != PeerClass::unknown) return std::nullopt;
      return settings.idle_timeout;
  }
  return std::nullopt;
}

}  // namespace ringfence::tls_front

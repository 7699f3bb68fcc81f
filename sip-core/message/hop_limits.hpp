// Hop limits: how far and how wide a request may still go (RFC 3261 §16.3 and §16.6, RFC 5393 §5).
// A loop through other boxes is ended by these alone: our Call-IDs and branches are new on every
// leg. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "sip-core/message/message.hpp"

namespace ringfence::sip_core::sip {

inline constexpr std::uint32_t kDefaultForwards = 70;
inline constexpr std::uint32_t kDefaultBreadth = 60;

// The Max-Forwards of what we send on; nullopt: none is left, and the request gets 483 (R048).
std::optional<std::uint32_t> forwards_left(const Message& request);
// How many branches may be open at once (R065). Zero, or fewer than are needed: 440.
std::uint32_t breadth_left(const Message& request);
// The Max-Breadth of each of that many branches, which together have no more than was given.
std::uint32_t breadth_of_branch(std::uint32_t breadth, std::uint32_t branches);

}  // namespace ringfence::sip_core::sip

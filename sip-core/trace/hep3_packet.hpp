// write_hep3: one message as a HEPv3 packet, as Homer's collectors read them: "HEP3", the length,
// and chunks of vendor, type, length and value, big-endian. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sip-core/trace/trace_message.hpp"

namespace ringfence::sip_core::trace {

struct Hep3Sender {
  std::uint32_t capture_id = 0;
  std::string password;  // empty: none is sent
};

// Appends one packet. `correlation` is the same for all legs of a call; empty: none is sent.
void write_hep3(const TraceMessage& message, const Hep3Sender& sender, std::string_view correlation,
                std::string& out);

}  // namespace ringfence::sip_core::trace

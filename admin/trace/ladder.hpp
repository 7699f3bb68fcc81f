// Ladder: a trace as text, one line per message: the time since the first one, the peer of leg a,
// Ringfence, the peer of leg b, and between them an arrow with what was said. Messages of no call
// stand on the left. Pure; it is written as messages come, so a column only ever grows wider. No
// octet of a message can steer a terminal.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "admin/print/text_table.hpp"
#include "admin/trace/traced_message.hpp"

namespace ringfence::admin {

enum class LadderDetail : std::uint8_t { lines, whole_messages };

class Ladder {
 public:
  Ladder(LadderDetail detail, Colours colours) : detail_(detail), colours_(colours) {}

  // The lines for one message, each with its newline; before the first a heading, and before the
  // first of each Call-ID a line that names it.
  std::string add(const TracedMessage& message);

 private:
  std::string heading(const TracedMessage& first) const;
  std::uint32_t number_of(const TracedMessage& message);
  std::string introduction(const TracedMessage& message, std::uint32_t number);
  std::string arrow(const TracedMessage& message, TraceLeg side) const;

  LadderDetail detail_;
  Colours colours_;
  std::optional<std::chrono::nanoseconds> start_;
  std::size_t peer_width_ = 25;
  std::map<std::string, std::uint32_t> numbers_;  // by call, or Call-ID where there is none
  std::set<std::string> introduced_;              // Call-IDs
};

// "127.0.0.1:5060 udp"
std::string peer_label(const TracedMessage& message);

}  // namespace ringfence::admin

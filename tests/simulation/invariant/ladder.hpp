// Ladder: the last messages that passed the box's border, and which Call-IDs are the legs of one
// call. Prints a call's messages as lines, oldest first. A bounded memory: of a long run only the
// end is kept.
#pragma once

#include <cstdint>
#include <deque>
#include <iosfwd>
#include <string>
#include <string_view>
#include <unordered_map>

#include "runtime/socket_address.hpp"
#include "tests/simulation/time/schedule.hpp"

namespace ringfence::simulation {

enum class Way : std::uint8_t { in, out };  // as the box sees it

class Ladder {
 public:
  Ladder(const Schedule& schedule, std::size_t kept) : schedule_(schedule), kept_(kept) {}

  void note(Way way, const SocketAddress& peer, std::string_view octets);
  // Something that happened to all: "sip-core was killed".
  void note(std::string sentence);
  // That this Call-ID is a leg of call `number`.
  void link(std::string_view call_id, std::uint64_t number);
  std::uint64_t number_of(std::string_view call_id) const;  // 0: unknown

  void print(std::ostream& out, std::string_view call_id) const;
  void print_call(std::ostream& out, std::uint64_t number) const;

 private:
  struct Line {
    Duration at{};
    Way way = Way::in;
    SocketAddress peer;
    std::string octets;  // or a sentence: then no peer
  };
  template <typename Wanted>
  void print_if(std::ostream& out, Wanted wanted) const;

  const Schedule& schedule_;
  std::size_t kept_;
  std::deque<Line> lines_;
  std::unordered_map<std::string, std::uint64_t> calls_;
};

// The value of a header field in octets that need not be well-formed; "" where there is none.
std::string_view field_of(std::string_view octets, std::string_view name);

}  // namespace ringfence::simulation

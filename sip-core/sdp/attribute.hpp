// Attribute: one a= line, "name" or "name:value" (RFC 8866 §5.13), kept as written and in order.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence::sip_core::sdp {

struct Attribute {
  std::string name;
  std::optional<std::string> value;

  bool operator==(const Attribute&) const = default;
};

using Attributes = std::vector<Attribute>;

const Attribute* find(const Attributes& attributes, std::string_view name);
// The value of the first of that name, "" for one without a value; nullopt when absent.
std::optional<std::string_view> value_of(const Attributes& attributes, std::string_view name);
void remove(Attributes& attributes, std::string_view name);

// RFC 8866 §6.7: the one that stands last counts here, as there should be one at most.
enum class Direction { sendrecv, sendonly, recvonly, inactive };
std::string_view to_text(Direction direction);
std::optional<Direction> direction_of(const Attributes& attributes);
void set_direction(Attributes& attributes, Direction direction);
Direction reversed(Direction direction);  // what the other side sees

}  // namespace ringfence::sip_core::sdp

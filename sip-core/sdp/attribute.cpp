#include "sip-core/sdp/attribute.hpp"

#include <algorithm>
#include <array>

namespace ringfence::sip_core::sdp {

namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 4> kDirections = {"sendrecv", "sendonly", "recvonly",
                                                         "inactive"};

std::optional<Direction> direction_from(std::string_view name) {
  for (std::size_t i = 0; i < kDirections.size(); ++i) {
    if (kDirections[i] == name) return static_cast<Direction>(i);
  }
  return std::nullopt;
}

}  // namespace

const Attribute* find(const Attributes& attributes, std::string_view name) {
  const auto found = std::ranges::find(attributes, name, &Attribute::name);
  return found == attributes.end() ? nullptr : &*found;
}

std::optional<std::string_view> value_of(const Attributes& attributes, std::string_view name) {
  const Attribute* found = find(attributes, name);
  if (found == nullptr) return std::nullopt;
  return found->value ? std::string_view(*found->value) : std::string_view();
}

void remove(Attributes& attributes, std::string_view name) {
  std::erase_if(attributes, [name](const Attribute& a) { return a.name == name; });
}

std::string_view to_text(Direction direction) {
  return kDirections[static_cast<std::size_t>(direction)];
}

std::optional<Direction> direction_of(const Attributes& attributes) {
  std::optional<Direction> last;
  for (const Attribute& attribute : attributes) {
    if (attribute.value) continue;
    if (const auto direction = direction_from(attribute.name)) last = direction;
  }
  return last;
}

void set_direction(Attributes& attributes, Direction direction) {
  std::erase_if(attributes, [](const Attribute& a) { return direction_from(a.name).has_value(); });
  attributes.push_back({std::string(to_text(direction)), std::nullopt});
}

Direction reversed(Direction direction) {
  switch (direction) {
    case Direction::sendonly:
      return Direction::recvonly;
    case Direction::recvonly:
      return Direction::sendonly;
    case Direction::sendrecv:
    case Direction::inactive:
      return direction;
  }
  return direction;
}

}  // namespace ringfence::sip_core::sdp

#include "sip-core/sdp/attribute.hpp"

#include <array>

#include "runtime/octet_scan.hpp"

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

constexpr std::string_view kPrefix = "a=";
constexpr std::string_view kLineEnd = "\r\n";

}  // namespace

Attributes::Iterator& Attributes::Iterator::operator++() {
  at_end_ = rest_.empty();
  if (at_end_) return *this;
  const std::string_view line = rest_.substr(0, rest_.find('\r'));
  rest_.remove_prefix(line.size() + kLineEnd.size());
  line_ = line.substr(kPrefix.size());
  const std::size_t colon = line_.find(':');
  current_.name = line_.substr(0, colon);
  current_.value.reset();
  if (colon != std::string_view::npos) current_.value = line_.substr(colon + 1);
  return *this;
}

Attributes::Attributes(std::initializer_list<Attribute> list) {
  for (const Attribute& attribute : list)
    push_back(attribute);
}

void Attributes::push_back(const Attribute& attribute) {
  lines_ += kPrefix;
  append(attribute.name);
  if (attribute.value) {
    lines_ += ':';
    append(*attribute.value);
  }
  lines_ += kLineEnd;
  ++count_;
}

void Attributes::push_clean_line(std::string_view line) {
  lines_ += kPrefix;
  lines_ += line;
  lines_ += kLineEnd;
  ++count_;
}

// What would end the line becomes a space.
void Attributes::append(std::string_view text) {
  const std::size_t start = lines_.size();
  lines_ += text;
  const char* const data = lines_.data();
  std::size_t at = find_control(data, start, lines_.size());
  while (at < lines_.size()) {
    if (const char c = data[at]; c == '\r' || c == '\n' || c == '\0') lines_[at] = ' ';
    at = find_control(data, at + 1, lines_.size());
  }
}

bool has(const Attributes& attributes, std::string_view name) {
  return value_of(attributes, name).has_value();
}

std::optional<std::string_view> value_of(const Attributes& attributes, std::string_view name) {
  for (const Attribute& attribute : attributes) {
    if (attribute.name == name) return attribute.value.value_or("");
  }
  return std::nullopt;
}

void remove(Attributes& attributes, std::string_view name) {
  attributes.remove_if([name](const Attribute& a) { return a.name == name; });
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

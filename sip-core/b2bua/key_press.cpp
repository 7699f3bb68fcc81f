#include "sip-core/b2bua/key_press.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core {
namespace {

constexpr std::string_view kRelay = "application/dtmf-relay";
constexpr std::string_view kPlain = "application/dtmf";
constexpr std::string_view kKeys = "0123456789*#ABCD";
constexpr std::chrono::milliseconds kShortest{40};
constexpr std::chrono::milliseconds kLongest{5000};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::optional<unsigned> number_in(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A key, or the number that RFC 4733 gives it.
std::optional<std::uint8_t> event_of(std::string_view signal) {
  if (signal.size() == 1) {
    const char key =
        signal[0] >= 'a' && signal[0] <= 'd' ? static_cast<char>(signal[0] - 'a' + 'A') : signal[0];
    const auto place = kKeys.find(key);
    if (place != kKeys.npos) return static_cast<std::uint8_t>(place);
  }
  const auto number = number_in(signal);
  if (!number || *number >= kKeys.size()) return std::nullopt;
  return static_cast<std::uint8_t>(*number);
}

// The value of a line "NAME=VALUE"; empty: there is none.
std::string_view value_of(std::string_view body, std::string_view name) {
  while (!body.empty()) {
    const std::string_view line = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(body.size(), line.size() + 1));
    const auto equals = line.find('=');
    if (equals == line.npos) continue;
    if (sip::equal_without_case(trimmed(line.substr(0, equals)), name)) {
      return trimmed(line.substr(equals + 1));
    }
  }
  return {};
}

}  // namespace

bool tells_key(const sip::Message& info) {
  const std::string_view type = info.content_type();
  return sip::equal_without_case(type, kRelay) || sip::equal_without_case(type, kPlain);
}

std::optional<KeyPress> read_key_press(const sip::Message& info) {
  const bool relay = sip::equal_without_case(info.content_type(), kRelay);
  const auto event = event_of(relay ? value_of(info.body(), "Signal") : trimmed(info.body()));
  if (!event) return std::nullopt;
  KeyPress press{*event};
  const auto duration = relay ? number_in(value_of(info.body(), "Duration")) : std::nullopt;
  if (duration) {
    press.duration = std::clamp(std::chrono::milliseconds(*duration), kShortest, kLongest);
  }
  return press;
}

}  // namespace ringfence::sip_core

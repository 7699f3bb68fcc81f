#include "sip-core/sdp/base64.hpp"

#include <array>
#include <cstddef>

namespace ringfence::sip_core::sdp {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kInvalid = 0xff;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kInvalid);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr auto kValues = make_values();

// Without its padding; nullopt when the padding does not complete a group of four.
std::optional<std::string_view> unpadded(std::string_view text) {
  std::size_t size = text.size();
  while (size > 0 && text[size - 1] == '=')
    --size;
  const std::size_t padding = text.size() - size;
  if (padding > 2 || (padding > 0 && text.size() % 4 != 0)) return std::nullopt;
  return text.substr(0, size);
}

}  // namespace

std::string base64_encode(std::span<const std::uint8_t> octets, Padding padding) {
  std::string out;
  out.reserve((octets.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const std::uint8_t octet : octets) {
    bits = (bits << 8) | octet;
    held += 8;
    while (held >= 6) {
      held -= 6;
      out += kAlphabet[(bits >> held) & 63];
    }
  }
  if (held > 0) out += kAlphabet[(bits << (6 - held)) & 63];
  if (padding == Padding::with) {
    while (out.size() % 4 != 0)
      out += '=';
  }
  return out;
}

std::optional<SecretBytes> base64_decode(std::string_view text) {
  const auto characters = unpadded(text);
  if (!characters || characters->size() % 4 == 1) return std::nullopt;
  SecretBytes out(characters->size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  std::size_t written = 0;
  for (const char c : *characters) {
    const std::uint8_t value = kValues[static_cast<unsigned char>(c)];
    if (value == kInvalid) return std::nullopt;
    bits = (bits << 6) | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out.bytes()[written++] = static_cast<std::uint8_t>(bits >> held);
    bits &= (1U << held) - 1;
  }
  if (bits != 0) return std::nullopt;  // one key, one spelling
  return out;
}

}  // namespace ringfence::sip_core::sdp

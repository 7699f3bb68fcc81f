#include "sip-core/stun/binding_response.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace ringfence::stun {
namespace {

// RFC 5389 §6
constexpr std::size_t kHeaderSize = 20;
constexpr std::uint32_t kMagicCookie = 0x2112'a442;
constexpr std::uint16_t kBindingRequest = 0x0001;
constexpr std::uint16_t kBindingSuccess = 0x0101;
constexpr std::uint16_t kBindingError = 0x0111;
// §15
constexpr std::uint16_t kErrorCode = 0x0009;
constexpr std::uint16_t kUnknownAttributes = 0x000a;
constexpr std::uint16_t kXorMappedAddress = 0x0020;
constexpr std::uint16_t kFingerprint = 0x8028;
constexpr std::uint16_t kFirstOptional = 0x8000;  // below it an attribute must be understood
constexpr std::uint32_t kFingerprintXor = 0x5354'554e;
constexpr std::size_t kMostUnknown = 8;

std::uint16_t read16(std::string_view octets, std::size_t at) {
  const auto high = static_cast<unsigned char>(octets[at]);
  const auto low = static_cast<unsigned char>(octets[at + 1]);
  return static_cast<std::uint16_t>(high << 8 | low);
}

std::uint32_t read32(std::string_view octets, std::size_t at) {
  return static_cast<std::uint32_t>(read16(octets, at)) << 16 | read16(octets, at + 2);
}

void put16(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xff);
}

void put32(std::string& out, std::uint32_t value) {
  put16(out, static_cast<std::uint16_t>(value >> 16));
  put16(out, static_cast<std::uint16_t>(value & 0xffff));
}

// The reflected CRC-32 of ITU V.42, which FINGERPRINT is (§15.5).
std::uint32_t crc32(std::string_view octets) {
  std::uint32_t crc = 0xffff'ffff;
  for (const char c : octets) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb8'8320 : 0);
  }
  return ~crc;
}

struct Request {
  std::vector<std::uint16_t> not_understood;
  bool has_fingerprint = false;
};

// nullopt: the attributes do not fill the length that the header gives.
std::optional<Request> read_attributes(std::string_view octets) {
  Request request;
  for (std::size_t at = kHeaderSize; at < octets.size();) {
    if (octets.size() - at < 4) return std::nullopt;
    const std::uint16_t type = read16(octets, at);
    const std::size_t padded = (read16(octets, at + 2) + std::size_t{3}) / 4 * 4;
    at += 4;
    if (octets.size() - at < padded) return std::nullopt;
    at += padded;
    if (type == kFingerprint) request.has_fingerprint = true;
    if (type < kFirstOptional && request.not_understood.size() < kMostUnknown) {
      request.not_understood.push_back(type);
    }
  }
  return request;
}

void put_mapped_address(std::string& out, std::string_view transaction_and_cookie,
                        const SocketAddress& source) {
  const std::size_t size = source.ip.is_v6() ? 16 : 4;
  put16(out, kXorMappedAddress);
  put16(out, static_cast<std::uint16_t>(4 + size));
  put16(out, source.ip.is_v6() ? 2 : 1);
  put16(out, static_cast<std::uint16_t>(source.port ^ (kMagicCookie >> 16)));
  for (std::size_t i = 0; i < size; ++i) {
    const auto mask = static_cast<unsigned char>(transaction_and_cookie[i]);
    out += static_cast<char>(source.ip.octets()[i] ^ mask);
  }
}

void put_unknown_attributes(std::string& out, const std::vector<std::uint16_t>& unknown) {
  constexpr std::string_view kReason = "Unknown Attribute";
  put16(out, kErrorCode);
  put16(out, static_cast<std::uint16_t>(4 + kReason.size()));
  put32(out, 4 << 8 | 20);  // class and number of 420
  out += kReason;
  out.append((4 - kReason.size() % 4) % 4, '\0');
  put16(out, kUnknownAttributes);
  put16(out, static_cast<std::uint16_t>(unknown.size() * 2));
  for (const std::uint16_t type : unknown)
    put16(out, type);
  if (unknown.size() % 2 != 0) put16(out, 0);
}

}  // namespace

bool is_message(std::string_view octets) {
  return octets.size() >= kHeaderSize && (static_cast<unsigned char>(octets[0]) & 0xc0) == 0 &&
         read32(octets, 4) == kMagicCookie;
}

std::optional<std::string> binding_response(std::string_view request, const SocketAddress& source) {
  if (!is_message(request) || read16(request, 0) != kBindingRequest) return std::nullopt;
  if (read16(request, 2) != request.size() - kHeaderSize) return std::nullopt;
  const auto read = read_attributes(request);
  if (!read) return std::nullopt;
  const std::string_view cookie_and_transaction = request.substr(4, 16);
  std::string attributes;
  if (read->not_understood.empty()) {
    put_mapped_address(attributes, cookie_and_transaction, source);
  } else {
    put_unknown_attributes(attributes, read->not_understood);
  }
  constexpr std::size_t kFingerprintSize = 8;
  const std::size_t length = attributes.size() + (read->has_fingerprint ? kFingerprintSize : 0);
  std::string out;
  put16(out, read->not_understood.empty() ? kBindingSuccess : kBindingError);
  put16(out, static_cast<std::uint16_t>(length));
  out += cookie_and_transaction;
  out += attributes;
  if (!read->has_fingerprint) return out;
  const std::uint32_t fingerprint = crc32(out) ^ kFingerprintXor;
  put16(out, kFingerprint);
  put16(out, 4);
  put32(out, fingerprint);
  return out;
}

}  // namespace ringfence::stun

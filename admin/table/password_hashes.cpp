#include "admin/table/password_hashes.hpp"

#include <array>
#include <cstdint>

#include "sip-core/digest/algorithm.hpp"

namespace ringfence::admin {

PasswordHashes hash_password(std::string_view username, std::string_view realm,
                             std::string_view password) {
  using sip_core::digest::Algorithm;
  using sip_core::digest::make_ha1;
  return {make_ha1(Algorithm::md5, username, realm, password),
          make_ha1(Algorithm::sha256, username, realm, password)};
}

std::string generate_password(Random& random) {
  constexpr std::string_view kSigns = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  constexpr std::size_t kLength = 20;
  // Octets past the last whole multiple are thrown away, so that every sign is as likely.
  constexpr std::size_t kLimit = 256 - 256 % kSigns.size();
  std::string password;
  while (password.size() < kLength) {
    std::array<std::uint8_t, kLength> octets{};
    random.fill(octets);
    for (const std::uint8_t octet : octets) {
      if (octet < kLimit && password.size() < kLength) password += kSigns[octet % kSigns.size()];
    }
  }
  return password;
}

}  // namespace ringfence::admin

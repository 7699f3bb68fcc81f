#include "recorder/evidence/sha256.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "runtime/hex.hpp"

namespace ringfence::recorder {
namespace {

void require(int done) {
  if (done != 1) std::abort();
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  require(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}

void Sha256::add(std::span<const std::uint8_t> octets) {
  require(EVP_DigestUpdate(context_.get(), octets.data(), octets.size()));
}

void Sha256::add(std::string_view text) {
  require(EVP_DigestUpdate(context_.get(), text.data(), text.size()));
}

std::string Sha256::hex() const {
  const std::unique_ptr<EVP_MD_CTX, FreeContext> copy(EVP_MD_CTX_new());
  std::array<std::uint8_t, kSha256Digits / 2> hash{};
  require(EVP_MD_CTX_copy_ex(copy.get(), context_.get()));
  require(EVP_DigestFinal_ex(copy.get(), hash.data(), nullptr));
  std::string digits(kSha256Digits, '0');
  write_hex(hash, digits.data());
  return digits;
}

std::string sha256_hex(std::string_view text) {
  Sha256 hash;
  hash.add(text);
  return hash.hex();
}

bool is_sha256_hex(std::string_view text) {
  return text.size() == kSha256Digits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace ringfence::recorder

#include "recorder/evidence/base64.hpp"

#include <openssl/evp.h>

#include <cstdint>

namespace ringfence::recorder {
namespace {

const std::uint8_t* octets_of(std::string_view text) {
  return static_cast<const std::uint8_t*>(static_cast<const void*>(text.data()));
}
std::uint8_t* octets_of(std::string& text) {
  return static_cast<std::uint8_t*>(static_cast<void*>(text.data()));
}

}  // namespace

std::string base64(std::string_view octets) {
  // EVP_EncodeBlock ends what it writes with a NUL: std::string has room for it.
  std::string text((octets.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(octets_of(text), octets_of(octets), static_cast<int>(octets.size()));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  std::string octets(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(octets_of(octets), octets_of(text), static_cast<int>(text.size())) < 0) {
    return {};
  }
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  octets.resize(octets.size() - padding);
  // EVP_DecodeBlock skips blanks: what does not come out the same is not ours.
  if (base64(octets) != text) return {};
  return octets;
}

}  // namespace ringfence::recorder

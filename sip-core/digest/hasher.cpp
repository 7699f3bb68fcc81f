#include "sip-core/digest/hasher.hpp"

#include <cstdlib>

namespace ringfence::sip_core::digest {

namespace {

void require(bool worked) {
  if (!worked) std::abort();
}

}  // namespace

Hasher::Kind Hasher::make(const char* name) {
  Kind kind;
  kind.hash.reset(EVP_MD_fetch(nullptr, name, nullptr));
  kind.context.reset(EVP_MD_CTX_new());
  require(kind.hash && kind.context);
  return kind;
}

Hasher::Hasher() : md5_(make("MD5")), sha256_(make("SHA2-256")) {}

HexDigest Hasher::joined(Algorithm algorithm, std::initializer_list<std::string_view> parts) {
  const Kind& kind = algorithm == Algorithm::md5 ? md5_ : sha256_;
  EVP_MD_CTX* context = kind.context.get();
  ++count_;
  require(EVP_DigestInit_ex2(context, kind.hash.get(), nullptr) == 1);
  bool first = true;
  for (const std::string_view part : parts) {
    if (!first) require(EVP_DigestUpdate(context, ":", 1) == 1);
    first = false;
    require(EVP_DigestUpdate(context, part.data(), part.size()) == 1);
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
  unsigned int size = 0;
  require(EVP_DigestFinal_ex(context, octets.data(), &size) == 1);
  constexpr std::string_view kDigits = "0123456789abcdef";
  HexDigest out;
  for (unsigned int i = 0; i < size; ++i) {
    out.digits_[out.size_++] = kDigits[octets[i] >> 4];
    out.digits_[out.size_++] = kDigits[octets[i] & 15];
  }
  return out;
}

}  // namespace ringfence::sip_core::digest

#include "sip-core/digest/hasher.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <span>

#include "runtime/hex.hpp"
#include "runtime/secret.hpp"

namespace ringfence::sip_core::digest {

namespace {

void require(bool worked) {
  if (!worked) std::abort();
}

// Each call into libcrypto costs more than a few octets do: they are put together first. Wiped, as
// a password may be among them.
class Gathered {
 public:
  explicit Gathered(EVP_MD_CTX* context) : context_(context) {}
  Gathered(const Gathered&) = delete;
  Gathered& operator=(const Gathered&) = delete;
  ~Gathered() { wipe(octets_, most_); }

  void add(std::string_view part) {
    if (part.size() > sizeof octets_ - size_) pass_on();
    if (part.size() > sizeof octets_) return update(part);
    std::memcpy(octets_ + size_, part.data(), part.size());
    size_ += part.size();
    most_ = std::max(most_, size_);
  }
  void pass_on() {
    update({octets_, size_});
    size_ = 0;
  }

 private:
  void update(std::string_view text) {
    require(EVP_DigestUpdate(context_, text.data(), text.size()) == 1);
  }

  EVP_MD_CTX* context_;
  std::size_t size_ = 0;
  std::size_t most_ = 0;
  char octets_[512];  // enough for nearly everybody
};

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
  {
    Gathered text(context);
    for (const std::string_view& part : parts) {
      if (&part != parts.begin()) text.add(":");
      text.add(part);
    }
    text.pass_on();
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
  unsigned int size = 0;
  require(EVP_DigestFinal_ex(context, octets.data(), &size) == 1);
  HexDigest out;
  const char* end = write_hex(std::span(octets).first(size), out.digits_.data());
  out.size_ = static_cast<std::size_t>(end - out.digits_.data());
  return out;
}

}  // namespace ringfence::sip_core::digest

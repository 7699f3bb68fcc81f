#include "sip-core/transaction/stateless_tag.hpp"

#include <bit>
#include <charconv>
#include <cstring>

#include "sip-core/transaction/transaction_key.hpp"

namespace ringfence::sip_core {
namespace {

// SipHash-2-4 (Aumasson, Bernstein 2012).
class SipHash {
 public:
  explicit SipHash(const std::array<std::uint64_t, 2>& key)
      : v_{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
           key[1] ^ 0x7465646279746573} {}

  std::uint64_t of(std::string_view text) {
    const std::uint64_t length = std::uint64_t{text.size()} << 56;
    for (; text.size() >= kWord; text.remove_prefix(kWord))
      compress(word_of(text.substr(0, kWord)));
    compress(word_of(text) | length);
    v_[2] ^= 0xff;
    for (int i = 0; i < 4; ++i)
      round();
    return v_[0] ^ v_[1] ^ v_[2] ^ v_[3];
  }

 private:
  static constexpr std::size_t kWord = sizeof(std::uint64_t);

  static std::uint64_t word_of(std::string_view octets) {
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t word = 0;
    std::memcpy(&word, octets.data(), octets.size());
    return word;
  }
  void compress(std::uint64_t word) {
    v_[3] ^= word;
    round();
    round();
    v_[0] ^= word;
  }
  void round() {
    v_[0] += v_[1];
    v_[1] = std::rotl(v_[1], 13) ^ v_[0];
    v_[0] = std::rotl(v_[0], 32);
    v_[2] += v_[3];
    v_[3] = std::rotl(v_[3], 16) ^ v_[2];
    v_[0] += v_[3];
    v_[3] = std::rotl(v_[3], 21) ^ v_[0];
    v_[2] += v_[1];
    v_[1] = std::rotl(v_[1], 17) ^ v_[2];
    v_[2] = std::rotl(v_[2], 32);
  }

  std::array<std::uint64_t, 4> v_;
};

}  // namespace

std::string StatelessTag::of(const sip::Message& request) const {
  std::string text = request_identity(request, request.method_text());
  if (const auto& via = request.via()) text += via->branch;
  std::array<char, 16> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), SipHash(key_).of(text), 16).ptr;
  return {digits.data(), end};
}

void StatelessTag::put(const sip::Message& request, sip::OutgoingMessage& response) const {
  if (response.status_code() == 100 || !request.to_tag().empty()) return;
  const auto to = request.header(sip::HeaderName::to);
  if (to) response.set(sip::HeaderName::to, std::string(*to) + ";tag=" + of(request));
}

}  // namespace ringfence::sip_core

// SecretBytes: key material. Move-only, wiped when it goes, never printable: there is no conversion
// to a string and no stream operator, so that a secret cannot reach a log by accident.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace ringfence {

// Wipes in a way that the compiler keeps.
void wipe(void* data, std::size_t size);

class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size) : bytes_(size) {}
  explicit SecretBytes(std::span<const std::uint8_t> bytes) : bytes_(bytes.begin(), bytes.end()) {}
  static SecretBytes from(std::string_view text) {
    SecretBytes secret(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
      secret.bytes_[i] = static_cast<std::uint8_t>(text[i]);
    }
    return secret;
  }
  SecretBytes(SecretBytes&&) noexcept = default;
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    clear();
    bytes_ = std::move(other.bytes_);
    return *this;
  }
  ~SecretBytes() { clear(); }

  SecretBytes copy() const { return SecretBytes(std::span(bytes_)); }
  std::span<const std::uint8_t> bytes() const { return bytes_; }
  std::span<std::uint8_t> bytes() { return bytes_; }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  void clear() {
    wipe(bytes_.data(), bytes_.size());
    bytes_.clear();
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace ringfence

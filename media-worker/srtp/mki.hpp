// Mki: the master key identifier that stands in each packet of a key which was agreed with one (RFC
// 3711 §3.1, §3.4; RFC 4568 §6.1): before the tag of HMAC, at the end with AES-GCM (RFC 7714 §8.2,
// §9.3). It is not authenticated and changes nothing: a packet without it is none of this key.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ringfence::media_worker {

class Mki {
 public:
  static constexpr std::size_t kMost = 16;  // octets; RFC 4568 would allow 128

  Mki() = default;  // none
  static std::optional<Mki> of(std::span<const std::uint8_t> octets) noexcept {
    if (octets.size() > kMost) return std::nullopt;
    Mki mki;
    std::ranges::copy(octets, mki.octets_.begin());
    mki.size_ = static_cast<std::uint8_t>(octets.size());
    return mki;
  }
  bool operator==(const Mki&) const = default;
  std::span<const std::uint8_t> octets() const noexcept { return std::span(octets_).first(size_); }
  std::size_t size() const noexcept { return size_; }

  // Into a packet of `size` octets whose last `behind` come after it; the new size.
  std::size_t put(std::span<std::uint8_t> storage, std::size_t size,
                  std::size_t behind) const noexcept {
    const auto at = storage.begin() + static_cast<std::ptrdiff_t>(size - behind);
    const auto end = storage.begin() + static_cast<std::ptrdiff_t>(size);
    std::copy_backward(at, end, end + size_);
    std::ranges::copy(octets(), at);
    return size + size_;
  }
  // Out of it; nullopt: it is not there.
  std::optional<std::size_t> take(std::span<std::uint8_t> storage, std::size_t size,
                                  std::size_t behind) const noexcept {
    if (size_ == 0) return size;
    if (size < size_ + behind) return std::nullopt;
    const auto at = storage.begin() + static_cast<std::ptrdiff_t>(size - behind - size_);
    if (!std::ranges::equal(octets(), std::span(at, size_))) return std::nullopt;
    std::copy_n(at + size_, behind, at);
    return size - size_;
  }

 private:
  std::array<std::uint8_t, kMost> octets_{};
  std::uint8_t size_ = 0;
};

}  // namespace ringfence::media_worker

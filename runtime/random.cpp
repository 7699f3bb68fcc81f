#include "runtime/random.hpp"

#include "runtime/hex.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace ringfence {
namespace {

void fill_from_kernel(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t n = ::getrandom(out.data(), out.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) std::abort();
    out = out.subspan(static_cast<std::size_t>(n));
  }
}

}  // namespace

std::uint64_t Random::number() {
  std::array<std::uint8_t, sizeof(std::uint64_t)> octets{};
  fill(octets);
  std::uint64_t number = 0;
  std::memcpy(&number, octets.data(), octets.size());
  return number;
}

std::string Random::token(std::size_t octets) {
  std::array<std::uint8_t, 64> chunk{};
  std::string text(octets * 2, '0');
  char* out = text.data();
  while (octets > 0) {
    const std::size_t n = std::min(octets, chunk.size());
    fill(std::span(chunk).first(n));
    out = write_hex(std::span(chunk).first(n), out);
    octets -= n;
  }
  return text;
}

SystemRandom::~SystemRandom() {
  ::explicit_bzero(ahead_.data(), ahead_.size());
}

void SystemRandom::fill(std::span<std::uint8_t> out) {
  if (out.empty()) return;
  if (out.size() > ahead_.size()) return fill_from_kernel(out);
  if (out.size() > left_) {
    fill_from_kernel(ahead_);
    left_ = ahead_.size();
  }
  std::uint8_t* next = ahead_.data() + (ahead_.size() - left_);
  std::memcpy(out.data(), next, out.size());
  ::explicit_bzero(next, out.size());
  left_ -= out.size();
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  for (std::uint8_t& octet : out)
    octet = static_cast<std::uint8_t>(engine_());
}

}  // namespace ringfence

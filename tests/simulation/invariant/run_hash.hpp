// RunHash: one number for all that the box did and when, in order. Two runs from one seed give the
// same, or something in the engine depends on more than its events.
#pragma once

#include <cstdint>
#include <string_view>

namespace ringfence::simulation {

class RunHash {
 public:
  void add(std::string_view octets) {
    for (const char c : octets)
      value_ = (value_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  void add(std::uint64_t number) {
    value_ = (value_ ^ number) * 0x9e3779b97f4a7c15ULL;
    value_ ^= value_ >> 29;
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

}  // namespace ringfence::simulation

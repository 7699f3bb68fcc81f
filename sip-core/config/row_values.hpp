// What the rows of a snapshot have in common: values that are words, and the error that names a
// row.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/result.hpp"
#include "sip-core/sdp/crypto_suite.hpp"

namespace ringfence::sip_core {

template <typename Value, std::size_t n>
using Names = std::array<std::pair<std::string_view, Value>, n>;

template <typename Value, std::size_t n>
std::optional<Value> value_of(const Names<Value, n>& names, std::string_view text) {
  for (const auto& [name, value] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

inline std::unexpected<Error> bad_row(std::string_view table, std::uint64_t id,
                                      std::string_view column) {
  return fail("row " + std::to_string(id) + " of " + std::string(table) +
              " has an unusable value in column " + std::string(column));
}

// nullopt: a suite that we do not know. `names` is any range of texts.
template <typename Texts>
std::optional<std::vector<sdp::CryptoSuite>> suites_of(const Texts& names) {
  std::vector<sdp::CryptoSuite> suites;
  for (const std::string_view name : names) {
    const auto suite = sdp::crypto_suite_from(name);
    if (!suite || !sdp::info(*suite).usable) return std::nullopt;
    suites.push_back(*suite);
  }
  return suites;
}

inline bool fits_port(std::uint32_t port) {
  return port <= 65535;
}

}  // namespace ringfence::sip_core

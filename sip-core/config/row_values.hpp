// What the rows of a snapshot have in common: values that are words, and the error that names a
// row.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/result.hpp"

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

inline bool fits_port(std::uint32_t port) {
  return port <= 65535;
}

}  // namespace ringfence::sip_core

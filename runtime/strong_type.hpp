// Strong: an identifier or unit that does not mix with others of the same representation.
//   using LegId = Strong<std::uint64_t, struct LegIdTag>;
// Comparable, hashable, otherwise opaque; `value` is the representation.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <utility>

namespace ringfence {

template <typename T, typename Tag>
struct Strong {
  T value{};

  constexpr Strong() = default;
  constexpr explicit Strong(T v) : value(std::move(v)) {}
  auto operator<=>(const Strong&) const = default;
};

}  // namespace ringfence

template <typename T, typename Tag>
struct std::hash<ringfence::Strong<T, Tag>> {
  std::size_t operator()(const ringfence::Strong<T, Tag>& id) const noexcept {
    return std::hash<T>{}(id.value);
  }
};

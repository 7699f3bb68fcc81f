// Value: one field of a row as SQLite holds it: nothing, a whole number or text.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace ringfence::admin {

using Value = std::variant<std::monostate, std::int64_t, std::string>;

inline bool is_null(const Value& value) {
  return std::holds_alternative<std::monostate>(value);
}
// "" for NULL.
std::string to_text(const Value& value);

}  // namespace ringfence::admin

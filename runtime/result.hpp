// Result: a value or the reason why there is none, for operations that touch the system.
// Parsers use std::expected with an error enum of their own; Error here is a sentence for an
// operator
// ("cannot bind 127.0.0.1:5061: address already in use"), without a full stop and without secrets.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace ringfence {

struct Error {
  std::string message;
};

template <typename T>
using Result = std::expected<T, Error>;

// "what: strerror(errno)" for the current errno or the one given.
std::unexpected<Error> system_error(std::string_view what);
std::unexpected<Error> system_error(std::string_view what, int error_number);

inline std::unexpected<Error> fail(std::string message) {
  return std::unexpected(Error{std::move(message)});
}

}  // namespace ringfence

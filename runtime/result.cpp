#include "runtime/result.hpp"

#include <cerrno>
#include <system_error>

namespace ringfence {

std::unexpected<Error> system_error(std::string_view what, int error_number) {
  return fail(std::string(what) + ": " + std::generic_category().message(error_number));
}

std::unexpected<Error> system_error(std::string_view what) {
  return system_error(what, errno);
}

}  // namespace ringfence

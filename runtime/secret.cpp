#include "runtime/secret.hpp"

#include <cstring>

namespace ringfence {

void wipe(void* data, std::size_t size) {
  if (size > 0) ::explicit_bzero(data, size);
}

}  // namespace ringfence

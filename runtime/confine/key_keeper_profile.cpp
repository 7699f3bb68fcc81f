#include "runtime/confine/profile.hpp"

namespace ringfence {

// No path, no socket of its own making: keys come as open descriptors, questions over its link.
Profile key_keeper_profile() {
  return {"key-keeper", {}, {}, {.open_files = 1024}};
}

}  // namespace ringfence

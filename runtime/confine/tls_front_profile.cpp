#include "runtime/confine/profile.hpp"

namespace ringfence {
namespace {

constexpr std::string_view kCalls[] = {"accept4", "socket", "connect", "bind"};

}  // namespace

// No path at all: certificates and trust anchors come as open descriptors.
Profile tls_front_profile() {
  return {"tls-front", kCalls, {}, {.open_files = 65536}};
}

}  // namespace ringfence

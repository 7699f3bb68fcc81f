#include "runtime/confine/profile.hpp"

namespace ringfence {
namespace {

constexpr std::string_view kCalls[] = {"socket", "bind", "connect"};

}  // namespace

Profile media_worker_profile() {
  return {"media-worker", kCalls, {}, {.open_files = 65536}};
}

}  // namespace ringfence

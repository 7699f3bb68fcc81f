// SrtpLibrary: libsrtp2 for the life of the process. It initialises the library once, before any
// SrtpSession, and proves that it is the build on OpenSSL, by the AES-GCM that no other build that
// we accept without can do. One per process, made in main; libsrtp2 has one kernel and no locks, so
// that all of it stays on one thread.
#pragma once

#include <utility>

#include "runtime/result.hpp"

namespace ringfence::media_worker {

class SrtpLibrary {
 public:
  static Result<SrtpLibrary> start();
  SrtpLibrary(SrtpLibrary&& other) noexcept : started_(std::exchange(other.started_, false)) {}
  SrtpLibrary& operator=(SrtpLibrary&&) = delete;
  ~SrtpLibrary();

 private:
  SrtpLibrary() = default;
  bool started_ = true;
};

}  // namespace ringfence::media_worker

#include "supervisor/child/session_pages.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <utility>

namespace ringfence::supervisor {
namespace {

// Room for more sessions than a worker takes; memory is only used for those that there are.
constexpr off_t kPageSize = 32 << 20;

}  // namespace

Result<const Fd*> SessionPages::of(std::uint32_t index) {
  const auto known = pages_.find(index);
  if (known != pages_.end()) return &known->second;
  Fd page(::memfd_create("media-sessions", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!page) return system_error("cannot make memory for media sessions");
  if (::ftruncate(page.get(), kPageSize) != 0 ||
      ::fcntl(page.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return system_error("cannot size the memory for media sessions");
  }
  return &pages_.emplace(index, std::move(page)).first->second;
}

}  // namespace ringfence::supervisor

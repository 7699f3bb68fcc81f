#include "supervisor/child/kept_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <utility>

namespace ringfence::supervisor {
namespace {

// Room for more sessions than a worker takes; only what is written to takes memory.
constexpr off_t kSessionPage = 32 << 20;

}  // namespace

Result<Fd> make_kept_memory(const char* name, off_t size) {
  Fd memory(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory || ::ftruncate(memory.get(), size) != 0 ||
      ::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return system_error("no memory for " + std::string(name));
  }
  return memory;
}

Result<const Fd*> SessionPages::of(std::uint32_t index) {
  const auto known = pages_.find(index);
  if (known != pages_.end()) return &known->second;
  auto page = make_kept_memory("media-sessions", kSessionPage);
  if (!page) return std::unexpected(page.error());
  return &pages_.emplace(index, std::move(*page)).first->second;
}

}  // namespace ringfence::supervisor

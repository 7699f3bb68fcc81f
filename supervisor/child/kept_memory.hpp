// Memory that outlives a child: what it writes there, the next one of its kind finds. Anonymous,
// all zeroes at first, and sealed against a change of size; the supervisor hands it on and never
// maps it: what stands in it, keys of calls among others, is none of its business.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>

#include "runtime/fd.hpp"
#include "runtime/result.hpp"

namespace ringfence::supervisor {

// `name`: as /proc shows it.
Result<Fd> make_kept_memory(const char* name, off_t size);

// Each media worker's, by its index: its sessions. Made when it is first asked for.
class SessionPages {
 public:
  Result<const Fd*> of(std::uint32_t index);

 private:
  std::map<std::uint32_t, Fd> pages_;
};

}  // namespace ringfence::supervisor

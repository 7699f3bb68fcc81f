// SessionPages: for each media worker the memory in which it keeps its sessions, so that the next
// one goes on with them. Anonymous and sealed against
// a change of size; handed on, never mapped here: the keys in it are none of the supervisor's
// business.
#pragma once

#include <cstdint>
#include <map>

#include "runtime/fd.hpp"
#include "runtime/result.hpp"

namespace ringfence::supervisor {

class SessionPages {
 public:
  // Of that index; made when it is first asked for, and the same ever after.
  Result<const Fd*> of(std::uint32_t index);

 private:
  std::map<std::uint32_t, Fd> pages_;
};

}  // namespace ringfence::supervisor

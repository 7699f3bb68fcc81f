// Resolver: host names to addresses by c-ares, on the loop, never blocking it. Made before
// confinement, for it reads resolv.conf; hosts files are read at each query. A numeric host is
// answered at once. Every question is answered exactly once, within about five seconds (R100); at
// most 16 addresses, IPv4 first (F116).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "runtime/loop.hpp"
#include "runtime/result.hpp"
#include "sip-core/engine/event.hpp"

namespace ringfence::sip_core {

class Resolver {
 public:
  // Answers come from the loop, never from inside resolve().
  static Result<std::unique_ptr<Resolver>> make(Loop& loop,
                                                std::function<void(NameResolved)> on_resolved);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  void resolve(QueryId query, const std::string& host);

 private:
  struct Channel;
  explicit Resolver(std::unique_ptr<Channel> channel);
  std::unique_ptr<Channel> channel_;
};

}  // namespace ringfence::sip_core

// Resolver: names to DNS records by c-ares, on the loop, never blocking it. Made before
// confinement, for it reads resolv.conf; hosts files are read at each query. A numeric host is
// answered at once, a name of the loopback or of the hosts file without the DNS (and so without
// NAPTR or SRV). Every question is answered exactly once, within five seconds (R100); at most 16
// addresses, IPv4 first.
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
  // Answers come from the loop, never from inside resolve(). `name_servers`: addresses with or
  // without ports, separated by commas; empty: those of the system.
  static Result<std::unique_ptr<Resolver>> make(Loop& loop, const std::string& name_servers,
                                                std::function<void(NameResolved)> on_resolved);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  void resolve(QueryId query, RecordType type, const std::string& name);

 private:
  struct Channel;
  explicit Resolver(std::unique_ptr<Channel> channel);
  std::unique_ptr<Channel> channel_;
};

}  // namespace ringfence::sip_core

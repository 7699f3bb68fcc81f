// Listener: one listening socket that the supervisor bound. It accepts what waits, a bounded number
// per loop turn, and pauses instead of spinning when the process has no descriptor left: what waits
// then waits in the kernel.
#pragma once

#include <functional>

#include "runtime/counters.hpp"
#include "runtime/fd.hpp"
#include "runtime/loop.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::tls_front {

class Listener {
 public:
  using OnAccepted = std::function<void(Fd socket, const SocketAddress& remote)>;

  Listener(Loop& loop, Fd socket, Counter& out_of_descriptors, OnAccepted on_accepted);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { poll_.close(); }

  void start() { poll_.watch(Interest::readable); }

 private:
  void accept_waiting();
  void pause();

  Loop& loop_;
  Fd socket_;
  Counter& out_of_descriptors_;
  OnAccepted on_accepted_;
  Poll poll_;
  Timer pause_;
};

}  // namespace ringfence::tls_front

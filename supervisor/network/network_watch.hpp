// NetworkWatch: tells when this machine's network is another one than it was (F119): an address of
// an interface that is up came or went, or a default route did. What the kernel repeats without a
// change (router advertisements do) is nothing. It listens to the kernel only (rtnetlink(7)), never
// to the network, and needs no privilege.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "runtime/fd.hpp"
#include "runtime/loop.hpp"
#include "runtime/result.hpp"
#include "supervisor/network/network_notice.hpp"

namespace ringfence::supervisor {

// "eth0 192.0.2.7": of interfaces that are up and running, without loopback and link-local ones.
std::set<std::string> addresses_in_use();

class NetworkWatch {
 public:
  // An interface that comes up is a handful of messages.
  static constexpr std::chrono::milliseconds kBurst{250};

  // `on_change` is given one sentence's worth of what changed.
  NetworkWatch(Loop& loop, std::function<void(const std::string& what)> on_change);
  NetworkWatch(const NetworkWatch&) = delete;
  NetworkWatch& operator=(const NetworkWatch&) = delete;
  ~NetworkWatch() { poll_.close(); }

  // Errors: the kernel gives no such socket.
  Result<void> start();

 private:
  void drain();
  void look();

  Loop& loop_;
  std::function<void(const std::string&)> on_change_;
  Fd netlink_;
  Poll poll_;
  Timer burst_;
  bool waits_ = false;
  NetworkNotice pending_;
  std::set<std::string> addresses_;
};

}  // namespace ringfence::supervisor

// HepExport: sends what the traces hold to a Homer collector, as the settings hep_server,
// hep_capture_id and hep_password say. One UDP socket; all packets of a turn leave in one call;
// what the kernel cannot take now is dropped and counted. It never waits and never gives up.
#pragma once

#include <sys/socket.h>

#include <string>
#include <vector>

#include "runtime/counters.hpp"
#include "runtime/fd.hpp"
#include "runtime/log.hpp"
#include "sip-core/config/config.hpp"
#include "sip-core/trace/hep3_packet.hpp"
#include "sip-core/trace/traces.hpp"

namespace ringfence::sip_core {

// The same for every message of a call and unique over restarts: HEP's correlation id.
std::string call_label(std::uint64_t epoch, CallNumber call);

class HepExport {
 public:
  // All of them outlive it. `epoch` is this process'.
  HepExport(Logger& log, Counters& counters, std::uint64_t epoch, const trace::Traces& traces);

  void configure(const Config& config);
  bool is_on() const { return static_cast<bool>(socket_); }
  // At the end of a turn.
  void send_new();

 private:
  void connect_to(const std::string& server);
  void send_batch();

  Logger& log_;
  Counter& sent_;
  Counter& dropped_;
  std::uint64_t epoch_;
  const trace::Traces& traces_;
  std::string server_;  // as the setting says it
  trace::Hep3Sender sender_;
  Fd socket_;
  sockaddr_storage address_{};
  socklen_t address_size_ = 0;
  std::uint64_t next_ = 0;
  std::vector<std::string> packets_;  // kept for their memory
  std::size_t filled_ = 0;
};

}  // namespace ringfence::sip_core

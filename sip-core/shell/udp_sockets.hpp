// UdpSockets: the signalling sockets that the supervisor bound. Datagrams are received in batches
// and become events; what a turn sends leaves in one system call per listener. A datagram that
// waited in the socket longer than a transaction lives (32 s, RFC 3261 Timer B) is dropped, and so
// is what the kernel cannot take now: SIP over UDP retransmits.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/counters.hpp"
#include "runtime/fd.hpp"
#include "runtime/log.hpp"
#include "runtime/loop.hpp"
#include "sip-core/engine/action.hpp"
#include "sip-core/engine/event.hpp"

namespace ringfence::sip_core {

class UdpSockets {
 public:
  UdpSockets(Loop& loop, Logger& log, Counters& counters,
             std::function<void(DatagramReceived)> on_datagram);
  ~UdpSockets();

  void add(ListenerId listener, Fd socket);  // replaces one of the same id
  void remove(ListenerId listener);
  void send(SendDatagram datagram);
  void flush();  // at the end of the turn

 private:
  struct Batch;  // the receive buffers, shared by all sockets
  struct Socket {
    Fd fd;
    Poll poll;
    std::vector<SendDatagram> outgoing;
  };
  void receive(ListenerId listener);
  bool receive_batch(ListenerId listener, int fd);
  void take(ListenerId listener, std::size_t index, std::size_t size);
  void flush_socket(Socket& socket);

  Loop& loop_;
  Logger& log_;
  Counter& received_;
  Counter& sent_;
  Counter& late_;
  Counter& truncated_;
  Counter& send_failed_;
  std::function<void(DatagramReceived)> on_datagram_;
  std::map<ListenerId, Socket> sockets_;
  std::unique_ptr<Batch> batch_;
};

}  // namespace ringfence::sip_core

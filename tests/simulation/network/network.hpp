// Network: datagrams that are lost, repeated, delayed and overtake each other, and stream
// connections whose octets arrive in other pieces than they were written in. Addresses are
// attached by whoever lives there; what is sent to nobody is gone. Delivers only in planned acts,
// never from within a send.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "runtime/socket_address.hpp"
#include "tests/simulation/time/dice.hpp"
#include "tests/simulation/time/schedule.hpp"

namespace ringfence::simulation {

// One end of a stream connection.
using StreamId = Strong<std::uint64_t, struct StreamIdTag>;

class StreamOwner {
 public:
  virtual ~StreamOwner() = default;
  virtual void on_connected(StreamId stream) = 0;  // it stands, at this end: dialled or accepted
  virtual void on_octets(StreamId stream, std::string_view octets) = 0;
  virtual void on_closed(StreamId stream) = 0;  // also of a dial that was refused
};

class StreamListener {
 public:
  virtual ~StreamListener() = default;
  // Who will own this end; nullptr refuses.
  virtual StreamOwner* accept(StreamId stream, const SocketAddress& from) = 0;
};

struct Conditions {
  double loss = 0.05;
  double repetition = 0.01;
  double straggling = 0.01;  // a delay far beyond the others': overtaken, and sent again meanwhile
  Duration least_delay = std::chrono::milliseconds(1);
  Duration most_delay = std::chrono::milliseconds(20);
  Duration straggler_delay = std::chrono::milliseconds(900);
};

class Network {
 public:
  using Receive = std::function<void(const SocketAddress& from, std::string octets)>;

  Network(Schedule& schedule, Conditions conditions, std::uint64_t seed)
      : schedule_(schedule), conditions_(conditions), dice_(seed, "network") {}

  void attach(const SocketAddress& address, Receive receive);
  void detach(const SocketAddress& address) { datagrams_.erase(address); }
  void send(const SocketAddress& from, const SocketAddress& to, std::string octets);

  void listen(const SocketAddress& address, StreamListener& listener) {
    listeners_[address] = &listener;
  }
  void stop_listening(const SocketAddress& address) { listeners_.erase(address); }
  StreamId connect(const SocketAddress& from, const SocketAddress& to, StreamOwner& owner);
  void write(StreamId stream, std::string_view octets);
  // What was written before still arrives; then the other end hears of it. Ours hears nothing.
  void close(StreamId stream);
  // The path breaks: both ends hear of it, and what was on the way is lost.
  void cut(StreamId stream);
  // Its process died: as cut(), and it hears nothing.
  void abandon(StreamId stream);
  std::size_t streams() const { return pipes_.size(); }

 private:
  struct End {
    StreamOwner* owner = nullptr;  // nullptr: closed by itself
    std::string arriving;
    TimePoint last;  // nothing arrives before this
    bool delivering = false;
    bool other_closed = false;
  };
  struct Pipe {
    std::array<End, 2> ends;
  };

  Duration delay();
  void deliver_later(const SocketAddress& from, const SocketAddress& to, std::string octets);
  void accept(std::uint64_t pipe, const SocketAddress& from, const SocketAddress& to);
  void deliver(StreamId to);
  void arm(StreamId to);
  void tell_closed(StreamId end, Duration in);
  void drop_if_over(std::uint64_t pipe);
  End* end_of(StreamId stream);
  static StreamId other(StreamId stream) { return StreamId(stream.value ^ 1U); }

  Schedule& schedule_;
  Conditions conditions_;
  Dice dice_;
  std::unordered_map<SocketAddress, Receive> datagrams_;
  std::map<SocketAddress, StreamListener*> listeners_;
  std::unordered_map<std::uint64_t, Pipe> pipes_;
  std::uint64_t last_pipe_ = 0;
};

}  // namespace ringfence::simulation

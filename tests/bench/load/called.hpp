// Called: the load driver's user agent server on UDP: it answers an INVITE with 180 and 200 at
// once, repeats the 200 until its ACK comes, and a BYE with 200. One thread, on the loop.
#pragma once

#include <string>
#include <unordered_map>

#include "runtime/fd.hpp"
#include "sip-core/message/message.hpp"
#include "tests/bench/load/audio.hpp"
#include "tests/bench/load/transport.hpp"

namespace ringfence::bench {

// One audio stream at that port of 127.0.0.1.
std::string audio_description(Port port);

class Called {
 public:
  // Throws std::system_error where the port cannot be had.
  Called(Loop& loop, Port port);
  std::uint64_t repeated() const { return repeated_; }
  const AudioResult& audio() const { return audio_result_; }  // of the calls that have ended

 private:
  struct Waiting {
    std::string ok;
    SocketAddress peer;
    TimePoint answered;
    Timer timer;
  };

  // Secured where the offer is.
  std::string answer_to(const sip_core::sip::Message& invite);
  void receive();
  void take(const sip_core::sip::Message& request, const SocketAddress& peer);
  void end_audio(const std::string& call_id);
  void answer_invite(const sip_core::sip::Message& invite, const SocketAddress& peer);
  void repeat(const std::string& call_id, Duration after);
  void give_up(std::string call_id);
  void send(const SocketAddress& peer, std::string_view octets) const;

  Loop& loop_;
  Fd socket_;
  std::string contact_;
  Poll poll_;
  std::unordered_map<std::string, Waiting> waiting_;  // for the ACK, by Call-ID
  std::unordered_map<std::string, AudioPtr> audio_;   // by Call-ID
  AudioResult audio_result_;
  SystemRandom random_;
  std::uint64_t repeated_ = 0;
};

}  // namespace ringfence::bench

// MediaEnd: a simulated phone's microphone and ear: a few RTP or SRTP packets whose payload is
// known, and what was heard of the other's. Finds plain words where SRTP was agreed.
#pragma once

#include <optional>
#include <string>

#include "media-worker/srtp/srtp_session.hpp"
#include "tests/simulation/invariant/findings.hpp"
#include "tests/simulation/network/network.hpp"

namespace ringfence::simulation {

class MediaEnd {
 public:
  MediaEnd(Network& network, Findings& findings, SocketAddress local, std::string call_id);
  ~MediaEnd();
  MediaEnd(const MediaEnd&) = delete;
  MediaEnd& operator=(const MediaEnd&) = delete;

  // Keys as in SDP; empty: plain. `ssrc` is this phone's.
  void agree(SocketAddress remote, const std::string& send_key, const std::string& receive_key,
             std::uint32_t ssrc);
  void speak();
  std::uint64_t heard() const { return heard_; }

 private:
  void on_packet(const std::string& octets);

  Network& network_;
  Findings& findings_;
  SocketAddress local_;
  std::string call_id_;
  SocketAddress remote_;
  std::string send_key_;
  std::string receive_key_;
  std::optional<media_worker::SrtpSession> send_;
  std::optional<media_worker::SrtpSession> receive_;
  std::uint32_t ssrc_ = 0;
  std::uint16_t sequence_ = 100;
  std::uint64_t heard_ = 0;
};

}  // namespace ringfence::simulation

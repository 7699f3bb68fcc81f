// BorderWatch: reads every SIP message that crosses the box's border, and every order to a media
// worker, and finds what must never be: a branch used twice, a CSeq that does not rise, two final
// responses to one request, a second offer before the first is answered, an INVITE across another,
// plain media where SRTP is required, a token of one peer in a message to another. It knows the
// peers by what the town says of them and nothing of the engine.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "runtime/socket_address.hpp"
#include "sip-core/engine/action.hpp"
#include "sip-core/message/message.hpp"
#include "tests/simulation/invariant/findings.hpp"
#include "tests/simulation/invariant/set_ups.hpp"

namespace ringfence::simulation {

// What the box's configuration and the peers' own words say of who is at an address.
struct Peer {
  std::string marker;  // stands in every token that this peer makes up
  bool srtp_required = false;
};

// No key in base64 can look like it.
inline constexpr std::string_view kMarkerBegin = "~z";
inline constexpr char kMarkerEnd = '~';

class BorderWatch {
 public:
  BorderWatch(const Schedule& schedule, Findings& findings, SetUps& set_ups)
      : schedule_(schedule), findings_(findings), set_ups_(set_ups) {}

  void add_peer(const IpAddress& address, Peer peer) { peers_[address] = std::move(peer); }

  void on_sent(const SocketAddress& peer, const std::string& octets);
  void on_received(const SocketAddress& peer, const std::string& octets);
  // A port that is lent again is nobody's yet.
  void on_lease(sip_core::LeaseId lease, Port rtp_port) {
    ports_[lease] = rtp_port;
    told_.erase(rtp_port);
  }
  void on_media(const sip_core::SetMediaSession& order);
  // What was under way over that peer's connection is over on both ends.
  void on_connection_lost(const SocketAddress& peer);
  // What sip-core had promised without writing it down, it need not keep.
  void on_core_killed();

 private:
  struct Dialogue {
    SocketAddress peer;  // of the last request
    std::uint32_t last_cseq = 0;
    std::optional<std::uint32_t> offer;  // CSeq of our offer that is not answered
    TimePoint offered;
    std::optional<std::uint32_t> peers_invite;  // CSeq of the peer's INVITE that we owe a final
  };
  struct ClientRequest {
    std::string key;  // Call-ID, CSeq and method
    std::uint64_t octets = 0;
  };
  using Text = const sip_core::sip::Message&;

  Dialogue& dialogue(std::string_view call_id, std::string_view own_tag, std::string_view peer_tag);
  void on_sent_request(const SocketAddress& peer, Text request);
  void on_sent_response(const SocketAddress& peer, Text response);
  void on_received_request(const SocketAddress& peer, Text request);
  void on_received_response(Text response);
  bool is_first_sending(Text request, const std::string& octets);
  void check_sdp(const Peer* to, Text message);
  void check_tokens(const Peer& to, Text message, std::string_view octets);
  void check_leg(const sip_core::MediaLeg& leg);
  const Peer* find(const IpAddress& address) const;

  const Schedule& schedule_;
  Findings& findings_;
  SetUps& set_ups_;
  std::unordered_map<IpAddress, Peer> peers_;
  std::unordered_map<std::string, ClientRequest> branches_;
  std::unordered_map<std::string, Dialogue> dialogues_;  // Call-ID, our tag, the peer's
  std::unordered_map<std::string, int> finals_;          // by branch, method and peer
  std::unordered_map<sip_core::LeaseId, Port> ports_;
  std::unordered_map<Port, const Peer*> told_;  // who was told to send media to that port of ours
};

}  // namespace ringfence::simulation

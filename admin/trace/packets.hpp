// Packets: traced messages as the Ethernet frames in which they could have come, in the clear, so
// that other tools decode them: UDP as datagrams (fragments where they exceed the MTU), TCP and TLS
// as segments with running sequence numbers. Addresses and ports are the true ones, but for our own
// port of a TLS leg: it is written as 5060, for tools take 5061 for ciphertext. Checksums are
// valid. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "admin/trace/traced_message.hpp"

namespace ringfence::admin {

class Packets {
 public:
  static constexpr std::size_t kMtu = 1500;

  // One message's frames, in order.
  std::vector<std::string> of(const TracedMessage& message);

 private:
  using Path = std::pair<SocketAddress, SocketAddress>;
  void add_datagram(const Path& path, std::string_view octets, std::vector<std::string>& frames);
  void add_segments(const Path& path, std::string_view octets, std::vector<std::string>& frames);
  // An IP payload as one frame or as fragments.
  void add_packet(const Path& path, std::uint8_t protocol, const std::string& payload,
                  std::vector<std::string>& frames);

  std::map<Path, std::uint32_t> sequence_;  // of the next octet on a stream
  std::uint32_t identification_ = 0;
};

}  // namespace ringfence::admin

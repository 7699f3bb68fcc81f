#include "sip-core/shell/message_tap.hpp"

#include <algorithm>

namespace ringfence::sip_core {
namespace {

// CRLFs and the zero octets of some phones: they keep a path open and say nothing.
bool is_keep_alive(std::string_view octets) {
  return std::ranges::all_of(octets, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

}  // namespace

void MessageTap::on_event(const Event& event) {
  if (!traces_.wants_messages()) return;
  if (const auto* datagram = std::get_if<DatagramReceived>(&event)) {
    file(UdpFlow{datagram->listener, datagram->remote}, trace::Direction::received,
         datagram->octets);
  } else if (const auto* message = std::get_if<StreamMessageReceived>(&event)) {
    file(message->connection, trace::Direction::received, message->octets);
  }
}

void MessageTap::on_sending(const SendDatagram& datagram) {
  if (traces_.wants_messages()) file(datagram.flow, trace::Direction::sent, datagram.octets);
}

void MessageTap::on_sending(const SendStream& message) {
  if (traces_.wants_messages()) file(message.connection, trace::Direction::sent, message.octets);
}

void MessageTap::file(const Flow& flow, trace::Direction direction, std::string_view octets) {
  if (is_keep_alive(octets)) return;
  auto ends = engine_.ends_of(flow);
  if (!ends) return;
  // A listener bound to every address of both families.
  if (ends->local.ip.family() != ends->remote.ip.family()) {
    ends->local.ip = ends->remote.ip.is_v6() ? *IpAddress::parse("::") : IpAddress();
  }
  traces_.take(
      {clock_.wall_now(), direction, ends->transport, ends->local, ends->remote, octets, {}});
}

}  // namespace ringfence::sip_core

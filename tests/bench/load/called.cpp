#include "tests/bench/load/called.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "sip-core/message/parser.hpp"
#include "sip-core/message/response.hpp"

namespace ringfence::bench {

namespace {

using sip_core::sip::HeaderName;
using sip_core::sip::make_response;
using sip_core::sip::Message;
using sip_core::sip::Method;

constexpr std::chrono::milliseconds kT1{500};
constexpr std::chrono::seconds kT2{4};
constexpr Duration kUnacknowledged = 64 * kT1;
constexpr int kReceiveBuffer = 8 << 20;

Fd bound_socket(const SocketAddress& local) {
  Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer);
  sockaddr_storage storage;
  const socklen_t length = local.to_sockaddr(storage);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) {
    throw std::system_error(errno, std::system_category(), "cannot bind " + local.to_string());
  }
  return socket;
}

}  // namespace

Called::Called(Loop& loop, Port port)
    : loop_(loop),
      socket_(bound_socket({*IpAddress::parse("127.0.0.1"), port})),
      contact_("<sip:called@127.0.0.1:" + std::to_string(port) + ">") {
  poll_ = Poll(loop, socket_.get(), [this](Readiness) { receive(); });
  poll_.watch(Interest::readable);
}

void Called::receive() {
  std::array<char, 65536> buffer;
  for (;;) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    const ssize_t n = ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0,
                                 reinterpret_cast<sockaddr*>(&storage), &length);
    if (n <= 0) return;
    const auto request = sip_core::sip::parse(
        std::string(buffer.data(), static_cast<std::size_t>(n)), sip_core::sip::Framing::datagram);
    const auto peer = SocketAddress::from_sockaddr(storage);
    if (request && request->is_request() && peer) take(*request, *peer);
  }
}

void Called::take(const Message& request, const SocketAddress& peer) {
  switch (request.method()) {
    case Method::invite:
      return answer_invite(request, peer);
    case Method::ack:
      waiting_.erase(std::string(request.call_id()));
      return;
    case Method::bye:
      end_audio(std::string(request.call_id()));
      [[fallthrough]];
    default:
      return send(peer, make_response(request, 200, {}, "called", peer).serialize());
  }
}

void Called::answer_invite(const Message& invite, const SocketAddress& peer) {
  const auto [entry, added] = waiting_.try_emplace(std::string(invite.call_id()));
  if (!added) return send(peer, entry->second.ok);
  send(peer, make_response(invite, 180, {}, "called", peer)
                 .add(HeaderName::contact, contact_)
                 .serialize());
  auto ok = make_response(invite, 200, {}, "called", peer);
  ok.add(HeaderName::contact, contact_).body("application/sdp", answer_to(invite));
  entry->second.ok = ok.serialize();
  entry->second.peer = peer;
  entry->second.answered = loop_.now();
  send(peer, entry->second.ok);
  repeat(entry->first, kT1);
}

std::string Called::answer_to(const Message& invite) {
  const auto offer = admin::read_peer_media(invite.body());
  if (!offer) return audio_description(40002);
  AudioPtr& audio = audio_[std::string(invite.call_id())];
  audio = bind_audio(loop_, random_);
  connect_audio(*audio, invite.body());
  return admin::write_answer(audio->local(), offer->crypto_tag, random_);
}

void Called::end_audio(const std::string& call_id) {
  const auto ended = audio_.extract(call_id);
  if (ended) audio_result_.add(ended.mapped()->measurement());
}

void Called::repeat(const std::string& call_id, Duration after) {
  waiting_.at(call_id).timer = loop_.after(after, [this, call_id, after] {
    const Waiting& waiting = waiting_.at(call_id);
    if (loop_.now() - waiting.answered >= kUnacknowledged) return give_up(call_id);
    ++repeated_;
    send(waiting.peer, waiting.ok);
    repeat(call_id, std::min<Duration>(2 * after, kT2));
  });
}

// RFC 3261 §13.3.1.4. There is nobody left to whom a BYE could be sent: the server forgot the call.
void Called::give_up(std::string call_id) {
  end_audio(call_id);
  waiting_.erase(call_id);
}

void Called::send(const SocketAddress& peer, std::string_view octets) const {
  sockaddr_storage storage;
  const socklen_t length = peer.to_sockaddr(storage);
  ::sendto(socket_.get(), octets.data(), octets.size(), 0,
           reinterpret_cast<const sockaddr*>(&storage), length);
}

}  // namespace ringfence::bench

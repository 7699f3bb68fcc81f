#include "media-worker/session/session.hpp"

#include <algorithm>

#include "media-worker/rtp/packet_storage.hpp"

namespace ringfence::media_worker {
namespace {

bool equal_keys(const SecretBytes& one, const SecretBytes& other) {
  return !one.empty() && std::ranges::equal(one.bytes(), other.bytes());
}

// R109, R134: no key of ours may be another key of the call.
Result<void> check_distinct_keys(const SessionDescription& description) {
  const auto* a = std::get_if<SdesSrtp>(&description.a.protection);
  const auto* b = std::get_if<SdesSrtp>(&description.b.protection);
  for (const SdesSrtp* leg : {a, b}) {
    if (leg == nullptr) continue;
    const SdesSrtp* other = leg == a ? b : a;
    if (equal_keys(leg->send_key_salt, leg->receive_key_salt) ||
        (other != nullptr && (equal_keys(leg->send_key_salt, other->send_key_salt) ||
                              equal_keys(leg->send_key_salt, other->receive_key_salt)))) {
      return fail("a key of ours is used twice in the session");
    }
  }
  return {};
}

}  // namespace

Session::Session(SessionId id, MediaCounters& totals, SendKeyRegister& keys, Random& random)
    : id_(id), totals_(totals), keys_(keys) {
  for (Cname& cname : cnames_) {
    const std::string token = random.token(cname.size() / 2);
    std::copy_n(token.begin(), cname.size(), cname.begin());
  }
}

Result<void> Session::apply(const SessionDescription& description, TimePoint now) {
  if (auto distinct = check_distinct_keys(description); !distinct) return distinct;
  if (auto possible = a_.check(description.a, keys_); !possible) return possible;
  if (auto possible = b_.check(description.b, keys_); !possible) return possible;
  if (auto applied = a_.apply(description.a, keys_, now); !applied) return applied;
  if (auto applied = b_.apply(description.b, keys_, now); !applied) return applied;
  silence_timeout_ = description.silence_timeout;
  last_received_ = now;
  return {};
}

void Session::save_to(SavedSession* saved) noexcept {
  a_.save_to(saved == nullptr ? nullptr : &saved->a);
  b_.save_to(saved == nullptr ? nullptr : &saved->b);
}

void Session::resume(const SavedSession& saved) noexcept {
  a_.resume(saved.a);
  b_.resume(saved.b);
}

void Session::drop(LegName from, DropReason reason) noexcept {
  leg(from).counters.drop(reason);
  totals_.drop(reason);
}

std::expected<std::size_t, DropReason> Session::rewrite_rtcp(LegName from,
                                                             std::span<std::uint8_t> storage,
                                                             std::size_t size) noexcept {
  std::array<std::uint8_t, kMaxPacket> rewritten;
  const Cname& cname = cnames_[static_cast<std::size_t>(from)];
  const auto length = relay_rtcp(storage.first(size), rewritten, cname, leg(from).numbers());
  if (!length) {
    return std::unexpected(length.error() == RelayError::too_long ? DropReason::too_long
                                                                  : DropReason::malformed);
  }
  std::copy_n(rewritten.begin(), *length, storage.begin());
  return *length;
}

std::expected<Session::Forward, DropReason> Session::on_packet(LegName from, Component component,
                                                               const SocketAddress& source,
                                                               std::span<std::uint8_t> storage,
                                                               std::size_t size,
                                                               TimePoint now) noexcept {
  const auto dropped = [&](DropReason reason) {
    drop(from, reason);
    return std::unexpected(reason);
  };
  const auto received = leg(from).receive(component, source, storage, size, now);
  if (!received) return dropped(received.error());
  last_received_ = now;
  std::size_t plain_size = received->size;
  if (received->kind == PacketKind::rtcp) {
    ++totals_.rtcp_received;
    const auto rewritten = rewrite_rtcp(from, storage, plain_size);
    if (!rewritten) return dropped(rewritten.error());
    plain_size = *rewritten;
  } else {
    ++totals_.packets_received;
    totals_.octets_received += plain_size;
    // RFC 3264 §8.4: a stream on hold has no RTP; its RTCP goes on.
    if (leg(from).from_peer() == Flow::held) return dropped(DropReason::hold);
  }
  const LegName to = other_leg(from);
  const auto out = leg(to).send(received->kind, storage, plain_size, now);
  if (!out) return dropped(out.error());
  return Forward{to, out->component, out->destination, storage.first(out->size), received->kind};
}

void Session::on_sent(LegName to, PacketKind kind) noexcept {
  if (kind == PacketKind::rtcp) {
    ++leg(to).counters.rtcp_sent;
    ++totals_.rtcp_sent;
  } else {
    ++leg(to).counters.packets_sent;
    ++totals_.packets_sent;
  }
}

void Session::on_send_failed(LegName to) noexcept {
  leg(to).counters.drop(DropReason::send_error);
  totals_.drop(DropReason::send_error);
}

}  // namespace ringfence::media_worker

#include "media-worker/page/saved_session.hpp"

#include <algorithm>

namespace ringfence::media_worker {
namespace {

// The compiler keeps the order of what comes before; a kill is no other processor.
template <typename Word>
void store(Word& word, Word value) noexcept {
  std::atomic_ref(word).store(value, std::memory_order_release);
}

void save(const SecretBytes& from, SavedLeg::Key& to) noexcept {
  to.size = static_cast<std::uint32_t>(std::min(from.size(), to.octets.size()));
  std::copy_n(from.bytes().begin(), to.size, to.octets.begin());
}

SecretBytes load(const SavedLeg::Key& key) {
  return SecretBytes(
      std::span(key.octets).first(std::min<std::size_t>(key.size, key.octets.size())));
}

Flow flow(std::uint8_t held) {
  return held != 0 ? Flow::held : Flow::open;
}

}  // namespace

void SavedAddress::set(const std::optional<SocketAddress>& address) noexcept {
  store(family, 0U);
  if (!address) return;
  octets = address->ip.octets();
  port = address->port;
  store(family, address->ip.is_v6() ? 6U : 4U);
}

std::optional<SocketAddress> SavedAddress::get() const {
  if (family != 4 && family != 6) return std::nullopt;
  const auto kind = family == 6 ? IpAddress::Family::v6 : IpAddress::Family::v4;
  const auto ip = IpAddress::from_bytes(kind, octets.data());
  if (!ip) return std::nullopt;
  return SocketAddress{*ip, port};
}

SavedStreams::Stream* SavedStreams::place_of(Ssrc ssrc) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    if (streams[i].ssrc == ssrc.value) return &streams[i];
  }
  if (count >= streams.size()) return nullptr;
  streams[count] = {ssrc.value, 0, 0};
  store(count, count + 1);
  return &streams[count - 1];
}

void SavedStreams::note_rtp(Ssrc ssrc, std::uint64_t highest) noexcept {
  if (Stream* stream = place_of(ssrc)) store(stream->rtp_next, highest + 1);
}

void SavedStreams::note_rtcp(Ssrc ssrc, std::uint32_t highest) noexcept {
  if (Stream* stream = place_of(ssrc)) store(stream->rtcp_next, highest + 1);
}

void SavedStreams::clear() noexcept {
  store(count, 0U);
}

void SavedLeg::describe(const LegDescription& leg, const SocketAddress& rtp_port) noexcept {
  lease = leg.lease.value;
  local.set(rtp_port);
  remote_rtp.set(leg.remote_rtp);
  remote_rtcp.set(leg.remote_rtcp);
  suite = {};
  send_key = {};  // nothing of an earlier key stays
  receive_key = {};
  send_mki = {};
  receive_mki = {};
  if (const auto* sdes = std::get_if<SdesSrtp>(&leg.protection)) {
    std::copy_n(sdes->suite->name.begin(), std::min(sdes->suite->name.size(), suite.size() - 1),
                suite.begin());
    save(sdes->send_key_salt, send_key);
    save(sdes->receive_key_salt, receive_key);
    send_mki = sdes->send_mki;
    receive_mki = sdes->receive_mki;
  }
  to_peer_held = leg.to_peer == Flow::held ? 1 : 0;
  from_peer_held = leg.from_peer == Flow::held ? 1 : 0;
  follows_source = leg.latch == LatchPolicy::follow_source ? 1 : 0;
  events = leg.events;
  clock_rates = leg.clock_rates;
}

std::optional<LegDescription> SavedLeg::description() const {
  LegDescription leg;
  leg.lease = LeaseId(lease);
  leg.remote_rtp = remote_rtp.get();
  leg.remote_rtcp = remote_rtcp.get();
  const std::string_view name(suite.data(), std::ranges::find(suite, '\0'));
  if (!name.empty()) {
    const CryptoSuite* known = find_crypto_suite(name);
    if (known == nullptr) return std::nullopt;
    leg.protection = SdesSrtp{known, load(send_key), load(receive_key), send_mki, receive_mki};
  }
  leg.to_peer = flow(to_peer_held);
  leg.from_peer = flow(from_peer_held);
  leg.latch = follows_source != 0 ? LatchPolicy::follow_source : LatchPolicy::negotiated_only;
  leg.events = events;
  leg.clock_rates = clock_rates;
  return leg;
}

bool SavedSession::is_valid() const noexcept {
  return valid == 1;
}

void SavedSession::set_valid(bool is) noexcept {
  store(valid, is ? 1U : 0U);
}

void SavedSession::describe(const SessionDescription& session, const SocketAddress& a_port,
                            const SocketAddress& b_port) noexcept {
  id = session.id.value;
  silence_timeout_s = static_cast<std::uint64_t>(session.silence_timeout.count());
  a.describe(session.a, a_port);
  b.describe(session.b, b_port);
}

std::optional<SessionDescription> SavedSession::description() const {
  auto leg_a = a.description();
  auto leg_b = b.description();
  if (!leg_a || !leg_b) return std::nullopt;
  return SessionDescription{SessionId(id), std::move(*leg_a), std::move(*leg_b),
                            std::chrono::seconds(silence_timeout_s)};
}

}  // namespace ringfence::media_worker

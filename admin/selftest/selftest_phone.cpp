#include "admin/selftest/selftest_phone.hpp"

#include "sip-core/message/parser.hpp"

namespace ringfence::admin {

SelftestPhone::SelftestPhone(Loop& loop, Random& random, PhoneAccount account, const Tones& tones,
                             std::function<void()> on_change)
    : loop_(loop),
      random_(random),
      account_(std::move(account)),
      on_change_(std::move(on_change)),
      media_(loop, random, tones, on_change_) {}

Result<void> SelftestPhone::connect(const TlsTrust& trust, const SocketAddress& address) {
  auto connection = TlsClient::open(
      loop_, trust, address, account_.domain,
      {[this] { on_open(); }, [this](std::string_view octets) { on_octets(octets); },
       [this](std::string reason) { broke(std::move(reason)); }});
  if (!connection) return std::unexpected(connection.error());
  connection_ = std::move(*connection);
  return {};
}

void SelftestPhone::on_open() {
  agent_.emplace(PhoneIdentity{account_.username, account_.domain, account_.password,
                               connection_->local_address(), account_.scheme},
                 random_);
  seen_.connected = true;
  on_change_();
}

void SelftestPhone::on_octets(std::string_view octets) {
  framer_.append(octets);
  while (!seen_.broken) {
    auto framed = framer_.next();
    if (!framed) return broke(framed.error().message);
    if (!*framed) return;
    auto message = sip_core::sip::parse(std::move(**framed), sip_core::sip::Framing::stream);
    if (!message) return broke("the box sent a message that cannot be parsed");
    perform(agent_->receive(std::move(*message)));
  }
}

void SelftestPhone::perform(const PhoneStep& step) {
  for (const std::string& message : step.send)
    connection_->write(message);
  for (const PhoneEvent& event : step.events) {
    std::visit([this](const auto& happened) { on_event(happened); }, event);
  }
  if (!step.events.empty()) on_change_();
}

void SelftestPhone::broke(std::string reason) {
  seen_.broken = std::move(reason);
  on_change_();
}

void SelftestPhone::register_binding(std::chrono::seconds expires) {
  seen_.register_refused.reset();
  if (agent_) perform(agent_->register_binding(expires));
}

Result<void> SelftestPhone::call(const std::string& username) {
  if (const auto bound = media_.bind(connection_->local_address().ip); !bound) return bound;
  perform(agent_->call(agent_->identity().uri(username + "@" + account_.domain),
                       write_offer(media_.local(), random_)));
  return {};
}

void SelftestPhone::hang_up() {
  media_.stop();
  if (agent_) perform(agent_->hang_up());
}

void SelftestPhone::on_event(const Registered& /*event*/) {
  seen_.registered = true;
}
void SelftestPhone::on_event(const Unregistered& /*event*/) {
  seen_.registered = false;
}
void SelftestPhone::on_event(const RegisterRefused& event) {
  seen_.register_refused = Refusal{event.status, event.reason};
}
void SelftestPhone::on_event(const Ringing& /*event*/) {
  seen_.ringing = true;
  if (!seen_.ringing_at) seen_.ringing_at = loop_.now();
}

void SelftestPhone::on_event(const Answered& event) {
  seen_.answered = true;
  seen_.answered_at = loop_.now();
  auto peer = read_peer_media(event.sdp);
  const auto connected =
      peer ? media_.connect(std::move(*peer)) : Result<void>(std::unexpected(peer.error()));
  if (!connected) seen_.broken = "the answer does not fit: " + connected.error().message;
}

void SelftestPhone::on_event(const CallRefused& event) {
  seen_.call_refused = Refusal{event.status, event.reason};
}

void SelftestPhone::on_event(const Invited& event) {
  auto peer = read_peer_media(event.sdp);
  const std::uint32_t tag = peer ? peer->crypto_tag : 0;
  Result<void> ready = peer ? media_.bind(connection_->local_address().ip)
                            : Result<void>(std::unexpected(peer.error()));
  if (ready) ready = media_.connect(std::move(*peer));
  if (!ready) {
    seen_.broken = "the offer does not fit: " + ready.error().message;
    perform(agent_->refuse(488));
    return;
  }
  perform(agent_->answer(write_answer(media_.local(), tag, random_)));
}

void SelftestPhone::on_event(const Acknowledged& /*event*/) {
  seen_.acknowledged = true;
}
void SelftestPhone::on_event(const HungUp& /*event*/) {
  seen_.hung_up = true;
  media_.stop();
}
void SelftestPhone::on_event(const CallEnded& /*event*/) {
  seen_.call_ended = true;
}
void SelftestPhone::on_event(const HangUpRefused& event) {
  seen_.call_refused = Refusal{event.status, event.reason};
}

}  // namespace ringfence::admin

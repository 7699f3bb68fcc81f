#include "tests/simulation/invariant/border_watch.hpp"

#include <charconv>

#include "sip-core/message/parser.hpp"

namespace ringfence::simulation {

namespace {

constexpr std::chrono::seconds kTransactionLife{32};  // RFC 3261 §17: 64*T1

using sip_core::sip::HeaderName;
using sip_core::sip::Message;
using sip_core::sip::Method;

bool has_sdp(const Message& message) {
  return !message.body().empty() && message.content_type() == "application/sdp";
}

std::uint32_t cseq_of(const Message& message) {
  const auto cseq = message.cseq();
  return cseq ? cseq->number : 0;
}

std::string branch_of(const Message& message) {
  const auto via = message.via();
  return std::string(via ? via->branch : "");
}

std::string request_key(const Message& message) {
  return std::string(message.call_id()) + ' ' + std::to_string(cseq_of(message)) + ' ' +
         std::string(message.method_text());
}

// What names a server transaction of the box's.
std::string server_key(const SocketAddress& peer, const Message& message) {
  return branch_of(message) + ' ' + std::string(message.method_text()) + ' ' + peer.to_string();
}

std::string_view line_of(std::string_view body, std::string_view begin) {
  const auto at = body.find(begin);
  return at == std::string_view::npos ? "" : body.substr(at, body.find("\r\n", at) - at);
}

Port audio_port(std::string_view body) {
  const auto line = line_of(body, "m=audio ");
  Port port = 0;
  if (!line.empty()) std::from_chars(line.data() + 8, line.data() + line.size(), port);
  return port;
}

std::string first_line(const Message& message) {
  const auto bytes = message.bytes();
  return std::string(bytes.substr(0, bytes.find("\r\n")));
}

}  // namespace

const Peer* BorderWatch::find(const IpAddress& address) const {
  const auto found = peers_.find(address);
  return found == peers_.end() ? nullptr : &found->second;
}

// A dialog goes on with the CSeq of the request that founded it, which knew no
// tag of the peer's.
BorderWatch::Dialogue& BorderWatch::dialogue(std::string_view call_id, std::string_view own_tag,
                                             std::string_view peer_tag) {
  const std::string half = std::string(call_id) + ' ' + std::string(own_tag) + ' ';
  const auto [at, fresh] = dialogues_.try_emplace(half + std::string(peer_tag));
  if (fresh && !peer_tag.empty()) {
    const auto founder = dialogues_.find(half);
    if (founder != dialogues_.end()) at->second.last_cseq = founder->second.last_cseq;
  }
  return dialogues_.at(half + std::string(peer_tag));
}

void BorderWatch::on_sent(const SocketAddress& peer, const std::string& octets) {
  const auto message = sip_core::sip::parse(octets);
  if (!message) {
    findings_.add("sent what is no SIP message: " + octets.substr(0, 200));
    return;
  }
  const Peer* to = find(peer.ip);
  // RFC 3261 §10.3: the answer to REGISTER lists the other devices of the same
  // user.
  if (to != nullptr && message->method() != Method::register_) {
    check_tokens(*to, *message, octets);
  }
  check_sdp(to, *message);
  if (message->is_request()) {
    if (is_first_sending(*message, octets)) on_sent_request(peer, *message);
  } else {
    on_sent_response(peer, *message);
  }
}

// RFC 3261 §8.1.1.7: a branch is one transaction's; an ACK to a failure and a
// CANCEL share their INVITE's. What is sent again is what was sent.
bool BorderWatch::is_first_sending(Text request, const std::string& octets) {
  std::string branch = branch_of(request);
  const Method method = request.method();
  if (method == Method::cancel || method == Method::ack) {
    const auto invite = branches_.find(branch);
    const std::string as_invite =
        std::string(request.call_id()) + ' ' + std::to_string(cseq_of(request)) + " INVITE";
    if (invite != branches_.end() && invite->second.key != as_invite) {
      findings_.add("a branch of another transaction in " + first_line(request), request.call_id());
    }
    if (method == Method::cancel && invite == branches_.end()) {
      findings_.add("a CANCEL of no INVITE", request.call_id());
    }
    return false;
  }
  const std::uint64_t hash = std::hash<std::string>{}(octets);
  const auto [at, fresh] = branches_.try_emplace(std::move(branch), request_key(request), hash);
  if (fresh) return true;
  if (at->second.key != request_key(request)) {
    findings_.add("a branch was used twice: " + at->second.key + " and " + request_key(request),
                  request.call_id());
  } else if (at->second.octets != hash) {
    findings_.add("a retransmission differs from its request: " + first_line(request),
                  request.call_id());
  }
  return false;
}

void BorderWatch::on_sent_request(const SocketAddress& peer, Text request) {
  Dialogue& d = dialogue(request.call_id(), request.from_tag(), request.to_tag());
  d.peer = peer;
  const std::uint32_t cseq = cseq_of(request);
  if (cseq <= d.last_cseq) {
    findings_.add("CSeq did not rise: " + first_line(request) + " with " + std::to_string(cseq) +
                      " after " + std::to_string(d.last_cseq),
                  request.call_id());
  }
  d.last_cseq = cseq;
  const bool invites = request.method() == Method::invite;
  if (invites) set_ups_.note_invited(request.call_id());
  const bool offers = has_sdp(request) && (invites || request.method() == Method::update);
  if (offers && d.offer && schedule_.now() - d.offered < kTransactionLife) {
    findings_.add("an offer before the one of CSeq " + std::to_string(*d.offer) + " was answered",
                  request.call_id());
  }
  if (invites && d.peers_invite) {
    findings_.add("an INVITE across the peer's of CSeq " + std::to_string(*d.peers_invite),
                  request.call_id());
  }
  if (!offers) return;
  d.offer = cseq;
  d.offered = schedule_.now();
}

void BorderWatch::on_sent_response(const SocketAddress& peer, Text response) {
  const int status = response.status_code();
  if (response.method() == Method::invite) set_ups_.note(response.call_id(), status);
  if (status < 200) return;
  const auto [at, fresh] = finals_.try_emplace(server_key(peer, response), status);
  if (!fresh && at->second != status) {
    findings_.add("two final responses, " + std::to_string(at->second) + " and " +
                      std::to_string(status) + ", to one " + std::string(response.method_text()),
                  response.call_id());
  }
  if (response.method() != Method::invite) return;
  dialogue(response.call_id(), response.to_tag(), response.from_tag()).peers_invite.reset();
}

void BorderWatch::on_received(const SocketAddress& peer, const std::string& octets) {
  const auto message = sip_core::sip::parse(octets);
  if (!message) return;
  if (message->is_request()) {
    on_received_request(peer, *message);
  } else {
    on_received_response(*message);
  }
}

// Only where there is a dialog it can cross, and a repetition of what was
// answered asks for nothing.
void BorderWatch::on_received_request(const SocketAddress& peer, Text request) {
  if (request.method() != Method::invite || request.to_tag().empty()) return;
  if (finals_.contains(server_key(peer, request))) return;
  Dialogue& d = dialogue(request.call_id(), request.to_tag(), request.from_tag());
  d.peer = peer;
  d.peers_invite = cseq_of(request);
}

void BorderWatch::on_received_response(Text response) {
  if (response.method() == Method::invite) {
    set_ups_.note(response.call_id(), response.status_code());
  }
  // RFC 3262: a reliable provisional response may be the answer already.
  const bool answers =
      response.status_code() >= 200 || (response.has(HeaderName::rseq) && has_sdp(response));
  if (!answers) return;
  for (const std::string_view peer_tag : {std::string_view(), response.to_tag()}) {
    Dialogue& d = dialogue(response.call_id(), response.from_tag(), peer_tag);
    if (d.offer == cseq_of(response)) d.offer.reset();
  }
}

void BorderWatch::check_sdp(const Peer* to, Text message) {
  if (!has_sdp(message)) return;
  const auto body = message.body();
  const Port port = audio_port(body);
  if (to == nullptr || port == 0) return;
  told_[port] = to;
  if (!to->srtp_required) return;
  if (line_of(body, "m=audio ").find(" RTP/SAVP ") == std::string_view::npos ||
      line_of(body, "a=crypto:").empty()) {
    findings_.add("plain media said to one who requires SRTP: " + first_line(message),
                  message.call_id());
  }
}

void BorderWatch::check_tokens(const Peer& to, Text message, std::string_view octets) {
  for (auto at = octets.find(kMarkerBegin); at != std::string_view::npos;
       at = octets.find(kMarkerBegin, at + 1)) {
    const auto end = octets.find(kMarkerEnd, at + kMarkerBegin.size());
    const auto marker = octets.substr(at, end - at + 1);
    if (marker == to.marker) continue;
    findings_.add("a token of " + std::string(marker) + " was told to " + to.marker + ": " +
                      std::string(octets.substr(at, 60)),
                  message.call_id());
    return;
  }
}

void BorderWatch::on_media(const sip_core::SetMediaSession& order) {
  check_leg(order.a);
  check_leg(order.b);
}

void BorderWatch::check_leg(const sip_core::MediaLeg& leg) {
  const auto port = ports_.find(leg.lease);
  if (port == ports_.end()) {
    findings_.add("a media session on a port that was never lent");
    return;
  }
  const auto told = told_.find(port->second);
  if (told == told_.end() || !told->second->srtp_required) return;
  const auto* srtp = std::get_if<sip_core::SdesSrtp>(&leg.protection);
  if (srtp == nullptr || srtp->send_key_salt.empty()) {
    findings_.add("a media session without SRTP for " + told->second->marker);
  }
}

void BorderWatch::on_connection_lost(const SocketAddress& peer) {
  for (auto& [key, d] : dialogues_) {
    if (d.peer != peer) continue;
    d.offer.reset();
    d.peers_invite.reset();
  }
}

void BorderWatch::on_core_killed() {
  finals_.clear();
  for (auto& [key, d] : dialogues_) {
    d.offer.reset();
    d.peers_invite.reset();
  }
}

}  // namespace ringfence::simulation

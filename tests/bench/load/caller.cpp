#include "tests/bench/load/caller.hpp"

#include <charconv>
#include <cstdio>

#include "sip-core/digest/challenge.hpp"
#include "sip-core/digest/credentials.hpp"
#include "sip-core/message/parser.hpp"

namespace ringfence::bench {

namespace {

using sip_core::sip::HeaderName;
using sip_core::sip::Message;
using sip_core::sip::Method;
using sip_core::sip::OutgoingMessage;

constexpr std::chrono::milliseconds kT1{500};
constexpr std::chrono::milliseconds kGiveUp = 64 * kT1;  // Timers B and F

}  // namespace

std::string audio_description(Port port) {
  return "v=0\r\no=load 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio " +
         std::to_string(port) +
         " RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
         "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";
}

std::string Caller::user(const Session& session) const {
  return "u" + std::to_string(session.number % options_.users);
}

std::string Caller::call_id(const Session& session) const {
  return std::to_string(session.number) + "-" + run_ + "@load";
}

void Caller::begin() {
  const std::uint64_t number = ++last_;
  Session& session = all_[number];
  session.number = number;
  session.connection = number % transport_->connections();
  session.started = loop_.now();
  session.give_up = loop_.after(kGiveUp + options_.hold, [this, number] { finish(number, false); });
  ++result.started;
  if (options_.mode == Mode::call) {
    send_invite(session);
  } else {
    send_register(session, {});
  }
}

OutgoingMessage Caller::make(const Session& session, Method method) const {
  const std::string& local = transport_->local(session.connection);
  const bool tls = options_.protocol == Protocol::tls;
  const std::string cseq = std::to_string(session.cseq) + " " + std::string(to_text(method));
  auto request = OutgoingMessage::request(method, session.target);
  request.add(HeaderName::via, std::string("SIP/2.0/") + (tls ? "TLS " : "UDP ") + local +
                                   ";rport;branch=z9hG4bK" + run_ + std::to_string(session.number) +
                                   "-" + std::to_string(session.cseq) +
                                   std::string(to_text(method)));
  request.add(HeaderName::max_forwards, "70");
  for (const std::string& route : session.routes)
    request.add(HeaderName::route, route);
  request.add(HeaderName::from, "<sip:" + user(session) + "@" + options_.domain + ">;tag=f" +
                                    std::to_string(session.number));
  request.add(HeaderName::to, session.to);
  request.add(HeaderName::call_id, call_id(session));
  request.add(HeaderName::cseq, cseq);
  if (method == Method::invite) {
    request.add(HeaderName::contact,
                "<sip:" + user(session) + "@" + local + (tls ? ";transport=tls>" : ">"));
  }
  request.add(HeaderName::user_agent, "load");
  return request;
}

void Caller::send(Session& session, const OutgoingMessage& request) {
  session.request = request.serialize();
  session.provisional = false;
  transport_->send(session.connection, session.request);
  if (options_.protocol == Protocol::udp) repeat(session.number, kT1);
}

void Caller::repeat(std::uint64_t number, Duration after) {
  all_.at(number).timer = loop_.after(after, [this, number, after] {
    const Session& session = all_.at(number);
    if (session.request.empty() || session.provisional) return;
    ++result.repeated;
    transport_->send(session.connection, session.request);
    repeat(number, 2 * after);
  });
}

void Caller::send_invite(Session& session) {
  session.target = options_.request_uri;
  session.to = "<" + options_.request_uri + ">";
  auto invite = make(session, Method::invite);
  if (options_.audio) session.audio = bind_audio(loop_, random_);
  invite.body("application/sdp", session.audio ? write_offer(session.audio->local(), random_)
                                               : audio_description(40000));
  send(session, invite);
}

void Caller::send_register(Session& session, const std::string& authorization) {
  session.target = "sip:" + options_.domain;
  session.to = "<sip:" + user(session) + "@" + options_.domain + ">";
  auto request = make(session, Method::register_);
  // One phone each, whichever run or transport this is: what is bound does not grow.
  request.add(HeaderName::contact,
              "<sip:" + user(session) + "@127.0.0.1:" + std::to_string(options_.uas_port) + ">");
  request.add(HeaderName::expires, "3600");
  if (!authorization.empty()) request.add(HeaderName::authorization, authorization);
  send(session, request);
}

void Caller::on_message(std::string octets) {
  const auto response = sip_core::sip::parse(std::move(octets), sip_core::sip::Framing::datagram);
  if (!response || !response->is_response()) return;
  const std::string_view id = response->call_id();
  std::uint64_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number);
  const auto found = all_.find(number);
  if (found == all_.end() || id != call_id(found->second)) return;
  Session& session = found->second;
  const auto cseq = response->cseq();
  // RFC 3261 §13.2.2.4: each 200 that comes again gets its ACK again.
  if (response->method() == Method::invite && !session.ack.empty()) {
    return transport_->send(session.connection, session.ack);
  }
  if (!cseq || cseq->number != session.cseq || session.request.empty()) return;
  const int status = response->status_code();
  if (status < 200) {
    session.provisional = true;
  } else if (status == 401 && session.cseq == 1) {
    on_challenge(session, *response);
  } else if (status >= 300) {
    ++result.refusals[status];
    finish(number, false);
  } else if (response->method() == Method::invite) {
    on_invite_answered(session, *response);
  } else {
    finish(number, true);
  }
}

void Caller::on_challenge(Session& session, const Message& response) {
  std::vector<std::string_view> values;
  for (std::size_t i = 0; i < response.field_count(); ++i) {
    if (response.field(i).id == HeaderName::www_authenticate)
      values.push_back(response.field(i).value);
  }
  for (const std::string_view value : values) {
    const auto challenge = sip_core::digest::Challenge::parse(value);
    if (!challenge || challenge->algorithm != sip_core::digest::Algorithm::md5) continue;
    ++session.cseq;
    const std::string name = user(session);
    const sip_core::digest::Identity identity{name, options_.password};
    return send_register(session, sip_core::digest::answer(*challenge, identity, {"REGISTER"},
                                                           session.target, 1, "c0ffee"));
  }
  finish(session.number, false);
}

void Caller::on_invite_answered(Session& session, const Message& response) {
  session.request.clear();
  result.milliseconds.push_back(
      std::chrono::duration<double, std::milli>(loop_.now() - session.started).count());
  session.to = response.header(HeaderName::to).value_or("");
  if (const auto contact = response.contact()) session.target = contact->uri.to_string();
  for (const std::string_view route : response.values(HeaderName::record_route))
    session.routes.insert(session.routes.begin(), std::string(route));  // RFC 3261 §12.1.2
  session.ack = make(session, Method::ack).serialize();
  transport_->send(session.connection, session.ack);
  if (session.audio && !connect_audio(*session.audio, response.body())) ++result.unsecured;
  session.timer = loop_.after(options_.hold, [this, number = session.number] {
    Session& held = all_.at(number);
    ++held.cseq;
    send(held, make(held, Method::bye));
  });
}

void Caller::finish(std::uint64_t number, bool done) {
  const auto ended = all_.extract(number);
  if (!ended) return;
  ++(done ? result.done : result.failed);
  if (!done && !ended.mapped().ack.empty()) {
    ++result.lost;
    std::fprintf(stderr, "lost: Call-ID %s\n", call_id(ended.mapped()).c_str());
  }
  if (const AudioPtr& audio = ended.mapped().audio) result.audio.add(audio->measurement());
  if (done && options_.mode == Mode::registration) {
    result.milliseconds.push_back(
        std::chrono::duration<double, std::milli>(loop_.now() - ended.mapped().started).count());
  }
}

}  // namespace ringfence::bench

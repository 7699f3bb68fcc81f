#include "tests/simulation/harness/user_agent.hpp"

#include <gtest/gtest.h>

#include "sip-core/digest/challenge.hpp"
#include "sip-core/digest/credentials.hpp"
#include "sip-core/message/parser.hpp"
#include "sip-core/message/response.hpp"

namespace ringfence::sip_core::simulation {

using sip::HeaderName;
using sip::Method;

UserAgent::UserAgent(World& world, Identity identity, TransportKind transport, ListenerId listener,
                     SocketAddress address)
    : world_(&world),
      identity_(std::move(identity)),
      transport_(transport),
      listener_(listener),
      address_(address),
      mail_(std::make_shared<Mail>()) {}

World::Receive UserAgent::receiver() const {
  return [mail = mail_](const std::string& octets) {
    auto message = sip::parse(octets);
    ASSERT_TRUE(message) << "unparsable: " << octets;
    mail->inbox.push_back(std::move(*message));
  };
}

UserAgent UserAgent::on_udp(World& world, Identity identity, ListenerId listener,
                            const std::string& address) {
  UserAgent agent(world, std::move(identity), TransportKind::udp, listener,
                  *SocketAddress::parse(address));
  world.attach_udp(agent.address_, agent.receiver());
  return agent;
}

UserAgent UserAgent::on_stream(World& world, Identity identity, ListenerId listener,
                               const std::string& address) {
  UserAgent agent(world, std::move(identity), TransportKind::tls, listener,
                  *SocketAddress::parse(address));
  agent.reconnect();
  return agent;
}

UserAgent UserAgent::listening(World& world, Identity identity, const std::string& address) {
  UserAgent agent(world, std::move(identity), TransportKind::tls, ListenerId{},
                  *SocketAddress::parse(address));
  world.listen(agent.address_, [mail = agent.mail_, receive = agent.receiver()](ConnectionId id) {
    mail->connection = id;
    return receive;
  });
  return agent;
}

void UserAgent::reconnect() {
  mail_->connection = world_->connect(listener_, address_, identity_.domain, receiver());
  world_->run();
}

std::string UserAgent::fresh(const std::string& prefix) {
  return prefix + identity_.user + std::to_string(address_.port) + 'n' + std::to_string(++counter_);
}

std::string UserAgent::via(const std::string& branch) const {
  return "SIP/2.0/" + std::string(via_token(transport_)) + ' ' + address_.to_string() +
         ";branch=" + branch + ";rport";
}

std::string UserAgent::contact() const {
  return '<' + identity_.scheme + ':' + identity_.user + '@' + address_.to_string() + '>';
}

void UserAgent::send(const std::string& octets) {
  if (transport_ == TransportKind::udp) {
    world_->datagram(listener_, address_, octets);
  } else {
    ASSERT_TRUE(mail_->connection);
    world_->stream(*mail_->connection, octets);
  }
  world_->run();
}

sip::Message UserAgent::next(const std::string& wanted) {
  world_->run();
  if (mail_->inbox.empty()) {
    ADD_FAILURE() << identity_.user << " waits for " << wanted << " and nothing came";
    return {};
  }
  sip::Message message = std::move(mail_->inbox.front());
  mail_->inbox.pop_front();
  return message;
}

sip::Message UserAgent::expect_response(int status) {
  sip::Message message = next(std::to_string(status));
  while (message.status_code() == 100 && status != 100)
    message = next(std::to_string(status));
  EXPECT_EQ(message.status_code(), status) << identity_.user << " got\n" << message.bytes();
  return message;
}

sip::Message UserAgent::expect_request(Method method) {
  sip::Message message = next(std::string(to_text(method)));
  while (message.is_response() && message.status_code() == 100)
    message = next(std::string(to_text(method)));
  EXPECT_TRUE(message.is_request() && message.method() == method)
      << identity_.user << " waits for " << to_text(method) << " and got\n"
      << message.bytes();
  return message;
}

sip::Message UserAgent::expect_any() {
  return next("anything");
}

void UserAgent::expect_silence() {
  world_->run();
  for (const sip::Message& message : mail_->inbox) {
    if (message.status_code() == 100) continue;
    ADD_FAILURE() << identity_.user << " got\n" << message.bytes();
  }
  mail_->inbox.clear();
}

std::string UserAgent::credentials(const sip::Message& challenge, std::string_view method,
                                   const std::string& uri) {
  std::vector<std::string_view> values;
  for (const HeaderName name : {HeaderName::www_authenticate, HeaderName::proxy_authenticate}) {
    for (const std::string_view value : challenge.values(name))
      values.push_back(value);
  }
  const auto selected = digest::select_challenge(values);
  if (!selected) {
    ADD_FAILURE() << "no challenge in\n" << challenge.bytes();
    return {};
  }
  return digest::answer(*selected, {identity_.user, identity_.password}, {method}, uri, 1,
                        "cnonce");
}

sip::Message UserAgent::send_register(int expires, const std::string& authorization) {
  const std::string aor =
      '<' + identity_.scheme + ':' + identity_.user + '@' + identity_.domain + '>';
  auto message =
      sip::OutgoingMessage::request(Method::register_, identity_.scheme + ':' + identity_.domain);
  message.add(HeaderName::via, via(fresh("z9hG4bK")))
      .add(HeaderName::max_forwards, "70")
      .add(HeaderName::from, aor + ";tag=" + fresh("t"))
      .add(HeaderName::to, aor)
      .add(HeaderName::call_id, "reg-" + identity_.user)
      .add(HeaderName::cseq, std::to_string(++counter_) + " REGISTER")
      .add(HeaderName::contact, contact() + contact_parameters)
      .add(HeaderName::expires, std::to_string(expires));
  if (!authorization.empty()) message.add(HeaderName::authorization, authorization);
  send(message.serialize());
  return next("the answer to REGISTER");
}

sip::Message UserAgent::answer_register(int expires, const sip::Message& challenge) {
  return send_register(
      expires, credentials(challenge, "REGISTER", identity_.scheme + ':' + identity_.domain));
}

void UserAgent::register_now(int expires) {
  const sip::Message challenge = send_register(expires);
  ASSERT_EQ(challenge.status_code(), 401);
  const auto answer = answer_register(expires, challenge);
  ASSERT_EQ(answer.status_code(), 200) << answer.bytes();
}

sip::OutgoingMessage UserAgent::start_invite(const Dialogue& dialogue, const std::string& sdp) {
  auto message = sip::OutgoingMessage::request(Method::invite, dialogue.request_uri);
  message.add(HeaderName::via, via(dialogue.invite_branch))
      .add(HeaderName::max_forwards, "70")
      .add(HeaderName::from, dialogue.local)
      .add(HeaderName::to, dialogue.remote)
      .add(HeaderName::call_id, dialogue.call_id)
      .add(HeaderName::cseq, std::to_string(dialogue.cseq) + " INVITE")
      .add(HeaderName::contact, contact());
  for (const auto& [name, value] : says)
    message.add(name, value);
  if (!sdp.empty()) message.body("application/sdp", sdp);
  return message;
}

Dialogue UserAgent::invite(const std::string& user, const std::string& sdp, bool challenged) {
  Dialogue d;
  d.call_id = fresh("call");
  d.request_uri = identity_.scheme + ':' + user + '@' + identity_.domain;
  d.local = '<' + identity_.scheme + ':' + identity_.user + '@' + identity_.domain +
            ">;tag=" + fresh("t");
  d.remote = '<' + d.request_uri + '>';
  d.target = d.request_uri;
  d.invite_branch = fresh("z9hG4bK");
  send(start_invite(d, sdp).serialize());
  if (!challenged) return d;
  const sip::Message challenge = expect_response(407);
  auto ack = sip::OutgoingMessage::request(Method::ack, d.request_uri);
  ack.add(HeaderName::via, via(d.invite_branch))
      .add(HeaderName::from, d.local)
      .add(HeaderName::to, challenge.header(HeaderName::to).value_or(""))
      .add(HeaderName::call_id, d.call_id)
      .add(HeaderName::cseq, std::to_string(d.cseq) + " ACK");
  send(ack.serialize());
  ++d.cseq;
  d.invite_branch = fresh("z9hG4bK");
  auto again = start_invite(d, sdp);
  again.add(HeaderName::proxy_authorization, credentials(challenge, "INVITE", d.request_uri));
  send(again.serialize());
  return d;
}

void UserAgent::ack(Dialogue& d, const sip::Message& success, const std::string& sdp) {
  if (const auto to = success.header(HeaderName::to)) d.remote = *to;
  if (const auto contact = success.contact()) d.target = contact->uri.to_string();
  auto message = sip::OutgoingMessage::request(Method::ack, d.target);
  message.add(HeaderName::via, via(fresh("z9hG4bK")))
      .add(HeaderName::max_forwards, "70")
      .add(HeaderName::from, d.local)
      .add(HeaderName::to, d.remote)
      .add(HeaderName::call_id, d.call_id)
      .add(HeaderName::cseq, std::to_string(d.cseq) + " ACK");
  if (!sdp.empty()) message.body("application/sdp", sdp);
  send(message.serialize());
}

void UserAgent::cancel(const Dialogue& d) {
  auto message = sip::OutgoingMessage::request(Method::cancel, d.request_uri);
  message.add(HeaderName::via, via(d.invite_branch))
      .add(HeaderName::from, d.local)
      .add(HeaderName::to, d.remote)
      .add(HeaderName::call_id, d.call_id)
      .add(HeaderName::cseq, std::to_string(d.cseq) + " CANCEL");
  send(message.serialize());
}

void UserAgent::request(Dialogue& d, Method method, const std::string& sdp) {
  sip::OutgoingMessage with;
  if (!sdp.empty()) with.body("application/sdp", sdp);
  request(d, method, with);
}

void UserAgent::request(Dialogue& d, Method method, const sip::OutgoingMessage& with) {
  ++d.cseq;
  d.invite_branch = fresh("z9hG4bK");
  auto message = sip::OutgoingMessage::request(method, d.target);
  message.add(HeaderName::via, via(d.invite_branch))
      .add(HeaderName::max_forwards, "70")
      .add(HeaderName::from, d.local)
      .add(HeaderName::to, d.remote)
      .add(HeaderName::call_id, d.call_id)
      .add(HeaderName::cseq, std::to_string(d.cseq) + ' ' + std::string(to_text(method)));
  if (method == Method::invite || method == Method::update || method == Method::refer) {
    message.add(HeaderName::contact, contact());
  }
  if (method == Method::invite || method == Method::update) {
    for (const auto& [name, value] : says)
      message.add(name, value);
  }
  for (const auto& field : with.fields()) {
    if (field.id != HeaderName::content_type) message.add(field.id, field.value);
  }
  if (!with.body().empty()) {
    message.body(with.header(HeaderName::content_type).value_or(""), with.body());
  }
  send(message.serialize());
}

void UserAgent::submit(const sip::OutgoingMessage& request) {
  const std::string from =
      "<sip:" + identity_.user + '@' + identity_.domain + ">;tag=" + fresh("t");
  const std::string call_id = fresh("out");
  const auto complete = [&](int cseq) {
    sip::OutgoingMessage message = request;
    message.add_first(HeaderName::via, via(fresh("z9hG4bK")));
    if (!message.header(HeaderName::max_forwards)) message.add(HeaderName::max_forwards, "70");
    if (!message.header(HeaderName::to)) message.add(HeaderName::to, '<' + request.uri() + '>');
    message.add(HeaderName::from, from)
        .add(HeaderName::call_id, call_id)
        .add(HeaderName::cseq, std::to_string(cseq) + ' ' + request.method());
    return message;
  };
  send(complete(1).serialize());
  if (mail_->inbox.empty()) return;
  const int status = mail_->inbox.front().status_code();
  if (status != 401 && status != 407) return;
  const sip::Message challenge = next("a challenge");
  auto again = complete(2);
  again.add(status == 401 ? HeaderName::authorization : HeaderName::proxy_authorization,
            credentials(challenge, request.method(), request.uri()));
  send(again.serialize());
}

Dialogue UserAgent::accept(const sip::Message& invite, int status, const std::string& sdp) {
  return respond(invite, status, {fresh("t"), sdp});
}

Dialogue UserAgent::respond(const sip::Message& invite, int status, const Word& word) {
  Dialogue d;
  d.call_id = invite.call_id();
  d.local = std::string(invite.header(HeaderName::to).value_or("")) + ";tag=" + word.tag;
  d.remote = invite.header(HeaderName::from).value_or("");
  if (const auto contact = invite.contact()) d.target = contact->uri.to_string();
  d.cseq = 100;
  auto response = sip::make_response(invite, status, {}, word.tag);
  response.add(HeaderName::contact, contact());
  for (const auto& [name, value] : says)
    response.add(name, value);
  if (word.rseq > 0) {
    response.add(HeaderName::require, "100rel").add_number(HeaderName::rseq, word.rseq);
  }
  if (!word.sdp.empty()) response.body("application/sdp", word.sdp);
  send(response.serialize());
  return d;
}

Dialogue UserAgent::early(const Dialogue& invited, const sip::Message& response) const {
  Dialogue d = invited;
  d.remote = response.header(HeaderName::to).value_or("");
  if (const auto contact = response.contact()) d.target = contact->uri.to_string();
  return d;
}

void UserAgent::prack(Dialogue& d, const sip::Message& provisional, const std::string& sdp) {
  const auto cseq = provisional.cseq();
  ++d.cseq;
  auto message = sip::OutgoingMessage::request(Method::prack, d.target);
  message.add(HeaderName::via, via(fresh("z9hG4bK")))
      .add(HeaderName::max_forwards, "70")
      .add(HeaderName::from, d.local)
      .add(HeaderName::to, d.remote)
      .add(HeaderName::call_id, d.call_id)
      .add(HeaderName::cseq, std::to_string(d.cseq) + " PRACK")
      .add(HeaderName::rack, std::string(provisional.header(HeaderName::rseq).value_or("0")) + ' ' +
                                 std::to_string(cseq ? cseq->number : 0) + " INVITE");
  if (!sdp.empty()) message.body("application/sdp", sdp);
  send(message.serialize());
}

void UserAgent::reply(const sip::Message& request, int status, const std::string& sdp) {
  auto response = sip::make_response(request, status, {}, "reply-" + identity_.user);
  if (request.method() == Method::invite) response.add(HeaderName::contact, contact());
  if (!sdp.empty()) response.body("application/sdp", sdp);
  send(response.serialize());
}

namespace {

std::string sdp_text(Port port, std::string_view profile, const std::string& crypto,
                     const std::string& direction) {
  std::string out =
      "v=0\r\no=ua 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ";
  out += std::to_string(port) + ' ' + std::string(profile) + " 8 101\r\n";
  out += "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n";
  if (!crypto.empty()) out += "a=crypto:" + crypto + "\r\n";
  return out + "a=" + direction + "\r\n";
}

}  // namespace

std::string audio_sdp(Port port, const std::string& crypto, const std::string& direction) {
  return sdp_text(port, crypto.empty() ? "RTP/AVP" : "RTP/SAVP", crypto, direction);
}

std::string offered_crypto_sdp(Port port, const std::string& crypto, const std::string& direction) {
  return sdp_text(port, "RTP/AVP", crypto, direction);
}

std::string some_crypto(char fill) {
  return "1 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(40, fill);
}

}  // namespace ringfence::sip_core::simulation

#include "tests/simulation/phone/agent.hpp"

#include <algorithm>
#include <charconv>

#include "sip-core/digest/credentials.hpp"
#include "sip-core/message/response.hpp"

namespace ringfence::simulation {

namespace {

using sip_core::sip::HeaderName;
using sip_core::sip::Message;
using sip_core::sip::Method;
using sip_core::sip::OutgoingMessage;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kRemembered{80};  // a call that is over, for what still arrives of it

// "storm 17".
std::uint64_t number_in(const Message& invite) {
  const std::string_view subject = invite.header(HeaderName::subject).value_or("");
  std::uint64_t number = 0;
  if (subject.size() > 6) {
    std::from_chars(subject.data() + 6, subject.data() + subject.size(), number);
  }
  return number;
}

}  // namespace

Agent::Agent(const Surroundings& around, Profile profile)
    : around_(around), profile_(std::move(profile)), dice_(around.seed, profile_.name) {}

Agent::~Agent() = default;

void Agent::use_udp(SocketAddress local, SocketAddress box) {
  wire_ = make_udp_wire(around_.network, local, box, *this);
  transactions_ = std::make_unique<Transactions>(schedule(), *wire_, *this);
}

void Agent::use_dialling(SocketAddress local, SocketAddress box, StreamKind kind) {
  wire_ = make_dialling_wire(around_.network, local, box, kind, *this);
  transactions_ = std::make_unique<Transactions>(schedule(), *wire_, *this);
}

void Agent::use_listening(SocketAddress local, StreamKind kind) {
  wire_ = make_listening_wire(around_.network, local, kind, *this);
  transactions_ = std::make_unique<Transactions>(schedule(), *wire_, *this);
}

void Agent::begin() {
  if (profile_.kind == Kind::phone) registration_.emplace(*this);
  if (wire_->is_up()) {
    on_wire_up();
  } else {
    wire_->dial();
  }
}

void Agent::stop_registering() {
  if (registration_) registration_->stop();
}

bool Agent::can_call() const {
  if (!wire_->is_up()) return false;
  return !registration_ || registration_->registered();
}

void Agent::check_registration() {
  if (registration_) registration_->fetch();
}

std::string Agent::somebody() {
  return dice_.pick(around_.extensions);
}

void Agent::consult(std::uint64_t number, const std::string& request_uri,
                    const std::string& about) {
  auto call = std::make_unique<PhoneCall>(*this, number);
  PhoneCall& begun = *call;
  begun.consult(request_uri, about);
  calls_.emplace(begun.call_id(), std::move(call));
}

void Agent::conclude_consultation(const std::string& about, const PhoneCall& consultation) {
  if (PhoneCall* call = find(about)) call->transfer_to(consultation);
}

void Agent::call(std::uint64_t number, const std::string& request_uri) {
  forget_old_calls();
  auto call = std::make_unique<PhoneCall>(*this, number);
  PhoneCall& begun = *call;
  begun.call(request_uri);
  calls_.emplace(begun.call_id(), std::move(call));
}

void Agent::forget_old_calls() {
  const TimePoint now = schedule().now();
  std::erase_if(calls_, [&](const auto& entry) {
    return entry.second->over() && now - entry.second->over_since() > kRemembered;
  });
}

std::string Agent::fresh(std::string_view prefix) {
  return std::string(prefix) + profile_.marker + std::to_string(++last_token_);
}

std::string Agent::contact() const {
  return "<sip:" + profile_.marker + '@' + wire_->local().to_string() +
         (wire_->is_reliable() ? ";transport=tcp>" : ">");
}

std::string Agent::via(const std::string& branch) const {
  return "SIP/2.0/" + std::string(wire_->via_transport()) + ' ' + wire_->local().to_string() +
         ";branch=" + branch + ";rport";
}

SocketAddress Agent::media_port() {
  last_media_port_ = static_cast<Port>(last_media_port_ < 60000 ? last_media_port_ + 2 : 20000);
  return {profile_.media_address, last_media_port_};
}

bool Agent::learn_challenge(const Message& response) {
  const bool proxy = response.status_code() == 407;
  std::vector<std::string_view> values;
  for (const std::string_view value :
       response.values(proxy ? HeaderName::proxy_authenticate : HeaderName::www_authenticate)) {
    values.push_back(value);
  }
  const auto challenge = sip_core::digest::select_challenge(values);
  if (!challenge || profile_.password.empty()) return false;
  learnt_ = Learnt{*challenge, proxy, 0};
  return true;
}

// The last nonce is used again until it is refused: nonce counts and stale ones are exercised.
void Agent::add_credentials(OutgoingMessage& request) {
  if (!learnt_ || profile_.password.empty()) return;
  const bool registers = request.method() == "REGISTER";
  request.add(registers ? HeaderName::authorization : HeaderName::proxy_authorization,
              sip_core::digest::answer(learnt_->challenge, {profile_.user, profile_.password},
                                       {request.method(), request.body()}, request.uri(),
                                       ++learnt_->used, fresh("cn")));
}

void Agent::on_message(Message message) {
  transactions_->on_message(std::move(message));
}

void Agent::on_wire_up() {
  if (registration_) {
    registration_->on_wire_up();
  } else {
    tell_registered();
  }
  std::vector<std::string> ids;
  for (const auto& [id, call] : calls_)
    ids.push_back(id);
  std::ranges::sort(ids);
  for (const std::string& id : ids)
    if (PhoneCall* call = find(id)) call->on_wire_up();
}

void Agent::tell_registered() {
  for (const auto& [id, call] : calls_)
    if (!call->over()) call->on_registered();
}

void Agent::on_wire_down() {
  if (registration_) registration_->on_wire_down();
  for (const auto& [id, call] : calls_)
    if (!call->over()) call->on_wire_down();
  transactions_->on_wire_down();
  if (profile_.kind == Kind::carrier) return;
  const Duration away = dice_.chance(habits().stays_away)
                            ? dice_.between(seconds(20), seconds(70))
                            : dice_.between(milliseconds(100), seconds(2));
  schedule().after(away, [this] {
    if (!wire_->is_up()) wire_->dial();
  });
}

PhoneCall* Agent::find(std::string_view call_id) {
  const auto found = calls_.find(std::string(call_id));
  return found == calls_.end() ? nullptr : found->second.get();
}

void Agent::reply(const MessagePtr& request, int status) {
  transactions_->send_response(request,
                               sip_core::sip::make_response(*request, status, {}, fresh("tag")));
}

void Agent::on_request(const MessagePtr& request) {
  const Method method = request->method();
  PhoneCall* call = find(request->call_id());
  if (method == Method::cancel) {
    reply(request, call == nullptr ? 481 : 200);
    if (call != nullptr) call->on_cancel();
    return;
  }
  if (!request->to_tag().empty()) {
    if (call != nullptr && call->matches(request->to_tag())) return call->on_request(request);
    if (method != Method::ack) reply(request, 481);
    return;
  }
  switch (method) {
    case Method::invite:
      return on_new_call(request);
    case Method::register_:
      return on_register(request);
    case Method::ack:
      return;
    case Method::options:
      return reply(request, 200);
    default:
      return reply(request, 405);
  }
}

// As a carrier: half of the INVITEs are let in by address, the others need credentials.
bool Agent::challenged(const MessagePtr& request) {
  const bool registers = request->method() == Method::register_;
  const auto field = registers ? HeaderName::authorization : HeaderName::proxy_authorization;
  if (request->has(field)) return false;
  if (!registers && !dice_.chance(0.3)) return false;
  auto challenge = sip_core::sip::make_response(*request, registers ? 401 : 407, {}, fresh("tag"));
  for (const std::string& value : sip_core::digest::write_challenges(
           "carrier." + profile_.name, fresh("nonce"), sip_core::digest::Stale::no)) {
    challenge.add(registers ? HeaderName::www_authenticate : HeaderName::proxy_authenticate, value);
  }
  transactions_->send_response(request, challenge);
  return true;
}

// The box makes the INVITE of a transfer itself: it says who asked for it.
std::uint64_t Agent::number_of(const Message& invite) {
  if (const std::uint64_t number = number_in(invite); number != 0) return number;
  const std::string_view by = invite.header(HeaderName::referred_by).value_or("");
  const auto user = by.find("sip:");
  if (user == std::string_view::npos) return book().stray();
  const std::string transferor(by.substr(user + 4, by.find('@') - user - 4));
  const auto number = book().transferred_to(transferor, profile_.user);
  return number ? *number : book().stray();
}

void Agent::on_new_call(const MessagePtr& invite) {
  forget_old_calls();
  if (find(invite->call_id()) != nullptr) return reply(invite, 482);
  if (profile_.registrar && challenged(invite)) return;
  auto call = std::make_unique<PhoneCall>(*this, number_of(*invite));
  PhoneCall& begun = *call;
  calls_.emplace(std::string(invite->call_id()), std::move(call));
  begun.take(invite);
}

void Agent::on_register(const MessagePtr& request) {
  if (!profile_.registrar) return reply(request, 405);
  if (challenged(request)) return;
  if (dice_.chance(0.05)) return reply(request, 503);
  auto ok = sip_core::sip::make_response(*request, 200, {}, fresh("tag"));
  ok.copy(*request, HeaderName::contact);
  ok.add(HeaderName::expires, "60");
  transactions_->send_response(request, ok);
}

void Agent::on_response(const SentRequest& request, const MessagePtr& response) {
  if (registration_ && registration_->on_response(request, *response)) {
    if (registration_->registered()) tell_registered();
    return;
  }
  if (PhoneCall* call = find(request.call_id)) call->on_response(request, response);
}

void Agent::on_silence(const SentRequest& request, Silence why) {
  if (registration_ && registration_->on_silence(request)) return;
  if (PhoneCall* call = find(request.call_id)) call->on_silence(request, why);
}

void Agent::on_no_ack(const MessagePtr& invite) {
  if (PhoneCall* call = find(invite->call_id())) call->on_no_ack();
}

}  // namespace ringfence::simulation

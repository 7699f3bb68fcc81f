#include "sip-core/trunk/trunk_registration.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "sip-core/digest/credentials.hpp"
#include "sip-core/message/characters.hpp"
#include "sip-core/message/cseq.hpp"
#include "sip-core/message/status.hpp"
#include "sip-core/trunk/identify_trunk.hpp"
#include "sip-core/trunk/trunk_uris.hpp"
#include "sip-core/trunk/utc_text.hpp"

namespace ringfence::sip_core {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kFirstRetry(30);  // RFC 5626 §4.5
constexpr seconds kLastRetry(1800);
constexpr seconds kShortestRetryAfter(5);
constexpr seconds kLongestRetryAfter(3600);
constexpr seconds kPatience(16);  // with one attempt, all challenges and targets apart
// After a change of the network: so many attempts, each soon given up and soon followed.
constexpr unsigned kHurriedAttempts = 4;
constexpr milliseconds kHurriedPatience(3000);
constexpr milliseconds kHurriedRetry(2000);
constexpr std::size_t kMaxRoutes = 8;  // of a Service-Route
constexpr std::uint32_t kLongestInterval = 86'400;
constexpr unsigned kMaxTargets = 4;     // of one attempt
constexpr unsigned kMaxChallenges = 2;  // the first, and one for a nonce gone stale (F115)
// The last CSeq written may be older than the last one sent.
constexpr std::uint32_t kCSeqGap = 10;

std::string transport_name(const Trunk& trunk) {
  return std::string(via_token(trunk.transport())) + " (" + std::string(trunk_scheme(trunk)) + ":)";
}

}  // namespace

bool same_account(const Trunk& a, const Trunk& b) {
  const auto place = [](const Trunk& t) {
    return std::tie(t.tenant, t.host, t.port, t.tcp, t.tls, t.tls_port, t.username, t.uri_style,
                    t.listener, t.contact_host, t.outbound_proxy);
  };
  return place(a) == place(b);
}

bool same_registration(const Trunk& a, const Trunk& b) {
  const auto proof = [](const Trunk& t) {
    return std::tie(t.auth_username, t.password, t.tls_verify, t.label, t.registers,
                    t.client_certificate);
  };
  return same_account(a, b) && proof(a) == proof(b) &&
         a.agrees_on_media_security() == b.agrees_on_media_security();
}

TrunkRegistration::TrunkRegistration(Trunk trunk, std::optional<TrunkRegistrationRecord> record,
                                     Random& random)
    : trunk_(std::move(trunk)), from_tag_(random.token(8)) {
  if (record) {
    record_ = std::move(*record);
    record_.cseq += kCSeqGap;
  } else {
    record_ = {trunk_.id, random.token(12), random.token(16), 0};
  }
}

void TrunkRegistration::register_now(Context& context) {
  if (transaction_) return;  // one at a time (RFC 3261 §10.2)
  context.timers.stop(timer_);
  begin_attempt(context);
}

void TrunkRegistration::register_in(Context& context, milliseconds wait) {
  if (wait.count() == 0) return register_now(context);
  if (transaction_) return;
  has_turn_ = true;
  arm(context, wait);
}

void TrunkRegistration::unregister(Context& context) {
  context.timers.stop(timer_);
  if (phase_ != Phase::registered || !last_flow_) {
    phase_ = Phase::finished;
    transaction_.reset();
    return;
  }
  phase_ = Phase::leaving;
  begin_attempt(context);
}

bool TrunkRegistration::update(const Trunk& trunk) {
  const bool again = !same_registration(trunk_, trunk);
  trunk_ = trunk;
  if (!again) return false;
  realm_.clear();
  media_security_.forget();
  failures_ = 0;
  // What is under way says the old things: its answer no longer counts.
  transaction_.reset();
  return true;
}

void TrunkRegistration::begin_attempt(Context& context) {
  challenges_ = 0;
  targets_ = 0;
  interval_raised_ = false;
  our_mechanisms_ = OurMechanisms::said;
  has_turn_ = false;
  if (phase_ != Phase::leaving) {
    context.log(LogLevel::info, "", "REGISTER " + trunk_.label + " " + transport_name(trunk_));
  }
  send(context, {}, {});
}

void TrunkRegistration::send(Context& context, std::string_view credentials_header,
                             std::string credentials) {
  const Listener* listener = context.config.listener_for(trunk_);
  if (listener == nullptr) return fail(context, "no listener for this trunk");
  const std::uint32_t interval = phase_ == Phase::leaving ? 0 : interval_s_;
  const std::string identity = "<" + registered_identity(trunk_) + ">";
  ++record_.cseq;
  context.persist({record_});
  auto request = sip::OutgoingMessage::request(sip::Method::register_, registrar_uri(trunk_));
  request.add_number(sip::HeaderName::max_forwards, 70)
      .add(sip::HeaderName::from, identity + ";tag=" + from_tag_)
      .add(sip::HeaderName::to, identity)
      .add(sip::HeaderName::call_id, record_.call_id)
      .add(sip::HeaderName::cseq, sip::make_cseq(record_.cseq, "REGISTER"))
      .add(sip::HeaderName::contact,
           "<" + trunk_contact(trunk_, *listener, record_.contact_user) + ">")
      .add_number(sip::HeaderName::expires, interval)
      .add(sip::HeaderName::supported, "path");  // RFC 3327 §5.1
  if (trunk_.outbound_proxy) request.add(sip::HeaderName::route, proxy_route(trunk_));
  add_media_security(trunk_, media_security_.mechanisms(), our_mechanisms_, request);
  if (!credentials_header.empty()) request.add(credentials_header, credentials);
  Target target = ToTrunk{trunk_.id, std::nullopt, std::nullopt, registrar_};
  // The row may be gone or point elsewhere by now: what registered us is what lets us go.
  if (phase_ == Phase::leaving) target = *last_flow_;
  transaction_ = context.transactions.request(std::move(request), std::move(target));
  if (phase_ != Phase::leaving) arm(context, patience());
}

void TrunkRegistration::on_response(Context& context, const ResponseReceived& response) {
  const int status = response.message->status_code();
  if (status < 200) return;
  transaction_.reset();
  heard_ = true;
  hurried_ = 0;
  registrar_ = response.source.remote;
  media_security_.learn(*response.message);
  if (status < 300) return accept(context, response);
  if (status == 503 && try_another_target(context)) return;
  if (status == 401 || status == 407) return answer_challenge(context, *response.message);
  if (status == 494 && our_mechanisms_ == OurMechanisms::said) {
    return agree_on_media_security(context, *response.message);
  }
  if (status == 423 && !interval_raised_) return raise_interval(context, *response.message);
  std::optional<seconds> retry_after;
  if (const auto delay = response.message->number(sip::HeaderName::retry_after)) {
    retry_after = seconds(*delay);
  }
  fail(context, std::to_string(status) + " " + std::string(response.message->reason()),
       retry_after);
}

void TrunkRegistration::answer_challenge(Context& context, const sip::Message& response) {
  const bool proxy = response.status_code() == 407;
  std::vector<std::string_view> values;
  for (const std::string_view value : response.values(proxy ? sip::HeaderName::proxy_authenticate
                                                            : sip::HeaderName::www_authenticate)) {
    values.push_back(value);
  }
  const auto challenge = digest::select_challenge(values);
  if (!challenge) return fail(context, "the trunk asks for credentials in no way that we know");
  if (challenges_ > 0 && !challenge->stale)
    return fail(context, "the trunk refused our credentials");
  if (++challenges_ > kMaxChallenges)
    return fail(context, "the trunk keeps asking for credentials");
  if (realm_.empty()) realm_ = challenge->realm;
  if (challenge->realm != realm_) {
    context.counters.get("trunk_auth_refused_total").add();
    return fail(context, "the trunk asks for credentials of another realm");
  }
  const std::string& username =
      trunk_.auth_username.empty() ? trunk_.username : trunk_.auth_username;
  send(context, proxy ? "Proxy-Authorization" : "Authorization",
       digest::answer(*challenge, {username, trunk_.password}, {"REGISTER"}, registrar_uri(trunk_),
                      1, context.random.token(8)));
}

void TrunkRegistration::accept(Context& context, const ResponseReceived& response) {
  if (phase_ == Phase::leaving) {
    phase_ = Phase::finished;
    return;
  }
  phase_ = Phase::registered;
  last_flow_ = response.source.flow;
  last_error_.clear();
  failures_ = 0;
  take_service_route(*response.message);
  const std::uint32_t granted = granted_interval(*response.message);
  const milliseconds refresh = std::max(milliseconds(seconds(granted)) * 4 / 5, milliseconds(1000));
  context.log(LogLevel::info, "", "REGISTER OK " + trunk_.label,
              {{"expires", std::to_string(granted)}, {"next", utc_text(context.wall + refresh)}});
  arm(context, refresh);
}

// RFC 3608 §5: that of the last 200, also where it says none.
void TrunkRegistration::take_service_route(const sip::Message& response) {
  service_route_.clear();
  for (const std::string_view value : response.values(sip::HeaderName::service_route)) {
    if (service_route_.size() < kMaxRoutes) service_route_.emplace_back(sip::trim(value));
  }
}

// RFC 3261 §10.2.4: our own Contact's expires, else the response's, else what we asked for.
std::uint32_t TrunkRegistration::granted_interval(const sip::Message& response) const {
  std::uint32_t granted = response.expires().value_or(interval_s_);
  if (const auto contacts = response.contacts()) {
    for (const sip::NameAddr& contact : contacts->list) {
      if (contact.uri.decoded_user() != record_.contact_user) continue;
      granted = contact.expires().value_or(granted);
    }
  }
  return std::clamp<std::uint32_t>(granted, 1, kLongestInterval);
}

void TrunkRegistration::raise_interval(Context& context, const sip::Message& response) {
  const auto least = response.number(sip::HeaderName::min_expires);
  if (!least || *least <= interval_s_ || *least > kLongestInterval) {
    return fail(context, "423 without a usable Min-Expires");
  }
  interval_s_ = *least;
  interval_raised_ = true;
  challenges_ = 0;
  send(context, {}, {});
}

// RFC 3329 §2.3.1: once more, in the words of the 494.
void TrunkRegistration::agree_on_media_security(Context& context, const sip::Message& response) {
  const bool can =
      trunk_.agrees_on_media_security() && response.has(sip::HeaderName::security_server);
  if (!can) return fail(context, "494: the trunk wants to agree on security, see its mediasec");
  our_mechanisms_ = OurMechanisms::left_out;
  challenges_ = 0;
  send(context, {}, {});
}

void TrunkRegistration::on_failure(Context& context, std::string_view reason) {
  transaction_.reset();
  heard_ = false;
  if (!try_another_target(context)) fail(context, std::string(reason));
}

// What may still come back to the old transaction finds nobody, and does no harm.
void TrunkRegistration::on_silent(Context& context) {
  try_another_target(context);
}

// R097: the trunk's other targets in turn, each once, before the attempt has failed.
bool TrunkRegistration::try_another_target(Context& context) {
  if (phase_ == Phase::leaving || phase_ == Phase::finished) return false;
  if (targets_ >= kMaxTargets || !context.trunk_facts.has_good_target(trunk_.id)) return false;
  ++targets_;
  challenges_ = 0;
  send(context, {}, {});
  return true;
}

void TrunkRegistration::fail(Context& context, std::string reason,
                             std::optional<seconds> retry_after) {
  transaction_.reset();
  if (phase_ == Phase::leaving) {
    phase_ = Phase::finished;
    return;
  }
  phase_ = Phase::failed;
  last_error_ = std::move(reason);
  milliseconds delay = back_off(context.random);
  if (retry_after) delay = std::clamp(*retry_after, kShortestRetryAfter, kLongestRetryAfter);
  if (hurried_ == 0 || --hurried_ == 0) ++failures_;
  context.log(LogLevel::warning, "", "REGISTER FAILED " + trunk_.label,
              {{"reason", last_error_}, {"next", utc_text(context.wall + delay)}});
  arm(context, delay);
}

// R093: doubling, and up to a half shorter, so that many trunks do not come back in step.
milliseconds TrunkRegistration::back_off(Random& random) const {
  milliseconds whole = std::min(kFirstRetry * (1 << std::min(failures_, 10U)), kLastRetry);
  if (hurried_ > 1) whole = kHurriedRetry;
  return whole - milliseconds(random.number() % static_cast<std::uint64_t>(whole.count() / 2));
}

milliseconds TrunkRegistration::patience() const {
  return hurried_ > 0 ? kHurriedPatience : milliseconds(kPatience);
}

void TrunkRegistration::arm(Context& context, milliseconds delay) {
  context.timers.stop(timer_);
  timer_ = context.timers.start(context.now + delay, TimerOwner::trunks, trunk_.id.value);
}

void TrunkRegistration::on_timer(Context& context) {
  timer_ = {};
  if (!transaction_) return register_now(context);
  // What stood before the change may lead nowhere now, and nobody would say so.
  if (hurried_ > 0) context.close_connections(trunk_.id, "no answer since the network changed");
  on_failure(context, "no answer");
}

bool TrunkRegistration::on_connection_lost() const {
  // An attempt under way hears of it by itself; a failed one waits for its time.
  return phase_ == Phase::registered && trunk_.transport() != TransportKind::udp;
}

bool TrunkRegistration::on_transport_back() {
  if (phase_ == Phase::leaving || phase_ == Phase::finished) return false;
  if (trunk_.transport() == TransportKind::udp) return false;
  failures_ = 0;
  return true;
}

// One that the registrar itself turned away, with a response, keeps its time.
bool TrunkRegistration::on_network_changed(Context& context) {
  if (phase_ == Phase::leaving || phase_ == Phase::finished) return false;
  if (phase_ == Phase::failed && heard_ && !transaction_) return false;
  failures_ = 0;
  hurried_ = kHurriedAttempts;
  if (transaction_) arm(context, kHurriedPatience);
  return !transaction_;
}

TrunkState TrunkRegistration::state() const {
  TrunkState state{trunk_.id, "registering", std::string(leg_token(trunk_.transport())),
                   last_error_};
  if (phase_ == Phase::registered) state.state = "registered";
  if (phase_ == Phase::failed && !transaction_) state.state = "failed";
  return state;
}

}  // namespace ringfence::sip_core

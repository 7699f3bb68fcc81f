#include "sip-core/dialog/session_timer.hpp"

#include <algorithm>
#include <string>

#include "sip-core/message/characters.hpp"
#include "sip-core/message/parameters.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;
using std::chrono::seconds;
using Use = SessionIntervals::Use;

constexpr seconds kLeast{90};     // §4: below it no Session-Expires and no Min-SE may be
constexpr seconds kMost{86'400};  // a longer one would outlive every call
// A peer that answers with less than the least would have us refresh without end.
constexpr seconds kShortestAnswer{30};
constexpr seconds kLastGrace{32};  // §10

std::optional<seconds> interval_in(const sip::Message& message, HeaderName name) {
  const auto number = message.number(name);
  if (!number) return std::nullopt;
  return std::min(seconds(*number), kMost);
}

// "uac", "uas" or nothing that we know.
std::string_view refresher_in(const sip::Message& message) {
  std::string_view value = message.header(HeaderName::session_expires).value_or("");
  value.remove_prefix(std::min(value.find(';'), value.size()));
  while (const auto parameter = sip::take_parameter(value, sip::ParameterGrammar::header)) {
    if (!sip::equal_without_case(parameter->name, "refresher")) continue;
    if (sip::equal_without_case(parameter->value.value_or(""), "uac")) return "uac";
    if (sip::equal_without_case(parameter->value.value_or(""), "uas")) return "uas";
  }
  return {};
}

bool knows_timers(const sip::Message& message) {
  return message.lists(HeaderName::supported, "timer") ||
         message.lists(HeaderName::require, "timer");
}

void without_timer(sip::OutgoingMessage& message) {
  std::string_view options = message.header(HeaderName::supported).value_or("");
  std::string kept;
  while (!options.empty()) {
    const std::string_view option = sip::trim(options.substr(0, options.find(',')));
    options.remove_prefix(std::min(options.find(','), options.size() - 1) + 1);
    if (sip::equal_without_case(option, "timer")) continue;
    kept.append(kept.empty() ? "" : ", ").append(option);
  }
  message.set(HeaderName::supported, kept);
}

std::string text(seconds interval, std::string_view refresher) {
  std::string out = std::to_string(interval.count());
  if (!refresher.empty()) out.append(";refresher=").append(refresher);
  return out;
}

}  // namespace

seconds SessionTimer::asked(const SessionIntervals& intervals) const {
  if (running()) return std::max(interval_, least_);
  return std::max({intervals.wanted, intervals.minimum, least_, kLeast});
}

void SessionTimer::add_to_request(sip::OutgoingMessage& request,
                                  const SessionIntervals& intervals) const {
  if (!running() && intervals.use == Use::off) return without_timer(request);
  if (!running() && intervals.use == Use::accept) return;
  // §7.4: who refreshes stays who it is (R156); at the beginning the peer chooses.
  std::string_view role;
  if (running()) role = refresher_ == Refresher::us ? "uac" : "uas";
  request.set(HeaderName::session_expires, text(asked(intervals), role));
  const seconds minimum = std::max(intervals.minimum, least_);
  if (minimum > kLeast) request.set(HeaderName::min_se, std::to_string(minimum.count()));
}

bool SessionTimer::on_too_small(const sip::Message& response, const SessionIntervals& intervals) {
  const auto least = interval_in(response, HeaderName::min_se);
  if (!least || *least <= asked(intervals)) return false;
  least_ = *least;
  return true;
}

void SessionTimer::on_success(const sip::Message& response, TimePoint now) {
  const auto granted = interval_in(response, HeaderName::session_expires);
  if (!granted) return stop();  // §7.2 (R156)
  start(std::max(*granted, kShortestAnswer),
        refresher_in(response) == "uas" ? Refresher::peer : Refresher::us, now);
}

std::optional<seconds> SessionTimer::refusal(const sip::Message& request,
                                             const SessionIntervals& intervals) const {
  if (intervals.use == Use::off) return std::nullopt;
  const seconds minimum = std::max(intervals.minimum, kLeast);
  const auto wanted = interval_in(request, HeaderName::session_expires);
  // §9: a UAC that knows no timers could do nothing with a 422.
  if (!wanted || *wanted >= minimum || !knows_timers(request)) return std::nullopt;
  return minimum;
}

void SessionTimer::accept(const sip::Message& request, const SessionIntervals& intervals,
                          sip::OutgoingMessage& response, TimePoint now) {
  if (intervals.use == Use::off) return without_timer(response);
  const bool asked_for = request.has(HeaderName::session_expires);
  if (intervals.use == Use::accept && !asked_for && !running()) return;
  const seconds least = std::max(interval_in(request, HeaderName::min_se).value_or(kLeast), kLeast);
  seconds granted = std::max({intervals.wanted, intervals.minimum, least});
  // §9: shorter than was asked is allowed, down to the request's Min-SE; longer never is (R153).
  if (const auto wanted = interval_in(request, HeaderName::session_expires)) {
    granted = std::max(std::min(granted, *wanted), seconds(1));
  }
  const std::string_view role = refresher_in(request);
  Refresher refresher = Refresher::peer;
  if (!knows_timers(request)) {
    refresher = Refresher::us;  // §9, table 2: nobody else could
  } else if (!role.empty()) {
    refresher = role == "uac" ? Refresher::peer : Refresher::us;
  } else if (running()) {
    refresher = refresher_;
  }
  const bool by_peer = refresher == Refresher::peer;
  response.set(HeaderName::session_expires, text(granted, by_peer ? "uac" : "uas"));
  if (by_peer) response.add(HeaderName::require, "timer");
  start(std::max(granted, kShortestAnswer), refresher, now);
}

void SessionTimer::start(seconds interval, Refresher refresher, TimePoint now) {
  interval_ = interval;
  refresher_ = refresher;
  expires_ = now + interval;
  refresh_at_.reset();
  if (refresher == Refresher::us) refresh_at_ = now + interval / 2;  // §10 (R154)
}

// §10: the other side is given time for a refresh that is late (R155).
TimePoint SessionTimer::given_up_at() const {
  return expires_ - std::min(kLastGrace, interval_ / 3);
}

std::optional<TimePoint> SessionTimer::next() const {
  if (!running()) return std::nullopt;
  return refresh_at_ ? std::min(*refresh_at_, given_up_at()) : given_up_at();
}

SessionTimer::Due SessionTimer::due(TimePoint now) const {
  if (!running()) return Due::nothing;
  if (now >= given_up_at()) return Due::expired;
  return refresh_at_ && now >= *refresh_at_ ? Due::refresh : Due::nothing;
}

SessionTimer SessionTimer::restore(seconds interval, Refresher refresher, TimePoint expires,
                                   TimePoint now) {
  SessionTimer timer;
  if (interval.count() <= 0) return timer;
  timer.start(interval, refresher, now);
  timer.expires_ = std::min(expires, timer.expires_);
  if (refresher == Refresher::us) timer.refresh_at_ = timer.expires_ - (interval - interval / 2);
  return timer;
}

}  // namespace ringfence::sip_core

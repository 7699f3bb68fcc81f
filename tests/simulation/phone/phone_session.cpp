#include "tests/simulation/phone/phone_session.hpp"

#include <algorithm>
#include <string>

namespace ringfence::simulation {

using sip_core::sip::HeaderName;
using sip_core::sip::Message;
using sip_core::sip::OutgoingMessage;
using std::chrono::seconds;

namespace {

bool says(const Message& message, std::string_view refresher) {
  const auto value = message.header(HeaderName::session_expires).value_or("");
  return value.find(refresher) != std::string_view::npos;
}

}  // namespace

void PhoneSession::ask(OutgoingMessage& request) const {
  std::string value = std::to_string((runs() ? interval_ : wanted_).count());
  if (runs()) value += refreshes_ == Refreshes::we ? ";refresher=uac" : ";refresher=uas";
  request.add(HeaderName::session_expires, value);
}

void PhoneSession::take_minimum(const Message& response) {
  wanted_ = seconds(response.number(HeaderName::min_se).value_or(90));
}

void PhoneSession::on_success(const Message& response, TimePoint now) {
  const auto granted = response.number(HeaderName::session_expires);
  interval_ = seconds(0);
  if (!granted) return;
  start(seconds(*granted), says(response, "uas") ? Refreshes::they : Refreshes::we, now);
}

void PhoneSession::grant(const Message& request, OutgoingMessage& response, Refreshes wish,
                         TimePoint now) {
  const auto wanted = request.number(HeaderName::session_expires);
  interval_ = seconds(0);
  if (!wanted) return;
  Refreshes who = wish;
  if (says(request, "uac")) who = Refreshes::they;
  if (says(request, "uas")) who = Refreshes::we;
  if (!request.lists(HeaderName::supported, "timer")) who = Refreshes::we;
  response.add(
      HeaderName::session_expires,
      std::to_string(*wanted) + (who == Refreshes::they ? ";refresher=uac" : ";refresher=uas"));
  if (who == Refreshes::they) response.add(HeaderName::require, "timer");
  start(seconds(*wanted), who, now);
}

void PhoneSession::start(seconds interval, Refreshes who, TimePoint now) {
  interval_ = interval;
  refreshes_ = who;
  began_ = now;
}

TimePoint PhoneSession::dead_at() const {
  return began_ + interval_ - std::min<Duration>(seconds(32), interval_ / 3);
}

}  // namespace ringfence::simulation

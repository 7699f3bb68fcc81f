#include "tests/simulation/phone/registration.hpp"

namespace ringfence::simulation {

using sip_core::sip::HeaderName;
using sip_core::sip::Message;
using sip_core::sip::Method;
using sip_core::sip::OutgoingMessage;
using std::chrono::milliseconds;
using std::chrono::seconds;

void Registration::on_wire_up() {
  challenges_ = 0;
  send(Asks::to_register);
}

void Registration::on_wire_down() {
  registered_ = false;
  host_.schedule().cancel(next_);
}

void Registration::send(Asks what) {
  if (stopped_) return;
  host_.schedule().cancel(next_);
  const Profile& me = host_.profile();
  if (call_id_.empty()) call_id_ = host_.fresh("reg");
  asked_ = what;
  branch_ = host_.fresh("z9hG4bK");
  const std::string aor = "<sip:" + me.user + '@' + me.domain + '>';
  auto request = OutgoingMessage::request(Method::register_, "sip:" + me.domain);
  request.add(HeaderName::via, host_.via(branch_))
      .add(HeaderName::max_forwards, "70")
      .add(HeaderName::from, aor + ";tag=" + host_.fresh("tag"))
      .add(HeaderName::to, aor)
      .add(HeaderName::call_id, call_id_)
      .add(HeaderName::cseq, std::to_string(++cseq_) + " REGISTER");
  if (what == Asks::to_register) {
    request.add(HeaderName::contact, host_.contact())
        .add(HeaderName::expires, std::to_string(me.expires.count()));
  }
  host_.add_credentials(request);
  host_.transactions().send_request(std::move(request), branch_);
}

void Registration::fetch() {
  if (registered_ && branch_.empty()) send(Asks::to_list);
}

void Registration::retry() {
  branch_.clear();
  challenges_ = 0;
  next_ = host_.schedule().after(host_.dice().between(milliseconds(500), seconds(3)),
                                 [this] { send(Asks::to_register); });
}

bool Registration::on_response(const SentRequest& request, const Message& response) {
  if (request.branch != branch_) return false;
  const int status = response.status_code();
  if (status < 200) return true;
  if (status == 401 && ++challenges_ < 4 && host_.learn_challenge(response)) {
    send(asked_);
    return true;
  }
  if (status < 300) {
    on_granted(response);
  } else {
    retry();
  }
  return true;
}

bool Registration::lists_us(const Message& response) const {
  const auto contacts = response.contacts();
  if (!contacts) return false;
  const std::string own = host_.contact();
  for (const auto& contact : contacts->list)
    if (own.find(contact.uri.host + ':' + std::to_string(contact.uri.port.value_or(0))) !=
        std::string::npos) {
      return true;
    }
  return false;
}

void Registration::on_granted(const Message& response) {
  branch_.clear();
  challenges_ = 0;
  // R061: what was answered 200 is durable, whatever died since.
  if (!lists_us(response) && host_.schedule().now() < granted_until_) {
    host_.findings().add(host_.profile().name + " was registered and is no more", call_id_);
  }
  if (asked_ == Asks::to_register) {
    registered_ = true;
    granted_until_ = host_.schedule().now() + host_.profile().expires - seconds(1);
  }
  const Duration left = granted_until_ - host_.schedule().now();
  next_ = host_.schedule().after(std::max<Duration>(left / 2, seconds(1)),
                                 [this] { send(Asks::to_register); });
}

bool Registration::on_silence(const SentRequest& request) {
  if (request.branch != branch_) return false;
  registered_ = false;
  retry();
  return true;
}

}  // namespace ringfence::simulation

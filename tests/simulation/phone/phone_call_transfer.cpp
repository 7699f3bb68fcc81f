// Transfers (RFC 5589): REFER to somebody who is not asked, or who was called and asked first.
#include "tests/simulation/phone/phone_call.hpp"

namespace ringfence::simulation {

using sip_core::sip::HeaderName;
using sip_core::sip::Method;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// The calls that consult about others, by the number of those.
constexpr std::uint64_t kConsultations = 1'000'000;

}  // namespace

void PhoneCall::transfer() {
  if (state_ != State::talking) return;
  const std::string target = host_.somebody();
  const std::string uri = "sip:" + target + '@' + host_.profile().domain;
  if (host_.dice().chance(host_.habits().attend)) {
    return host_.consult(number_ + kConsultations, uri, call_id_);
  }
  host_.book().transfer(number_, host_.profile().user, target);
  send_refer('<' + uri + '>');
}

void PhoneCall::consult(const std::string& request_uri, const std::string& about) {
  about_ = about;
  call(request_uri);
}

void PhoneCall::conclude_consultation() {
  if (state_ == State::talking) host_.conclude_consultation(about_, *this);
}

// RFC 3891: the dialog as the box sees it, so its tag is the one that Replaces calls to-tag.
void PhoneCall::transfer_to(const PhoneCall& consultation) {
  if (state_ != State::talking) return;
  host_.book().join(number_, consultation.number_);
  send_refer('<' + consultation.first_uri_ + "?Replaces=" + consultation.call_id_ + "%3Bto-tag%3D" +
             consultation.remote_tag_ + "%3Bfrom-tag%3D" + consultation.local_tag_ + '>');
}

void PhoneCall::send_refer(const std::string& refer_to) {
  ++cseq_;
  const std::string branch = fresh_branch();
  auto request = start_request(Method::refer, branch);
  request.add(HeaderName::contact, host_.contact()).add(HeaderName::refer_to, refer_to);
  host_.add_credentials(request);
  host_.transactions().send_request(std::move(request), branch);
}

}  // namespace ringfence::simulation

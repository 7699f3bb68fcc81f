#include "sip-core/engine/admission.hpp"

#include "sip-core/message/response.hpp"
#include "sip-core/registrar/registrar.hpp"

namespace ringfence::sip_core {
namespace {

using sip::HeaderName;
using sip::Method;

constexpr std::uint64_t kLeastRetryAfter = 2;
constexpr std::uint64_t kRetryAfterSpread = 5;  // so that they do not all come back at once

bool is_emergency(const Config& config, const sip::Message& request) {
  const auto uri = request.request_uri();
  return uri && config.is_emergency_number(uri->decoded_user());
}

}  // namespace

void Admission::note(const Context& context, Duration delay,
                     const OverloadControl::Figures& figures) {
  switch (control_.judge(delay, figures, context.now)) {
    case OverloadControl::Change::none:
      return;
    case OverloadControl::Change::began:
      context.log(
          LogLevel::warning, "overload", "on: new requests are refused",
          {{"reason", std::string(control_.reason())},
           {"delay-ms",
            std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(delay).count())},
           {"unanswered", std::to_string(figures.unanswered)},
           {"waiting", std::to_string(figures.waiting)}});
      return;
    case OverloadControl::Change::ended:
      context.log(LogLevel::info, "overload", "off: new requests are taken again",
                  {{"unanswered", std::to_string(figures.unanswered)}});
      return;
  }
}

bool Admission::admits(const Context& context, const sip::Message& request,
                       const MessageSource& source) const {
  if (!control_.is_on() || !request.to_tag().empty()) return true;
  switch (request.method()) {
    case Method::ack:
    case Method::cancel:
    case Method::bye:
    case Method::prack:
    case Method::update:
      return true;
    case Method::register_:
      return request.has(HeaderName::authorization) || context.registrar.has_flow(source.flow);
    case Method::invite:
      return is_emergency(context.config, request);
    case Method::info:
    case Method::message:
    case Method::notify:
    case Method::options:
    case Method::publish:
    case Method::refer:
    case Method::subscribe:
    case Method::other:
      return false;
  }
  return false;
}

sip::OutgoingMessage Admission::refusal(const Context& context, const sip::Message& request,
                                        const MessageSource& source) const {
  context.counters.get("overload_rejects_total").add();
  auto response = sip::make_response(request, 503, {}, context.random.token(8), source.remote);
  response.add_number(HeaderName::retry_after,
                      kLeastRetryAfter + context.random.number() % kRetryAfterSpread);
  return response;
}

}  // namespace ringfence::sip_core

#include "sip-core/registrar/register_response.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace ringfence::sip_core {
namespace {

using sip::HeaderName;

std::string contact_value(const Binding& binding, TimePoint now) {
  const BindingRecord& record = binding.record;
  const auto left = std::chrono::ceil<std::chrono::seconds>(binding.expires - now).count();
  std::string value = "<" + record.contact + ">;expires=" + std::to_string(left);
  if (record.q != 1000) {
    const std::string thousandths = std::to_string(1000 + record.q);
    value += ";q=0." + thousandths.substr(1);
  }
  if (!record.instance_id.empty()) value += ";+sip.instance=\"" + record.instance_id + "\"";
  if (record.reg_id != 0) value += ";reg-id=" + std::to_string(record.reg_id);
  return value;
}

void append_two_digits(std::string& out, unsigned int number) {
  out += static_cast<char>('0' + number / 10);
  out += static_cast<char>('0' + number % 10);
}

void append_time(std::string& out, std::chrono::seconds since_midnight) {
  const std::chrono::hh_mm_ss time(since_midnight);
  append_two_digits(out, static_cast<unsigned int>(time.hours().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned int>(time.minutes().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned int>(time.seconds().count()));
}

// RFC 3261 §20.17: many phones set their clock by it. The names do not depend on any locale.
std::string date_value(WallTime wall) {
  constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto midnight = std::chrono::floor<std::chrono::days>(wall);
  const std::chrono::year_month_day date(midnight);
  const auto year = static_cast<unsigned int>(static_cast<int>(date.year()));
  std::string out;
  out.reserve(std::string_view("Sat, 13 Nov 2010 23:29:00 GMT").size());
  out += kDays.substr(3 * std::chrono::weekday(midnight).c_encoding(), 3);
  out += ", ";
  append_two_digits(out, static_cast<unsigned int>(date.day()));
  out += ' ';
  out += kMonths.substr(3 * (static_cast<unsigned int>(date.month()) - 1), 3);
  out += ' ';
  append_two_digits(out, year / 100);
  append_two_digits(out, year % 100);
  out += ' ';
  append_time(out, std::chrono::floor<std::chrono::seconds>(wall - midnight));
  out += " GMT";
  return out;
}

// RFC 5626 §6 and §5.4: the flow is what calls come over, and a flow that says nothing for longer
// than this may be gone. Over UDP a NAT forgets sooner than over a stream.
void add_outbound(const RequestReceived& request, sip::OutgoingMessage& response) {
  if (!request.message->lists(HeaderName::supported, "outbound")) return;
  response.add(HeaderName::require, "outbound");
  const bool udp = request.source.transport == TransportKind::udp;
  response.add(HeaderName::flow_timer, udp ? "30" : "120");
}

}  // namespace

sip::OutgoingMessage write_success(const RequestReceived& request, const RegisterSuccess& success,
                                   TimePoint now, WallTime wall, std::string_view to_tag) {
  auto response = answer(request, 200, {}, to_tag);
  for (const Binding* binding : success.bindings)
    response.add(HeaderName::contact, contact_value(*binding, now));
  response.copy(*request.message, HeaderName::path);
  if (success.uses_outbound) add_outbound(request, response);
  response.add(HeaderName::supported, "path, outbound");
  response.add(HeaderName::date, date_value(wall));
  return response;
}

}  // namespace ringfence::sip_core

#include "sip-core/registrar/register_response.hpp"

#include <array>
#include <chrono>
#include <ctime>

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

// RFC 3261 §20.17: many phones set their clock by it. The names do not depend on any locale.
std::string date_value(WallTime wall) {
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(wall);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 40> rest{};
  const std::size_t size = std::strftime(rest.data(), rest.size(), " %Y %H:%M:%S GMT", &utc);
  const std::string day = std::to_string(100 + utc.tm_mday).substr(1);
  return std::string(kDays[static_cast<std::size_t>(utc.tm_wday)]) + ", " + day + ' ' +
         kMonths[static_cast<std::size_t>(utc.tm_mon)] + std::string(rest.data(), size);
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

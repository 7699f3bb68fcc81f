#include "sip-core/trace/trace_filter.hpp"

#include <algorithm>

#include "sip-core/trace/message_summary.hpp"

namespace ringfence::sip_core::trace {
namespace {

// A Call-ID of no call, such as a registration's, is looked for among so many messages: no more,
// for everything else waits meanwhile.
constexpr std::uint64_t kLookBack = 8192;

std::vector<TenantId> tenants_with(std::string_view username, std::string_view domain,
                                   const Config& config) {
  std::vector<TenantId> tenants;
  for (const Tenant& tenant : config.tenants) {
    if (!domain.empty() && tenant.domain != domain) continue;
    if (config.extension(tenant.id, username) != nullptr) tenants.push_back(tenant.id);
  }
  return tenants;
}

}  // namespace

std::optional<TraceFilter> TraceFilter::make(std::string_view subject, const Config& config,
                                             const CallIndex& index, const TraceRing& ring) {
  if (subject.empty()) return TraceFilter(Everything{});
  if (index.leg_of(subject) != nullptr || ring.has_call_id(subject, kLookBack)) {
    return TraceFilter(OneCall{std::string(subject)});
  }
  const auto at = subject.rfind('@');
  const std::string_view username = subject.substr(0, at);
  const std::string_view domain = at == subject.npos ? "" : subject.substr(at + 1);
  auto tenants = tenants_with(username, domain, config);
  if (tenants.empty()) return std::nullopt;
  return TraceFilter(OfExtension{std::string(username), std::move(tenants)});
}

bool TraceFilter::matches(const TraceMessage& message, const CallIndex& index) const {
  return std::visit([&](const auto& wanted) { return fits(wanted, message, index); }, subject_);
}

bool TraceFilter::fits(const OneCall& wanted, const TraceMessage& message, const CallIndex& index) {
  if (message.call_id == wanted.call_id) return true;
  const auto* call = index.leg_of(wanted.call_id);
  const auto* leg = index.leg_of(message.call_id);
  return call != nullptr && leg != nullptr && leg->call == call->call;
}

bool TraceFilter::fits(const OfExtension& wanted, const TraceMessage& message,
                       const CallIndex& index) {
  if (const auto* leg = index.leg_of(message.call_id)) {
    return std::ranges::any_of(wanted.tenants, [&](TenantId tenant) {
      return index.has_extension(leg->call, tenant, wanted.username);
    });
  }
  // Registrations, and what was refused before it became a call.
  const MessageSummary summary = summarise(message.octets);
  return summary.from_user == wanted.username || summary.to_user == wanted.username;
}

std::optional<CallNumber> TraceFilter::call(const CallIndex& index) const {
  const auto* wanted = std::get_if<OneCall>(&subject_);
  const auto* leg = wanted == nullptr ? nullptr : index.leg_of(wanted->call_id);
  if (leg == nullptr) return std::nullopt;
  return leg->call;
}

}  // namespace ringfence::sip_core::trace

// TraceFilter: what a trace was asked to show: everything, one call by either leg's Call-ID, or all
// that concerns an extension ("alice", or "alice@domain" where several tenants have one). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sip-core/config/config.hpp"
#include "sip-core/trace/call_index.hpp"
#include "sip-core/trace/trace_message.hpp"
#include "sip-core/trace/trace_ring.hpp"

namespace ringfence::sip_core::trace {

class TraceFilter {
 public:
  // nullopt: neither a call that is known nor an extension.
  static std::optional<TraceFilter> make(std::string_view subject, const Config& config,
                                         const CallIndex& index, const TraceRing& ring);

  bool matches(const TraceMessage& message, const CallIndex& index) const;
  // The one call that it follows; nullopt: it has no end of its own.
  std::optional<CallNumber> call(const CallIndex& index) const;

 private:
  struct Everything {};
  struct OneCall {
    std::string call_id;
  };
  struct OfExtension {
    std::string username;
    std::vector<TenantId> tenants;
  };
  using Subject = std::variant<Everything, OneCall, OfExtension>;

  explicit TraceFilter(Subject subject) : subject_(std::move(subject)) {}

  static bool fits(const Everything&, const TraceMessage&, const CallIndex&) { return true; }
  static bool fits(const OneCall& wanted, const TraceMessage& message, const CallIndex& index);
  static bool fits(const OfExtension& wanted, const TraceMessage& message, const CallIndex& index);

  Subject subject_;
};

}  // namespace ringfence::sip_core::trace

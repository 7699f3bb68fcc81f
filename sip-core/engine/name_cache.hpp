// NameCache: where the hosts of the trunks are, looked up ahead and again every minute, so that no
// call waits for DNS and the source of a trunk's request can be judged at once. A failed look-up
// keeps the last good addresses (F116). It asks by ResolveName and is told by NameResolved.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sip-core/engine/action.hpp"
#include "sip-core/engine/event.hpp"
#include "sip-core/engine/identifiers.hpp"

namespace ringfence::sip_core {

class NameCache {
 public:
  static constexpr std::chrono::seconds kRefresh{60};
  static constexpr std::chrono::seconds kRetry{10};
  static constexpr std::size_t kMaxNames = 4096;  // next hops are the peers' to choose

  explicit NameCache(Identifiers& ids) : ids_(ids) {}

  // Hosts that are kept up to date; others are forgotten when they are stale.
  void keep(const Config& config, TimePoint now, Actions& actions);
  // Numeric hosts are their own address. Empty: not known (yet).
  std::span<const IpAddress> addresses(std::string_view host) const;
  // Starts a look-up unless the name is known or asked for already; false where it cannot.
  bool want(std::string_view host, TimePoint now, Actions& actions);
  // The host that this was about; `failure` is set when there is no address for it at all.
  struct Answer {
    std::string host;
    std::optional<std::string> failure;
  };
  std::optional<Answer> on_resolved(const NameResolved& event, TimePoint now);
  // Looks up again what is due; to be called every few seconds.
  void refresh(TimePoint now, Actions& actions);

 private:
  struct Name {
    std::vector<IpAddress> addresses;
    std::optional<QueryId> query;
    TimePoint due;  // of the next look-up
    bool kept = false;
  };

  void ask(const std::string& host, Name& name, Actions& actions);

  Identifiers& ids_;
  std::unordered_map<std::string, Name> names_;  // numeric ones included: one place for spans
};

}  // namespace ringfence::sip_core

// TrunkProbes: OPTIONS to every trunk with an options_interval_s (RFC 3261 §11), to know before a
// call whether it answers. Any final response says that it does, but one that says it is out of
// service. Pure. It tells TrunkRegistrations, whose matter a trunk's state is, and logs each change
// once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sip-core/engine/context.hpp"
#include "sip-core/trunk/start_pace.hpp"
#include "sip-core/trunk/trunk_registrations.hpp"

namespace ringfence::sip_core {

class TrunkProbes {
 public:
  static constexpr std::chrono::seconds kPatience{10};
  // After a change of the network.
  static constexpr unsigned kHurriedQuestions = 4;
  static constexpr std::chrono::seconds kHurriedPatience{3};
  static constexpr std::chrono::seconds kHurriedRetry{1};

  void on_config(Context& context);
  void on_timer(Context& context, std::uint64_t payload, TrunkRegistrations& trunks);
  void on_shutdown(Context& context);
  // F119: each asks anew, and dials anew where nothing comes back.
  void on_network_changed(Context& context);
  // The following answer whether the transaction was ours.
  bool on_response(Context& context, const ResponseReceived& response, TrunkRegistrations& trunks);
  bool on_failure(Context& context, ClientTransactionId transaction, std::string_view reason,
                  TrunkRegistrations& trunks);
  bool is_ours(ClientTransactionId transaction) const;

  bool is_silent(TrunkId trunk) const;
  bool asks(TrunkId trunk) const { return probes_.contains(trunk); }

 private:
  struct Probe {
    std::string call_id;
    std::string from_tag;
    std::uint32_t cseq = 0;
    std::chrono::seconds interval{0};
    TimerId timer{};
    std::optional<ClientTransactionId> transaction;  // sent, and not answered
    bool silent = false;
    unsigned hurried = 0;  // questions that are, since the network changed
  };
  using Probes = std::map<TrunkId, Probe>;

  Probes::iterator find(ClientTransactionId transaction);
  void ask(Context& context, const Trunk& trunk, Probe& probe);
  void conclude(Context& context, TrunkId id, Probe& probe, std::string_view fault,
                TrunkRegistrations& trunks);
  static void arm(Context& context, TrunkId id, Probe& probe, std::chrono::milliseconds wait);

  Probes probes_;
  StartPace pace_;
};

}  // namespace ringfence::sip_core

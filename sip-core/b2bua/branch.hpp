// Branch: one INVITE of ours to one contact or trunk, and the early dialogs that came of it. Owned
// by its call; values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sip-core/b2bua/early_dialog.hpp"
#include "sip-core/b2bua/status_mapping.hpp"
#include "sip-core/routing/dial_plan.hpp"

namespace ringfence::sip_core {

enum class BranchState : std::uint8_t { calling, cancelled, done };

struct Branch {
  std::uint32_t id = 0;
  BranchState state = BranchState::calling;
  bool responded = false;
  FailureOf kind = FailureOf::extension;
  std::optional<TrunkTarget> destination;  // of a trunk's branch
  unsigned attempt = 1;                    // at this destination
  bool holds_slot = false;                 // one of its call's trunk_slots_
  ClientTransactionId transaction;
  RecordId record_id{};  // of its PendingInviteRecord; 0: nothing was persisted
  Leg leg;
  std::vector<Fork> forks;
  bool with_offer = false;  // the INVITE had one
  // What it offered, once the leg in hand has gone on from there.
  std::optional<OwnDescription> offered;

  Fork* find_fork(std::string_view tag);
  // The fork of that response; founded by the first one with its tag.
  Fork& fork_of(const sip::Message& response);
  void take_in_hand(Fork& fork);
  Dialog& dialog_of(Fork& fork) { return fork.aside ? fork.aside->dialog : leg.dialog; }
  // What the leg in hand agreed to binds; the INVITE's offer is kept for other forks.
  void settle_in_hand();
};

}  // namespace ringfence::sip_core

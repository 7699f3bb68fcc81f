#include "sip-core/b2bua/branch.hpp"

#include <algorithm>
#include <utility>

namespace ringfence::sip_core {

Fork* Branch::find_fork(std::string_view tag) {
  const auto found = std::ranges::find(forks, tag, &Fork::tag);
  return found == forks.end() ? nullptr : &*found;
}

Fork& Branch::fork_of(const sip::Message& response) {
  const std::string_view tag = response.to_tag();
  Fork* known = find_fork(tag);
  if (known == nullptr) {
    known = find_fork("");  // RFC 2543: a provisional response without a tag
    if (known != nullptr) {
      known->tag = tag;
      dialog_of(*known).confirm(response);
    }
  }
  if (known != nullptr) {
    known->abilities.note(response);
    return *known;
  }
  Fork fork;
  fork.tag = tag;
  fork.abilities.note(response);
  if (forks.empty()) {
    leg.dialog.confirm(response);
  } else {
    // RFC 3261 §12.1.2: a dialog of its own, from the same INVITE.
    EarlyDialog early;
    early.dialog = leg.dialog.fork(response);
    if (with_offer) early.own = offered ? offered->copy() : leg.own->copy();
    fork.aside = std::move(early);
  }
  forks.push_back(std::move(fork));
  return forks.back();
}

void Branch::take_in_hand(Fork& fork) {
  if (!fork.aside) return;
  const auto in_hand = std::ranges::find_if(forks, [](const Fork& other) { return !other.aside; });
  if (in_hand != forks.end()) in_hand->aside = lay_aside(leg);
  take_up(leg, std::move(*fork.aside));
  fork.aside.reset();
}

void Branch::settle_in_hand() {
  if (!leg.own || !leg.peer) return;
  if (with_offer && !offered) offered = leg.own->copy();
  settle(*leg.own, *leg.peer);
  leg.agreed = true;
}

}  // namespace ringfence::sip_core

#include "tests/simulation/invariant/call_book.hpp"

namespace ringfence::simulation {

LegNumber CallBook::begin(std::uint64_t call, LegRole role, std::string who,
                          std::string_view call_id) {
  const LegNumber number{++last_};
  open_[number] = {call, role, std::move(who), std::string(call_id), schedule_.now()};
  by_call_.emplace(call, number);
  ladder_.link(call_id, call);
  if (role == LegRole::caller) ++calls_begun_;
  return number;
}

void CallBook::answered(LegNumber number) {
  Leg& leg = open_.at(number);
  if (leg.role == LegRole::caller && !leg.answered) ++calls_answered_;
  leg.answered = true;
}

void CallBook::unreachable(LegNumber number) {
  const auto found = open_.find(number);
  if (found != open_.end()) found->second.unreachable = true;
}

void CallBook::excuse_ringing() {
  for (auto& [number, leg] : open_)
    if (!leg.answered) leg.unreachable = true;
}

void CallBook::heard(LegNumber, std::uint64_t packets) {
  packets_heard_ += packets;
}

void CallBook::end(LegNumber number, LegEnd how) {
  const auto found = open_.find(number);
  if (found == open_.end()) return;
  const Leg leg = std::move(found->second);
  open_.erase(found);
  const auto [first, last] = by_call_.equal_range(leg.call);
  for (auto at = first; at != last; ++at) {
    if (at->second != number) continue;
    by_call_.erase(at);
    break;
  }
  ++ends_[static_cast<std::size_t>(how)];
  if (how == LegEnd::vanished) {
    if (leg.answered) vanished_.insert(leg.call);
    return;
  }
  // The caller's end ends all of the call; a callee's own BYE ends the caller.
  const bool caller = leg.role == LegRole::caller;
  if (!caller && how != LegEnd::hung_up) return;
  if (!by_call_.contains(leg.call)) return;
  schedule_.after(kBound, [this, call = leg.call, role = leg.role] { check_ended(call, role); });
}

void CallBook::check_ended(std::uint64_t call, LegRole role) {
  const auto [first, last] = by_call_.equal_range(call);
  for (auto at = first; at != last; ++at) {
    const Leg& leg = open_.at(at->second);
    if (leg.unreachable) continue;
    if (role == LegRole::callee && leg.role == LegRole::callee) continue;
    findings_.add("call " + std::to_string(call) + " has ended and " + leg.who +
                      " was never told, " + std::to_string(kBound.count()) + " s later",
                  leg.call_id);
  }
}

void CallBook::close() {
  for (const auto& [number, leg] : open_) {
    findings_.add(
        "call " + std::to_string(leg.call) + " has no end at " + leg.who + ", which began " +
            std::to_string(
                std::chrono::duration_cast<std::chrono::seconds>(schedule_.now() - leg.began)
                    .count()) +
            " s ago",
        leg.call_id);
  }
}

}  // namespace ringfence::simulation

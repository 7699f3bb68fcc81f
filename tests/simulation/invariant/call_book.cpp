#include "tests/simulation/invariant/call_book.hpp"

#include <algorithm>

namespace ringfence::simulation {

LegNumber CallBook::begin(std::uint64_t call, LegRole role, std::string who,
                          std::string_view call_id, Carrier carrier) {
  const LegNumber number{++last_};
  call = whole(call);
  Leg& leg = open_[number];
  leg.call = call;
  leg.role = role;
  leg.who = std::move(who);
  leg.call_id = call_id;
  leg.carrier = carrier;
  leg.began = schedule_.now();
  // Its INVITE was on the way when sip-core died.
  const auto invited = set_ups_.of(call_id).invited;
  leg.forgotten =
      role == LegRole::callee && invited && !deaths_.empty() && *invited <= deaths_.back();
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

void CallBook::reachable(LegNumber number) {
  const auto found = open_.find(number);
  if (found == open_.end() || !found->second.unreachable) return;
  found->second.unreachable = false;
  found->second.reached_again = schedule_.now();
}

void CallBook::forget_unwritten() {
  deaths_.push_back(schedule_.now());
  for (auto& [number, leg] : open_)
    if (!is_written(leg)) leg.forgotten = true;
}

bool CallBook::refusal_died(std::string_view call_id, TimePoint sent) const {
  const auto refused = set_ups_.of(call_id).refused;
  if (!refused) return false;
  const auto next = std::ranges::lower_bound(deaths_, sent);
  return next != deaths_.end() && *next >= *refused;
}

bool CallBook::invite_died(std::string_view call_id, TimePoint sent,
                           std::optional<TimePoint> rang) const {
  const auto unwritten_at = [&](TimePoint death) {
    if (death < sent) return false;
    return !rang || (*rang >= death && *rang <= death + kOnTheWay);
  };
  return refusal_died(call_id, sent) || std::ranges::any_of(deaths_, unwritten_at);
}

bool CallBook::is_forgotten(LegNumber number) const {
  const auto found = open_.find(number);
  return found != open_.end() && found->second.forgotten;
}

bool CallBook::is_written(const Leg& leg) const {
  const TimePoint durable = deaths_.back();
  const SetUps::Progress progress = set_ups_.of(leg.call_id);
  if (progress.answered) return *progress.answered <= durable;
  const bool rang = progress.rang && *progress.rang <= durable;
  if (leg.role == LegRole::callee) return rang;
  if (leg.carrier == Carrier::stream) return true;
  return rang && !refusal_died(leg.call_id, leg.began);
}

bool CallBook::could_be_told(const Leg& leg, TimePoint ended) const {
  if (leg.forgotten || leg.unreachable) return false;
  return !leg.reached_again || *leg.reached_again + kOnTheWay < ended - kTransaction;
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
  if (transferred_.contains(leg.call)) {
    schedule_.after(kBound, [this, call = leg.call, ended = schedule_.now()] {
      check_nobody_alone(whole(call), ended);
    });
    return;
  }
  // The caller's end ends all of the call; a callee's own BYE ends the caller.
  const bool caller = leg.role == LegRole::caller;
  if (!caller && how != LegEnd::hung_up) return;
  if (!by_call_.contains(leg.call)) return;
  schedule_.after(kBound, [this, call = leg.call, role = leg.role, ended = schedule_.now()] {
    check_ended(call, role, ended);
  });
}

std::uint64_t CallBook::whole(std::uint64_t call) const {
  const auto found = joined_.find(call);
  return found == joined_.end() ? call : found->second;
}

void CallBook::transfer(std::uint64_t call, const std::string& transferor,
                        const std::string& target) {
  transferred_.insert(whole(call));
  referred_[{transferor, target}] = whole(call);
}

std::optional<std::uint64_t> CallBook::transferred_to(const std::string& transferor,
                                                      const std::string& target) const {
  const auto found = referred_.find({transferor, target});
  return found == referred_.end() ? std::nullopt : std::optional(found->second);
}

void CallBook::join(std::uint64_t call, std::uint64_t other) {
  const std::uint64_t into = whole(call);
  const std::uint64_t from = whole(other);
  transferred_.insert(into);
  if (into == from) return;
  joined_[from] = into;
  for (auto& [part, target] : joined_)
    if (target == from) target = into;
  if (vanished_.erase(from) > 0) vanished_.insert(into);
  for (auto& [number, leg] : open_) {
    if (leg.call != from) continue;
    leg.call = into;
    by_call_.emplace(into, number);
  }
  by_call_.erase(from);
}

// Where somebody fell silent, who is left hangs up when it has enough.
void CallBook::check_nobody_alone(std::uint64_t call, TimePoint ended) {
  if (by_call_.count(call) != 1 || vanished_.contains(call)) return;
  const Leg& leg = open_.at(by_call_.find(call)->second);
  if (!could_be_told(leg, ended)) return;
  findings_.add("call " + std::to_string(call) + " was transferred and " + leg.who +
                    " is left alone in it, " + std::to_string(kBound.count()) + " s later",
                leg.call_id);
}

void CallBook::check_ended(std::uint64_t call, LegRole role, TimePoint ended) {
  if (transferred_.contains(whole(call))) return;
  const auto [first, last] = by_call_.equal_range(call);
  for (auto at = first; at != last; ++at) {
    const Leg& leg = open_.at(at->second);
    if (!could_be_told(leg, ended)) continue;
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

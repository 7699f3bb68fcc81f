// CallBook: what became of every call, as its user agents saw it, and whether all of them saw its
// end. The box cannot be asked: it may have forgotten a leg that still stands.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/invariant/findings.hpp"
#include "tests/simulation/invariant/ladder.hpp"
#include "tests/simulation/time/schedule.hpp"

namespace ringfence::simulation {

enum class LegRole : std::uint8_t { caller, callee };
// How a user agent's part ended.
enum class LegEnd : std::uint8_t {
  refused,    // by a final response, whoever gave it
  hung_up,    // it sent BYE itself
  was_ended,  // it was sent BYE
  gave_up,    // no answer came
  vanished,   // it fell silent in the middle
};

using LegNumber = Strong<std::uint64_t, struct LegNumberTag>;

class CallBook {
 public:
  CallBook(Schedule& schedule, Findings& findings, Ladder& ladder)
      : schedule_(schedule), findings_(findings), ladder_(ladder) {}

  LegNumber begin(std::uint64_t call, LegRole role, std::string who, std::string_view call_id);
  void answered(LegNumber leg);
  void end(LegNumber leg, LegEnd how);
  // Its connection broke: what the box said meanwhile it could not hear.
  void unreachable(LegNumber leg);
  void heard(LegNumber leg, std::uint64_t packets);
  void refused_with(int status) { ++statuses_[status]; }

  // sip-core died: it writes nothing down of a leg that only rings, whose end comes by itself.
  void excuse_ringing();

  // Whether one who talked in that call fell silent: what the box relays to it nobody answers.
  bool has_vanished(std::uint64_t call) const { return vanished_.contains(call); }

  // Every call has begun: whoever still stands now, stands for ever.
  void close();

  std::size_t open_legs() const { return open_.size(); }
  std::size_t calls() const { return calls_begun_; }
  std::size_t calls_answered() const { return calls_answered_; }
  std::size_t count(LegEnd how) const { return ends_[static_cast<std::size_t>(how)]; }
  const std::map<int, std::size_t>& statuses() const { return statuses_; }
  std::uint64_t packets_heard() const { return packets_heard_; }

 private:
  // What is left to happen once a call's caller, or the callee it talked to, has gone: a BYE of
  // 64*T1, with a death of sip-core before it and another of its peer's side after it.
  static constexpr std::chrono::seconds kBound{75};

  struct Leg {
    std::uint64_t call = 0;
    LegRole role = LegRole::caller;
    std::string who;
    std::string call_id;
    TimePoint began;
    bool answered = false;
    bool unreachable = false;
  };

  void check_ended(std::uint64_t call, LegRole role);

  Schedule& schedule_;
  Findings& findings_;
  Ladder& ladder_;
  std::map<LegNumber, Leg> open_;
  std::multimap<std::uint64_t, LegNumber> by_call_;  // open legs
  std::uint64_t last_ = 0;
  std::set<std::uint64_t> vanished_;  // calls that one who talked has left so
  std::size_t calls_begun_ = 0;
  std::size_t calls_answered_ = 0;
  std::size_t ends_[5] = {};
  std::map<int, std::size_t> statuses_;
  std::uint64_t packets_heard_ = 0;
};

}  // namespace ringfence::simulation

// CallBook: what became of every call, as its user agents saw it, and whether all of them saw its
// end. The box cannot be asked: it may have forgotten a leg that still stands.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/invariant/findings.hpp"
#include "tests/simulation/invariant/ladder.hpp"
#include "tests/simulation/invariant/set_ups.hpp"
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

// Who keeps an INVITE of a caller's while sip-core is dead: tls-front, or nobody.
enum class Carrier : std::uint8_t { stream, datagrams };

using LegNumber = Strong<std::uint64_t, struct LegNumberTag>;

class CallBook {
 public:
  CallBook(Schedule& schedule, Findings& findings, Ladder& ladder, const SetUps& set_ups)
      : schedule_(schedule), findings_(findings), ladder_(ladder), set_ups_(set_ups) {}

  LegNumber begin(std::uint64_t call, LegRole role, std::string who, std::string_view call_id,
                  Carrier carrier = Carrier::datagrams);
  void answered(LegNumber leg);
  void end(LegNumber leg, LegEnd how);
  // Its connection broke, and its user agent is registered over another: what the box said in
  // between, and what was on its way then, it could not hear.
  void unreachable(LegNumber leg);
  void reachable(LegNumber leg);
  void heard(LegNumber leg, std::uint64_t packets);
  void refused_with(int status) { ++statuses_[status]; }

  // sip-core died, and with it what it had not written down: the INVITE to a callee that had said
  // nothing yet; a caller's INVITE over UDP, which is written down together with the callee's; an
  // answer; each of them for as long as a commit takes. Such a leg's end comes by itself.
  void forget_unwritten();
  bool is_forgotten(LegNumber leg) const;
  // Whether an INVITE that came over UDP and got its 100, after which nobody repeats it, may have
  // died with sip-core: before it rang and was written down; or its refusal with the process that
  // had the INVITE and would have repeated the refusal.
  bool invite_died(std::string_view call_id, TimePoint sent, std::optional<TimePoint> rang) const;

  // A user agent sends REFER in that call: whoever of `target` is called for it belongs to the call
  // too. From then on its own end ends nobody else's part, but nobody may be left alone.
  void transfer(std::uint64_t call, const std::string& transferor, const std::string& target);
  // The call that an INVITE after such a REFER belongs to.
  std::optional<std::uint64_t> transferred_to(const std::string& transferor,
                                              const std::string& target) const;
  // The number of a call that nobody here has begun.
  std::uint64_t stray() { return ++last_stray_; }
  // A REFER asks for the two calls to become one.
  void join(std::uint64_t call, std::uint64_t other);

  // Whether one who talked in that call fell silent: what the box relays to it nobody answers.
  bool has_vanished(std::uint64_t call) const { return vanished_.contains(whole(call)); }

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

  // How long before the end of one side the other may have been told: its BYE is repeated so long.
  static constexpr std::chrono::seconds kTransaction{32};
  // What was written before may be on its way so long when the connection breaks.
  static constexpr std::chrono::milliseconds kOnTheWay{900};

  struct Leg {
    std::uint64_t call = 0;
    LegRole role = LegRole::caller;
    std::string who;
    std::string call_id;
    Carrier carrier = Carrier::datagrams;
    TimePoint began;
    bool answered = false;
    bool forgotten = false;  // by sip-core's death
    bool unreachable = false;
    std::optional<TimePoint> reached_again;  // after it was unreachable
  };

  std::uint64_t whole(std::uint64_t call) const;
  void check_nobody_alone(std::uint64_t call, TimePoint ended);
  bool is_written(const Leg& leg) const;
  bool refusal_died(std::string_view call_id, TimePoint sent) const;
  bool could_be_told(const Leg& leg, TimePoint ended) const;
  void check_ended(std::uint64_t call, LegRole role, TimePoint ended);

  Schedule& schedule_;
  Findings& findings_;
  Ladder& ladder_;
  const SetUps& set_ups_;
  std::vector<TimePoint> deaths_;  // of sip-core
  std::map<LegNumber, Leg> open_;
  std::multimap<std::uint64_t, LegNumber> by_call_;  // open legs
  std::uint64_t last_ = 0;
  std::uint64_t last_stray_ = 1'000'000'000;
  std::map<std::uint64_t, std::uint64_t> joined_;  // to the call that it is part of
  std::map<std::pair<std::string, std::string>, std::uint64_t> referred_;  // by and to whom
  std::set<std::uint64_t> transferred_;
  std::set<std::uint64_t> vanished_;  // calls that one who talked has left so
  std::size_t calls_begun_ = 0;
  std::size_t calls_answered_ = 0;
  std::size_t ends_[5] = {};
  std::map<int, std::size_t> statuses_;
  std::uint64_t packets_heard_ = 0;
};

}  // namespace ringfence::simulation

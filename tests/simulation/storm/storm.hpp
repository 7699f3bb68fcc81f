// Storm: one whole run from a seed: phones register, calls begin in a steady stream, processes die
// and connections break meanwhile, and at the end everything must be quiet and empty. The same seed
// and options give the same run, to the last octet.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>

#include "tests/simulation/box/box.hpp"
#include "tests/simulation/storm/town.hpp"

namespace ringfence::simulation {

enum class Crashes : std::uint8_t { off, on };
enum class Transfers : std::uint8_t { off, on };

struct StormOptions {
  std::uint64_t seed = 1;
  std::uint64_t calls = 1000;
  double loss = 0.05;
  Crashes crashes = Crashes::on;
  Transfers transfers = Transfers::off;
  double calls_per_second = 40;  // of virtual time
  std::size_t ladder_lines = 200000;
  std::uint64_t shown_call = 0;  // print this one's ladder whatever becomes of it
};

class Storm {
 public:
  explicit Storm(const StormOptions& options);

  // False: something was broken; report() says what.
  bool run();
  void report(std::ostream& out) const;
  void summarise(std::ostream& out) const;
  std::uint64_t hash() const { return box_.hash(); }
  const Findings& findings() const { return findings_; }

 private:
  void run_for(Duration span);
  bool run_until_quiet(Duration longest);
  void plan_call();
  void plan_misfortune();
  void misfortune();
  void kill_sip_core();
  void close_down();
  void wait_for_transactions();
  void check_census();
  std::size_t answered_twice() const;

  StormOptions options_;
  Schedule schedule_;
  Findings findings_{schedule_};
  Ladder ladder_;
  SetUps set_ups_{schedule_};
  CallBook book_{schedule_, findings_, ladder_, set_ups_};
  BorderWatch watch_{schedule_, findings_, set_ups_};
  Network network_;
  Dice dice_;
  Habits habits_;
  std::shared_ptr<const sip_core::Config> config_;  // shared with the engine
  Box box_;
  Town town_;
  std::vector<Agent*> agents_;
  std::uint64_t begun_ = 0;
  bool peaceful_ = false;  // no more misfortunes
};

}  // namespace ringfence::simulation

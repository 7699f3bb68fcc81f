#include "tests/simulation/storm/storm.hpp"

#include <ostream>
#include <set>

namespace ringfence::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Conditions conditions_of(const StormOptions& options) {
  Conditions conditions;
  conditions.loss = options.loss;
  if (options.loss == 0) conditions.repetition = conditions.straggling = 0;
  return conditions;
}

}  // namespace

Storm::Storm(const StormOptions& options)
    : options_(options),
      ladder_(schedule_, options.ladder_lines),
      network_(schedule_, conditions_of(options), options.seed),
      dice_(options.seed, "storm"),
      config_(std::make_shared<const sip_core::Config>(town_config())),
      box_(schedule_, network_, config_, options.seed, watch_, ladder_),
      town_(people_of(*config_, {schedule_, network_, book_, findings_, habits_, options.seed, {}},
                      watch_)),
      agents_(town_.all()) {
  if (options_.transfers == Transfers::off) habits_.refer = 0;
  box_.dns["secure.example"] = {*IpAddress::parse("198.51.100.3")};
}

void Storm::run_for(Duration span) {
  const TimePoint until = schedule_.now() + span;
  while (!findings_.any() && schedule_.run_next(until)) {
  }
}

bool Storm::run() {
  box_.start();
  for (Agent* agent : agents_)
    agent->begin();
  run_for(seconds(8));
  if (options_.crashes == Crashes::on) plan_misfortune();
  plan_call();
  while (!findings_.any() && begun_ < options_.calls)
    run_for(seconds(1));
  close_down();
  return !findings_.any();
}

void Storm::plan_call() {
  const auto mean = std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(1.0 / options_.calls_per_second));
  schedule_.after(dice_.exponential(mean), [this] {
    Agent* caller = dice_.chance(0.2) ? town_.carriers[dice_.below(town_.carriers.size())].get()
                                      : town_.phones[dice_.below(town_.phones.size())].get();
    if (caller->can_call()) caller->call(++begun_, somebody_to_call(town_, *caller, dice_));
    if (begun_ < options_.calls) plan_call();
  });
}

void Storm::plan_misfortune() {
  schedule_.after(dice_.exponential(seconds(4)), [this] {
    if (peaceful_) return;
    misfortune();
    plan_misfortune();
  });
}

void Storm::misfortune() {
  const std::size_t kind = dice_.below(20);
  if (kind < 3) return kill_sip_core();
  if (kind < 5) {
    if (!box_.front().is_up()) return;
    ladder_.note("tls-front was killed");
    box_.front().kill();
    schedule_.after(dice_.between(milliseconds(50), milliseconds(600)),
                    [this] { box_.front().start(); });
    return;
  }
  if (kind < 7) {
    ladder_.note("the media worker was killed");
    box_.worker().kill();
    return box_.worker().start();
  }
  Agent& unlucky = *agents_[dice_.below(agents_.size())];
  ladder_.note("the connection of " + unlucky.profile().name + " is cut, where it has one");
  unlucky.cut_wire();
}

void Storm::kill_sip_core() {
  if (!box_.sip_core_is_up()) return;
  box_.kill_sip_core();
  book_.forget_unwritten();
  schedule_.after(dice_.between(milliseconds(40), milliseconds(600)), [this] {
    box_.start_sip_core();
    schedule_.after(seconds(1), [this] {
      for (Agent* agent : agents_)
        if (dice_.chance(0.2)) agent->check_registration();
    });
  });
}

// The longest call rings 90 s, and its INVITE may wait 64*T1 for nothing; then it may talk for 200
// s and its BYE may wait as long.
void Storm::close_down() {
  run_until_quiet(seconds(400));
  peaceful_ = true;
  if (findings_.any()) return;
  book_.close();
  if (findings_.any()) return;
  for (Agent* agent : agents_)
    agent->stop_registering();
  // A call that both sides have left silently ends with its session or for want of media.
  run_for(seconds(150));
  wait_for_transactions();
  if (!findings_.any()) check_census();
}

// Trunks register on and on: what matters is that in between nothing is left.
void Storm::wait_for_transactions() {
  const TimePoint until = schedule_.now() + seconds(100);
  while (!findings_.any() && box_.engine().census().transactions > 0 && schedule_.now() < until)
    run_for(seconds(1));
}

bool Storm::run_until_quiet(Duration longest) {
  const TimePoint until = schedule_.now() + longest;
  while (!findings_.any() && book_.open_legs() > 0 && schedule_.now() < until)
    run_for(seconds(1));
  return book_.open_legs() == 0;
}

void Storm::check_census() {
  const auto expect_none = [this](std::string_view what, std::size_t count) {
    if (count > 0) findings_.add(std::to_string(count) + ' ' + std::string(what) + " were left");
  };
  const auto census = box_.engine().census();
  expect_none("calls", census.calls.calls);
  expect_none("dialogs", census.calls.dialogs);
  expect_none("client transactions of calls", census.calls.client_transactions);
  expect_none("server transactions of calls", census.calls.server_transactions);
  expect_none("media sessions that sip-core knows", census.calls.media_sessions);
  expect_none("leases in use", census.calls.leases_in_use);
  expect_none("places of trunks", census.calls.trunk_slots);
  expect_none("places of tenants and extensions", census.calls.party_slots);
  expect_none("transactions", census.transactions);
  expect_none("timers of transactions", census.transaction_timers);
  expect_none("timers of calls", census.call_timers);
  expect_none("messages that wait for a way", census.waiting_messages);
  if (box_.front().dialled_connections() > 1) {
    findings_.add(std::to_string(box_.front().dialled_connections()) +
                  " connections are held to the one carrier on TLS");
  }
  expect_none("calls in the state database", box_.store().calls());
  expect_none("set-ups in the state database", box_.store().pending_invites());
  expect_none("media sessions of the worker", box_.worker().sessions());
  expect_none("ports in use at the worker", box_.worker().leases_in_use());
  expect_none("connections with messages that sip-core never finished",
              box_.front().connections_with_kept_messages());
  expect_none("handshakes in flight", box_.front().handshakes_in_flight());
  expect_none("answered calls with two records", answered_twice());
}

// Call detail records of one call.
std::size_t Storm::answered_twice() const {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  std::size_t twice = 0;
  for (const auto& detail : box_.store().call_details()) {
    const bool first = seen.emplace(detail.a.call_id, detail.b.call_id).second;
    if (detail.answered && !first) ++twice;
  }
  return twice;
}

void Storm::report(std::ostream& out) const {
  for (const Finding& finding : findings_.kept()) {
    out << "seed " << options_.seed << ", at "
        << std::chrono::duration_cast<milliseconds>(finding.at).count()
        << " ms: " << finding.sentence << '\n';
  }
  if (!findings_.any()) return;
  const Finding& first = findings_.kept().front();
  out << "Call-ID " << (first.call_id.empty() ? "-" : first.call_id) << ", call "
      << ladder_.number_of(first.call_id) << ":\n";
  if (!first.call_id.empty()) ladder_.print(out, first.call_id);
}

void Storm::summarise(std::ostream& out) const {
  out << "seed " << options_.seed << ": " << book_.calls() << " calls, " << book_.calls_answered()
      << " answered, " << std::chrono::duration_cast<seconds>(schedule_.elapsed()).count()
      << " s of virtual time, " << box_.steps() << " steps, sip-core died " << box_.deaths()
      << " times, " << book_.packets_heard() << " packets heard, hash " << std::hex << hash()
      << std::dec << '\n';
}

}  // namespace ringfence::simulation

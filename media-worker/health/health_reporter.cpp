#include "media-worker/health/health_reporter.hpp"

#include <utility>

namespace ringfence::media_worker {

HealthReporter::HealthReporter(Loop& loop, Logger& log, const Carrier& carrier, Send send)
    : loop_(loop), log_(log), carrier_(carrier), send_(std::move(send)) {}

void HealthReporter::start() {
  tick();
}

void HealthReporter::tick() {
  timer_ = loop_.after(kInterval, [this] { tick(); });
  log_attacks();
  const State now_is = state();
  const TimePoint now = loop_.now();
  if (last_sent_at_ && now_is == last_sent_ && now - *last_sent_at_ < kSilence) return;
  last_sent_ = now_is;
  last_sent_at_ = now;
  send_(report(now_is));
}

HealthReporter::State HealthReporter::state() const {
  return {carrier_.session_count(), carrier_.lease_count(), carrier_.port_shortages(),
          carrier_.totals()};
}

proto::FromChild HealthReporter::report(const State& state) {
  proto::FromChild message;
  auto& health = *message.mutable_media_worker_health();
  health.set_sessions(static_cast<std::uint32_t>(state.sessions));
  health.set_ports_in_use(static_cast<std::uint32_t>(2 * state.leases));
  const MediaCounters& totals = state.totals;
  auto& counters = *health.mutable_counters();
  counters["rtp_received_total"] = totals.packets_received;
  counters["rtp_received_octets_total"] = totals.octets_received;
  counters["rtp_sent_total"] = totals.packets_sent;
  counters["rtcp_received_total"] = totals.rtcp_received;
  counters["rtcp_sent_total"] = totals.rtcp_sent;
  counters["media_port_exhausted_total"] = state.port_shortages;
  for (std::size_t i = 0; i < kDropReasons; ++i) {
    counters[std::string(kDropReasonNames[i].counter)] = totals.dropped[i];
  }
  return message;
}

void HealthReporter::log_attacks() {
  const MediaCounters& totals = carrier_.totals();
  const std::uint64_t suspicious =
      totals.dropped_for(DropReason::wrong_source) + totals.dropped_for(DropReason::auth_failure);
  if (suspicious == std::exchange(suspicious_seen_, suspicious)) return;
  std::unordered_map<SessionId, std::array<Said, 2>> next;
  carrier_.for_each_session([&](const Session& session) {
    const auto known = said_.find(session.id());
    std::array<Said, 2> said = known == said_.end() ? std::array<Said, 2>{} : known->second;
    log_leg(session.id(), LegName::a, session.leg(LegName::a), said[0]);
    log_leg(session.id(), LegName::b, session.leg(LegName::b), said[1]);
    next.emplace(session.id(), said);
  });
  said_ = std::move(next);
}

void HealthReporter::log_leg(SessionId session, LegName name, const Leg& leg, Said& said) {
  const std::string_view leg_name = name == LegName::a ? "a" : "b";
  const std::uint64_t foreign = leg.counters.dropped_for(DropReason::wrong_source);
  if (foreign > 0 && !said.foreign) {
    said.foreign = true;
    const auto& source = leg.foreign_source();
    log_.write(LogLevel::warning, "rtp-foreign", "media from a stranger's address is dropped",
               {{"session", session.value},
                {"leg", leg_name},
                {"remote", source ? source->to_string() : "-"},
                {"packets", foreign}});
  }
  const std::uint64_t failures = leg.counters.dropped_for(DropReason::auth_failure);
  const TimePoint now = loop_.now();
  if (failures > said.auth_failures && now - said.auth_failures_at >= kWarnAgain) {
    log_.warning("SRTP packets that do not authenticate are dropped",
                 {{"session", session.value},
                  {"leg", leg_name},
                  {"packets", failures - said.auth_failures}});
    said.auth_failures = failures;
    said.auth_failures_at = now;
  }
}

}  // namespace ringfence::media_worker

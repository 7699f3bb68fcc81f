#include "sip-core/shell/health_report.hpp"

#include <chrono>
#include <utility>

namespace ringfence::sip_core {
namespace {

constexpr std::chrono::seconds kInterval(1);
constexpr std::chrono::seconds kAtLeastEvery(10);
// Between two looks at a busy engine.
constexpr std::chrono::milliseconds kLookInterval(50);

}  // namespace

proto::SipCoreHealth state_message(const EngineHealth& health) {
  proto::SipCoreHealth message;
  message.set_calls_active(health.calls);
  message.set_registrations_active(health.registrations);
  message.set_config_revision(health.config_revision);
  message.set_draining(health.draining);
  for (const TrunkState& state : health.trunks) {
    proto::TrunkHealth* trunk = message.add_trunks();
    trunk->set_trunk_id(state.trunk.value);
    trunk->set_state(state.state);
    trunk->set_transport(state.transport);
    trunk->set_last_error(state.last_error);
  }
  return message;
}

proto::SipCoreHealth health_message(const EngineHealth& health, const Counters& counters) {
  proto::SipCoreHealth message = state_message(health);
  auto& all = *message.mutable_counters();
  for (const auto& [name, value] : health.counters)
    all[name] = value;
  for (const Counter& counter : counters.all())
    all[counter.name] = counter.value;
  return message;
}

HealthReport::HealthReport(Loop& loop, Read read_state, Read read,
                           std::function<void(const proto::FromChild&)> send)
    : loop_(loop),
      read_state_(std::move(read_state)),
      read_(std::move(read)),
      send_(std::move(send)) {}

void HealthReport::start() {
  sent_at_ = loop_.now() - kAtLeastEvery;
  tick();
}

void HealthReport::tick() {
  timer_ = loop_.after(kInterval, [this] { tick(); });
  report_change();
}

void HealthReport::on_turn() {
  const TimePoint now = loop_.now();
  if (now - sent_at_ >= kInterval && now - read_at_ >= kLookInterval) report_change();
}

void HealthReport::report_change() {
  read_at_ = loop_.now();
  std::string text = read_state_().SerializeAsString();
  if (text == last_state_ && read_at_ - sent_at_ < kAtLeastEvery) return;
  last_state_ = std::move(text);
  sent_at_ = read_at_;
  proto::FromChild message;
  *message.mutable_sip_core_health() = read_();
  send_(message);
}

}  // namespace ringfence::sip_core

#include "tls-front/front/health_report.hpp"

#include <utility>

#include "tls-front/accept/port_statistics.hpp"
#include "tls-front/front/supervisor_messages.hpp"

namespace ringfence::tls_front {

void HealthReport::write_line_every(std::chrono::seconds interval) {
  interval_ = interval;
  schedule_line();
}

void HealthReport::schedule_line() {
  line_ = Timer();
  if (interval_ == std::chrono::seconds(0)) return;
  line_ = process_.loop().after(interval_, [this] { write_line(); });
}

// The line, health and metrics are all made of the same snapshot.
void HealthReport::write_line() {
  proto::TlsFrontHealth snapshot = snapshot_now();
  PortStatistics total;
  std::uint32_t in_flight = 0;
  for (const proto::PortHealth& port : snapshot.ports()) {
    total.handshakes_ok += port.handshakes_ok();
    total.handshakes_failed += port.handshakes_failed();
    total.over_cap += port.over_cap();
    in_flight += port.in_flight();
  }
  process_.log().write(LogLevel::info, "SIPS-stats", "handshakes so far",
                       {{"ok", total.handshakes_ok},
                        {"failed", total.handshakes_failed},
                        {"over-cap", total.over_cap},
                        {"in-flight", in_flight},
                        {"connections", snapshot.connections()},
                        {"blocklist", snapshot.blocklist_active()},
                        {"blocked-lifetime", snapshot.blocklist_lifetime()}});
  send(std::move(snapshot));
  schedule_line();
}

proto::TlsFrontHealth HealthReport::snapshot_now() {
  proto::TlsFrontHealth snapshot;
  write_health({acceptor_, certificates_, acceptor_.blocklist(), counters_, connections_.size()},
               process_.loop().now(), snapshot);
  return snapshot;
}

void HealthReport::send(proto::TlsFrontHealth snapshot) {
  last_ = snapshot.SerializeAsString();
  last_time_ = process_.loop().now();
  proto::FromChild message;
  *message.mutable_tls_front_health() = std::move(snapshot);
  process_.send(message);
}

// On change, at most once a second, and every ten seconds all the same.
void HealthReport::report() {
  const TimePoint now = process_.loop().now();
  proto::TlsFrontHealth snapshot = snapshot_now();
  if (snapshot.SerializeAsString() != last_ || now - last_time_ >= std::chrono::seconds(10)) {
    send(std::move(snapshot));
  }
  report_ = process_.loop().after(std::chrono::seconds(1), [this] { report(); });
}

}  // namespace ringfence::tls_front

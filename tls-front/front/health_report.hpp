// HealthReport: one snapshot of our counters for all who ask: the supervisor's pages, and the line
// [SIPS-stats] of the log. Owned by TlsFront.
#pragma once

#include <chrono>
#include <string>

#include "proto/channel/child_process.hpp"
#include "runtime/counters.hpp"
#include "tls-front/accept/acceptor.hpp"
#include "tls-front/certificate/certificate_store.hpp"
#include "tls-front/connection/connection_table.hpp"

namespace ringfence::tls_front {

class HealthReport {
 public:
  HealthReport(channel::ChildProcess& process, Acceptor& acceptor,
               const CertificateStore& certificates, const Counters& counters,
               const ConnectionTable& connections)
      : process_(process),
        acceptor_(acceptor),
        certificates_(certificates),
        counters_(counters),
        connections_(connections) {}

  // The line; 0: none.
  void write_line_every(std::chrono::seconds interval);
  // From now on.
  void report();

 private:
  void schedule_line();
  void write_line();
  proto::TlsFrontHealth snapshot_now();
  void send(proto::TlsFrontHealth snapshot);

  channel::ChildProcess& process_;
  Acceptor& acceptor_;
  const CertificateStore& certificates_;
  const Counters& counters_;
  const ConnectionTable& connections_;
  std::chrono::seconds interval_{0};
  Timer line_;
  Timer report_;
  std::string last_;
  TimePoint last_time_;
};

}  // namespace ringfence::tls_front

// A TransactionTable on manual time with a sender that writes down what it is given: tests speak
// to it as the wire, as the user and as the clock.
#pragma once

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "runtime/random.hpp"
#include "sip-core/message/parser.hpp"
#include "sip-core/transaction/transaction_table.hpp"

namespace ringfence::sip_core {

class RecordingSender final : public MessageSender {
 public:
  struct Entry {
    std::string octets;
    Flow flow;
  };
  std::vector<Entry> sent;
  std::vector<std::string> queued;
  std::optional<Target> last_target;  // of a trunk's
  std::vector<std::uint64_t> done;
  SendOutcome next = Sent{};  // for a trunk; a Flow is always Sent to itself
  bool flows_gone = false;
  bool alternative = false;
  TransportKind transport = TransportKind::udp;

  std::expected<ViaOrigin, std::string> origin(const Target&) const override {
    return ViaOrigin{transport, "sbc.example", 5060};
  }
  SendOutcome send(std::string octets, const Target& target, ClientTransactionId) override {
    if (const auto* flow = std::get_if<Flow>(&target)) {
      if (flows_gone) return NotSent{"gone"};
      sent.push_back({std::move(octets), *flow});
      return Sent{*flow};
    }
    last_target = target;
    if (std::holds_alternative<Sent>(next))
      sent.push_back({std::move(octets), Flow{}});
    else
      queued.push_back(std::move(octets));
    return next;
  }
  bool has_alternative(const Target&) const override { return alternative; }
  bool can_send(const Flow&) const override { return !flows_gone; }
  void forget(ClientTransactionId) override { ++forgotten; }
  bool send_response(const Flow& flow, std::string octets) override {
    if (flows_gone) return false;
    sent.push_back({std::move(octets), flow});
    return true;
  }
  void finished(const MessageSource& source) override {
    if (source.number != 0) done.push_back(source.number);
  }
  int forgotten = 0;
};

class TableHarness {
 public:
  TableHarness() { table.begin_step(now); }

  void advance(std::chrono::milliseconds by) {
    const TimePoint until = now + by;
    while (now < until) {
      now = std::min(until, now + std::chrono::milliseconds(10));
      table.begin_step(now);
      std::vector<std::uint64_t> due;
      timers.advance(now, due);
      for (const std::uint64_t number : due) {
        if (const auto timer = timers.take(number)) table.on_timer(timer->payload);
      }
    }
  }
  static MessagePtr parse(std::string octets) {
    return std::make_shared<const sip::Message>(sip::parse(std::move(octets)).value());
  }
  void receive(const std::string& octets, const MessageSource& source) {
    const MessagePtr message = parse(octets);
    if (message->is_request()) {
      table.on_request(message, source, table.key_of(*message, source));
    } else {
      table.on_response(message, source);
    }
  }
  std::vector<TransactionEvent> events() {
    std::vector<TransactionEvent> out;
    while (auto event = table.next_event())
      out.push_back(std::move(*event));
    return out;
  }
  // First lines of what was sent since the last call.
  std::vector<std::string> wire() {
    std::vector<std::string> lines;
    for (const auto& entry : sender.sent)
      lines.push_back(entry.octets.substr(0, entry.octets.find("\r\n")));
    sender.sent.clear();
    return lines;
  }

  static MessageSource udp() {
    const SocketAddress remote = *SocketAddress::parse("192.0.2.1:5060");
    return {UdpFlow{ListenerId{1}, remote}, TransportKind::udp, ListenerId{1}, remote, 0};
  }
  static MessageSource tls(std::uint64_t number) {
    return {ConnectionId{7, 1}, TransportKind::tls, ListenerId{2},
            *SocketAddress::parse("192.0.2.1:40000"), number};
  }

  TimePoint now{std::chrono::hours(1)};
  SeededRandom random{1};
  TimerService timers{now};
  Counters counters;
  RecordingSender sender;
  TransactionTable table{random, timers, sender, counters};
};

}  // namespace ringfence::sip_core

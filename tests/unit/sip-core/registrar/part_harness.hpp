// PartHarness: a Context for one part of the engine on manual time. Requests and responses that the
// part sends are kept for the test to read; timers, commits and responses are the test's to give.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sip-core/engine/context.hpp"
#include "sip-core/message/parser.hpp"
#include "sip-core/registrar/registrar.hpp"
#include "sip-core/trunk/identify_trunk.hpp"

namespace ringfence::sip_core {

class RecordingLayer final : public TransactionLayer {
 public:
  struct Request {
    ClientTransactionId id;
    sip::OutgoingMessage message;
    Target target;
  };
  std::vector<std::pair<ServerTransactionId, sip::OutgoingMessage>> responses;
  std::vector<Request> requests;

  void respond(ServerTransactionId id, const sip::OutgoingMessage& response) override {
    responses.emplace_back(id, response);
  }
  void respond_statelessly(ServerTransactionId id, const sip::OutgoingMessage& response) override {
    responses.emplace_back(id, response);
  }
  void ignore(ServerTransactionId) override {}
  ClientTransactionId request(sip::OutgoingMessage message, Target target) override {
    const ClientTransactionId id(++last_);
    requests.push_back({id, std::move(message), std::move(target)});
    return id;
  }
  void send_ack(sip::OutgoingMessage, Target) override {}
  ClientTransactionId take_over(sip::OutgoingMessage, Flow) override { return {}; }
  ServerTransactionId take_over(MessagePtr, MessageSource) override { return {}; }
  void cancel(ClientTransactionId, std::string_view) override {}

 private:
  std::uint64_t last_ = 0;
};

class FixedFacts final : public TrunkFacts {
 public:
  std::map<TrunkId, std::vector<IpAddress>> hosts;
  std::map<TrunkId, std::string> users;

  std::span<const IpAddress> addresses(TrunkId trunk) const override {
    const auto found = hosts.find(trunk);
    return found == hosts.end() ? std::span<const IpAddress>() : found->second;
  }
  std::string_view contact_user(TrunkId trunk) const override {
    const auto found = users.find(trunk);
    return found == users.end() ? std::string_view() : found->second;
  }
};

struct PartHarness {
  Config config;
  TimePoint now{std::chrono::hours(1)};
  WallTime wall{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  SeededRandom random{1};
  Actions actions;
  RecordingLayer layer;
  TimerService timers{now};
  Connections connections;
  Identifiers ids;
  Counters counters;
  Registrar registrar;
  FixedFacts facts;

  Context context() {
    return {config,      now, wall,     random,    actions, layer, timers,
            connections, ids, counters, registrar, facts,   wall};
  }
  void pass(std::chrono::milliseconds by) {
    now += by;
    wall += by;
  }
  // The payloads of what is due, for the part's on_timer().
  std::vector<std::uint64_t> due() {
    std::vector<std::uint64_t> tokens;
    std::vector<std::uint64_t> payloads;
    timers.advance(now, tokens);
    for (const std::uint64_t token : tokens) {
      if (const auto timer = timers.take(token)) payloads.push_back(timer->payload);
    }
    return payloads;
  }
  // The last action of that kind, nullptr when there is none.
  template <typename Kind>
  const Kind* last() const {
    for (auto action = actions.rbegin(); action != actions.rend(); ++action) {
      if (const auto* found = std::get_if<Kind>(&*action)) return found;
    }
    return nullptr;
  }
  static MessagePtr parse(std::string text) {
    auto message = sip::parse(std::move(text));
    EXPECT_TRUE(message);
    return std::make_shared<const sip::Message>(message ? std::move(*message) : sip::Message());
  }
};

}  // namespace ringfence::sip_core

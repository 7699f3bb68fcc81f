// Alice, bob and carol, all on TLS and of one tenant, and what their transfers have in common.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {

inline Config config_with_carol() {
  Config config = simulation::demo_config();
  Extension carol = config.extensions[0];
  carol.id = ExtensionId{3};
  carol.username = "carol";
  carol.password = "carol-password";
  config.extensions.push_back(carol);
  config.finish();
  return config;
}

class TransferFixture : public ::testing::Test {
 protected:
  TransferFixture() {
    for (simulation::UserAgent* one : {&alice, &bob, &carol})
      one->register_now();
  }
  void set(const std::function<void(Config&)>& change) {
    Config config = config_with_carol();
    change(config);
    config.revision = 2;
    config.finish();
    world.set_config(config);
  }
  simulation::UserAgent phone(const std::string& name, const std::string& address) {
    return simulation::UserAgent::on_stream(world, {name, name + "-password", "demo.example"},
                                            simulation::kPublicTls, address);
  }
  struct Sides {
    simulation::Dialogue caller;
    simulation::Dialogue callee;
  };
  static Sides establish(simulation::UserAgent& from, Port from_port, simulation::UserAgent& to,
                         const std::string& name, Port to_port) {
    Sides sides;
    sides.caller = from.invite(name, simulation::audio_sdp(from_port));
    sides.callee =
        to.accept(to.expect_request(sip::Method::invite), 200, simulation::audio_sdp(to_port));
    from.ack(sides.caller, from.expect_response(200));
    to.expect_request(sip::Method::ack);
    return sides;
  }
  static void refer(simulation::UserAgent& by, simulation::Dialogue& within,
                    const std::string& refer_to, const std::string& sub = {}) {
    sip::OutgoingMessage with;
    with.add(sip::HeaderName::refer_to, refer_to);
    if (!sub.empty()) with.add(sip::HeaderName::refer_sub, sub);
    by.request(within, sip::Method::refer, with);
  }
  static void expect_notify(simulation::UserAgent& by, const std::string& status,
                            const std::string& state) {
    const auto notify = by.expect_request(sip::Method::notify);
    EXPECT_THAT(std::string(notify.body()), ::testing::StartsWith("SIP/2.0 " + status));
    EXPECT_THAT(std::string(notify.header(sip::HeaderName::subscription_state).value_or("")),
                ::testing::StartsWith(state));
    EXPECT_THAT(std::string(notify.header(sip::HeaderName::event).value_or("")),
                ::testing::StartsWith("refer"));
    by.reply(notify, 200);
  }
  // What Replaces must say of a dialog that whoever gets it shares with `d`'s side.
  struct Named {
    std::string call_id;
    std::string to_tag;
    std::string from_tag;
  };
  static Named named(const simulation::Dialogue& d) {
    const auto tag = [](const std::string& value) { return value.substr(value.find("tag=") + 4); };
    return {d.call_id, tag(d.remote), tag(d.local)};
  }
  // The same in a URI.
  static std::string replaces(const simulation::Dialogue& d) {
    const Named name = named(d);
    return "?Replaces=" + name.call_id + "%3Bto-tag%3D" + name.to_tag + "%3Bfrom-tag%3D" +
           name.from_tag;
  }
  // As caller, the dialog of an INVITE that was submitted.
  static simulation::Dialogue founded_by(const sip::Message& success) {
    simulation::Dialogue d;
    d.call_id = success.call_id();
    d.local = success.header(sip::HeaderName::from).value_or("");
    d.cseq = success.cseq()->number;
    return d;
  }
  static void invite_replacing(simulation::UserAgent& by, const simulation::Dialogue& d,
                               const std::string& sdp, const std::string& more = {}) {
    const Named name = named(d);
    auto invite = sip::OutgoingMessage::request(sip::Method::invite, "sip:bob@demo.example");
    invite.add(sip::HeaderName::contact, by.contact())
        .add(sip::HeaderName::replaces,
             name.call_id + ";to-tag=" + name.to_tag + ";from-tag=" + name.from_tag + more);
    invite.body("application/sdp", sdp);
    by.submit(invite);
  }

  simulation::World world{config_with_carol()};
  simulation::UserAgent alice = phone("alice", "127.0.0.10:40001");
  simulation::UserAgent bob = phone("bob", "127.0.0.11:40002");
  simulation::UserAgent carol = phone("carol", "127.0.0.12:40003");
};

}  // namespace ringfence::sip_core

// Where SRTP is required, on every way that a call's media can be agreed upon, whatever the peer
// answers: no media session is ever asked for with a leg that has no keys (R108, R116), and what
// cannot be agreed upon is no call. Both parties require SRTP.
#include "tests/unit/sip-core/b2bua/call_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;

// The value of the first a=crypto in a body; empty: there is none.
std::string crypto_in(std::string_view body) {
  const auto at = body.find("a=crypto:");
  if (at == std::string_view::npos) return {};
  const auto value = body.substr(at + 9);
  return std::string(value.substr(0, value.find("\r\n")));
}

std::string without_keys(const std::string& profile, Port port) {
  std::string sdp = audio_sdp(port);
  sdp.replace(sdp.find("RTP/AVP"), 7, profile);
  return sdp;
}

std::string with_parameters(const std::string& parameters, Port port) {
  return audio_sdp(port, some_crypto('P') + " " + parameters);
}

struct PeerAnswer {
  std::string name;
  int status = 200;
  // From the body that it answers; absent: no body at all.
  std::function<std::string(std::string_view offer, Port port)> sdp{};
  enum class Is : std::uint8_t { agreed, no_srtp, no_answer } is = Is::no_srtp;

  friend void PrintTo(const PeerAnswer& answer, std::ostream* out) { *out << answer.name; }
};

const PeerAnswer kAnswers[] = {
    {"proper", 200, [](auto, Port port) { return audio_sdp(port, some_crypto('P')); },
     PeerAnswer::Is::agreed},
    {"plain", 200, [](auto, Port port) { return audio_sdp(port); }},
    {"savp_without_crypto", 200, [](auto, Port port) { return without_keys("RTP/SAVP", port); }},
    {"dtls_profile", 200, [](auto, Port port) { return without_keys("UDP/TLS/RTP/SAVP", port); }},
    {"dtls_feedback_profile", 200,
     [](auto, Port port) { return without_keys("UDP/TLS/RTP/SAVPF", port); }},
    {"wrong_tag", 200,
     [](auto, Port port) {
       return audio_sdp(port, "7 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(40, 'P'));
     }},
    {"suite_not_offered", 200,
     [](auto, Port port) {
       return audio_sdp(port, "1 AEAD_AES_256_GCM inline:" + std::string(59, 'P') + "A");
     }},
    {"unknown_suite", 200,
     [](auto, Port port) {
       return audio_sdp(port, "1 F8_128_HMAC_SHA1_80 inline:" + std::string(40, 'P'));
     }},
    {"short_key", 200,
     [](auto, Port port) {
       return audio_sdp(port, "1 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(36, 'P'));
     }},
    {"no_base64", 200,
     [](auto, Port port) {
       return audio_sdp(port, "1 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(40, '!'));
     }},
    {"our_own_key", 200,
     [](std::string_view offer, Port port) { return audio_sdp(port, crypto_in(offer)); }},
    {"unencrypted", 200, [](auto, Port port) { return with_parameters("UNENCRYPTED_SRTP", port); }},
    {"unencrypted_rtcp", 200,
     [](auto, Port port) { return with_parameters("UNENCRYPTED_SRTCP", port); }},
    {"unauthenticated", 200,
     [](auto, Port port) { return with_parameters("UNAUTHENTICATED_SRTP", port); }},
    {"two_lines", 200,
     [](auto, Port port) {
       return audio_sdp(port, some_crypto('P')) + "a=crypto:" + some_crypto('Q') + "\r\n";
     }},
    {"port_zero", 200, [](auto, Port) { return audio_sdp(0, some_crypto('P')); },
     PeerAnswer::Is::no_answer},
    {"not_sdp", 200, [](auto, Port) { return std::string("hello"); }, PeerAnswer::Is::no_answer},
    {"no_body", 200, {}, PeerAnswer::Is::no_answer},
    {"status_415", 415},
    {"status_488", 488},
    {"status_606", 606},
};

class SrtpGateCallTest : public CallFixture, public ::testing::WithParamInterface<PeerAnswer> {
 protected:
  SrtpGateCallTest()
      : CallFixture(config_with_policies(SrtpPolicy::required, SrtpPolicy::required)) {
    world.watch_media = [this](const SetMediaSession& media) {
      for (const MediaLeg* leg : {&media.a, &media.b})
        plain_legs_ += std::holds_alternative<SdesSrtp>(leg->protection) ? 0 : 1;
    };
  }

  std::string answer_to(std::string_view offer, Port port) const {
    return GetParam().sdp ? GetParam().sdp(offer, port) : std::string();
  }
  void answer(UserAgent& agent, const sip::Message& request, Port port) const {
    agent.reply(request, GetParam().status, answer_to(request.body(), port));
  }
  // To an INVITE that begins a dialog.
  void accept(UserAgent& agent, const sip::Message& invite, Port port) const {
    if (GetParam().status != 200) return answer(agent, invite, port);
    agent.accept(invite, 200, answer_to(invite.body(), port));
  }
  void establish_secured() {
    a = alice.invite("bob", audio_sdp(41000, some_crypto('A')));
    b = bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000, some_crypto('B')));
    alice.ack(a, alice.expect_response(200));
    bob.expect_request(Method::ack);
  }
  // Nobody says a word any more: whatever is under way ends by itself.
  void expect_nothing_plain() {
    world.advance(60s);
    EXPECT_EQ(plain_legs_, 0);
    EXPECT_LE(world.count_log("srtp-reject"), 1U);
  }
  // The same of a call that has only just begun to be one.
  void expect_agreed_or_no_call() {
    EXPECT_EQ(world.count_log("srtp-reject"), GetParam().is == PeerAnswer::Is::no_srtp ? 1U : 0U);
    if (GetParam().is == PeerAnswer::Is::agreed) {
      EXPECT_EQ(world.sessions.size(), 1U);
      EXPECT_EQ(plain_legs_, 0);
      return;
    }
    expect_nothing_plain();
    expect_no_call();
  }

 private:
  int plain_legs_ = 0;
};

TEST_P(SrtpGateCallTest, first_offer_R108_F083_F084) {
  a = alice.invite("bob", audio_sdp(41000, some_crypto('A')));
  accept(bob, bob.expect_request(Method::invite), 42000);
  expect_agreed_or_no_call();
}

TEST_P(SrtpGateCallTest, what_the_caller_offers_R107) {
  a = alice.invite("bob", answer_to(some_crypto('A'), 41000));
  world.advance(60s);
  expect_nothing_plain();
}

TEST_P(SrtpGateCallTest, early_media_R116) {
  a = alice.invite("bob", audio_sdp(41000, some_crypto('A')));
  const auto invite = bob.expect_request(Method::invite);
  bob.respond(invite, 183, {"one", answer_to(invite.body(), 42000)});
  expect_nothing_plain();
}

TEST_P(SrtpGateCallTest, reliable_early_media_R116) {
  is_modern(alice);
  is_modern(bob);
  a = alice.invite("bob", audio_sdp(41000, some_crypto('A')));
  const auto invite = bob.expect_request(Method::invite);
  bob.respond(invite, 183, {"one", answer_to(invite.body(), 42000), 9});
  expect_nothing_plain();
}

TEST_P(SrtpGateCallTest, an_answer_after_early_media_R120) {
  a = alice.invite("bob", audio_sdp(41000, some_crypto('A')));
  const auto invite = bob.expect_request(Method::invite);
  bob.respond(invite, 183, {"one", audio_sdp(42000, some_crypto('B'))});
  bob.respond(invite, GetParam().status, {"two", answer_to(invite.body(), 42010)});
  expect_nothing_plain();
}

TEST_P(SrtpGateCallTest, a_late_offer_s_answer_R059) {
  a = alice.invite("bob", "");
  b = bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000, some_crypto('B')));
  const auto success = alice.expect_response(200);
  alice.ack(a, success, answer_to(success.body(), 41000));
  expect_nothing_plain();
}

TEST_P(SrtpGateCallTest, what_the_callee_offers_R059) {
  a = alice.invite("bob", "");
  accept(bob, bob.expect_request(Method::invite), 42000);
  expect_nothing_plain();
}

TEST_P(SrtpGateCallTest, a_forked_answer_R120) {
  UserAgent second = UserAgent::on_udp(world, {"bob", "bob-password", "demo.example"}, kPublicUdp,
                                       "127.0.0.12:40003");
  second.register_now();
  a = alice.invite("bob", audio_sdp(41000, some_crypto('A')));
  bob.respond(bob.expect_request(Method::invite), 183, {"one", audio_sdp(42000, some_crypto('B'))});
  accept(second, second.expect_request(Method::invite), 42010);
  expect_nothing_plain();
}

TEST_P(SrtpGateCallTest, a_re_invite_R118) {
  establish_secured();
  alice.request(a, Method::invite, audio_sdp(41010, some_crypto('C')));
  answer(bob, bob.expect_request(Method::invite), 42000);
  expect_nothing_plain();
}

TEST_P(SrtpGateCallTest, what_a_re_invite_offers_R118) {
  establish_secured();
  bob.request(b, Method::invite, answer_to(some_crypto('A'), 42010));
  expect_nothing_plain();
}

TEST_P(SrtpGateCallTest, a_re_invite_of_the_callee_R118) {
  establish_secured();
  bob.request(b, Method::invite, audio_sdp(42010, some_crypto('D')));
  answer(alice, alice.expect_request(Method::invite), 41000);
  expect_nothing_plain();
}

TEST_P(SrtpGateCallTest, a_re_invite_without_an_offer_R059) {
  establish_secured();
  alice.request(a, Method::invite);
  answer(bob, bob.expect_request(Method::invite), 42000);
  expect_nothing_plain();
}

TEST_P(SrtpGateCallTest, the_ack_of_a_re_invite_without_an_offer_R059) {
  establish_secured();
  alice.request(a, Method::invite);
  bob.reply(bob.expect_request(Method::invite), 200, audio_sdp(42000, some_crypto('D')));
  const auto success = alice.expect_response(200);
  alice.ack(a, success, answer_to(success.body(), 41000));
  expect_nothing_plain();
}

TEST_P(SrtpGateCallTest, hold_and_resume_R118) {
  establish_secured();
  alice.request(a, Method::invite, audio_sdp(41000, some_crypto('A'), "sendonly"));
  bob.reply(bob.expect_request(Method::invite), 200,
            audio_sdp(42000, some_crypto('B'), "recvonly"));
  alice.ack(a, alice.expect_response(200));
  bob.expect_request(Method::ack);
  alice.request(a, Method::invite, audio_sdp(41000, some_crypto('A')));
  answer(bob, bob.expect_request(Method::invite), 42000);
  expect_nothing_plain();
}

TEST_P(SrtpGateCallTest, an_update_R118) {
  is_modern(alice);
  is_modern(bob);
  establish_secured();
  alice.request(a, Method::update, audio_sdp(41010, some_crypto('C')));
  answer(bob, bob.expect_request(Method::update), 42000);
  expect_nothing_plain();
}

TEST_P(SrtpGateCallTest, a_re_invite_after_a_restart_F001) {
  establish_secured();
  world.restart_sip_core();
  alice.request(a, Method::invite, audio_sdp(41010, some_crypto('C')));
  answer(bob, bob.expect_request(Method::invite), 42000);
  expect_nothing_plain();
}

// What the log says of it, and that nobody is asked again.
class SrtpRefusedTest : public SrtpGateCallTest {
 protected:
  void call(int status, const std::string& body) {
    a = alice.invite("bob", audio_sdp(41000, some_crypto('A')));
    const auto invite = bob.expect_request(Method::invite);
    EXPECT_THAT(std::string(invite.body()), ::testing::HasSubstr("RTP/SAVP"));
    if (status == 200) {
      b = bob.accept(invite, 200, body);
      bob.expect_request(Method::ack);
      bob.reply(bob.expect_request(Method::bye), 200);
    } else {
      bob.reply(invite, status);
      bob.expect_request(Method::ack);
    }
  }
  std::string reason() const {
    for (const WriteLog& line : world.logs) {
      if (line.tag != "srtp-reject") continue;
      EXPECT_EQ(line.level, LogLevel::info);
      for (const auto& [key, value] : line.fields)
        if (key == "reason") return value;
    }
    return {};
  }
};

TEST_F(SrtpRefusedTest, APlainAnswerEndsTheCallWithByeAndTellsTheCaller_F083) {
  call(200, audio_sdp(42000));
  alice.expect_response(488);
  EXPECT_EQ(reason(), "avp_answer");
  expect_nothing_plain();
  expect_no_call();
}

TEST_F(SrtpRefusedTest, AnAnswerWithoutAKeyOrWithDtlsEndsItToo_F083) {
  call(200, without_keys("RTP/SAVP", 42000));
  EXPECT_EQ(reason(), "no_crypto");
  alice.expect_response(488);
  world.logs.clear();
  call(200, without_keys("UDP/TLS/RTP/SAVPF", 42000));
  EXPECT_EQ(reason(), "profile");
  expect_nothing_plain();
  expect_no_call();
}

TEST_F(SrtpRefusedTest, WhoRefusesSrtpIsNotAskedWithoutIt_F084) {
  for (const int status : {415, 488, 606}) {
    world.logs.clear();
    call(status, {});
    alice.expect_response(status);
    EXPECT_EQ(reason(), "peer_" + std::to_string(status));
    expect_nothing_plain();
    bob.expect_silence();
    expect_no_call();
  }
}

INSTANTIATE_TEST_SUITE_P(Whatever, SrtpGateCallTest, ::testing::ValuesIn(kAnswers),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace ringfence::sip_core

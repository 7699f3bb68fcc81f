// PhoneCall: one call as a simulated user agent lives through it: RFC 3261's
// dialog, offers and answers, and a person who rings, answers, refuses, holds,
// hangs up or falls silent by the dice. Owned by its Agent, which keeps it a
// while after its end. Reports to the CallBook and finds for itself what its
// own peer must never do.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "tests/simulation/phone/call_host.hpp"
#include "tests/simulation/phone/media_end.hpp"
#include "tests/simulation/phone/phone_session.hpp"
#include "tests/simulation/phone/sdp_text.hpp"

namespace ringfence::simulation {

class PhoneCall {
 public:
  PhoneCall(CallHost& host, std::uint64_t number) : host_(host), number_(number) {}
  PhoneCall(const PhoneCall&) = delete;
  PhoneCall& operator=(const PhoneCall&) = delete;
  ~PhoneCall();

  void call(const std::string& request_uri);
  // To ask somebody before the call with that Call-ID is transferred to it.
  void consult(const std::string& request_uri, const std::string& about);
  // The other call's end of ours: REFER with Replaces.
  void transfer_to(const PhoneCall& consultation);
  void take(const MessagePtr& invite);

  void on_request(const MessagePtr& request);
  void on_cancel();
  void on_response(const SentRequest& request, const MessagePtr& response);
  void on_silence(const SentRequest& request, Silence why);
  void on_no_ack();
  void on_wire_down();
  void on_wire_up();
  void on_registered();  // over the wire that is up

  bool matches(std::string_view local_tag) const { return local_tag == local_tag_; }
  bool over() const { return state_ == State::over; }
  TimePoint over_since() const { return over_since_; }
  const std::string& call_id() const { return call_id_; }

 private:
  enum class State : std::uint8_t {
    calling,    // our INVITE has no final response
    ringing,    // theirs has none
    answering,  // our 2xx is not acknowledged
    talking,
    leaving,  // our BYE is not answered
    over,
  };

  // phone_call_setup.cpp
  void send_invite();
  void on_invite_response(const SentRequest& request, const MessagePtr& response);
  void on_accepted(const SentRequest& request, const MessagePtr& response);
  void leave_fork(const SentRequest& request, const sip_core::sip::Message& response);
  void send_ack(const SentRequest& invite, const sip_core::sip::Message& response,
                const std::string& body);
  void give_up_calling();
  void plan_answer();
  void ring();
  void ring_in_vain();
  void progress_with_media();
  void answer();
  void refuse(int status);
  void on_ack(const sip_core::sip::Message& ack);

  // phone_call_early.cpp
  void acknowledge_provisional(const SentRequest& invite, const sip_core::sip::Message& response);
  void repeat_provisional();
  void on_prack(const MessagePtr& request);

  // phone_call_talk.cpp
  void begin_talk();
  void keep_speaking();
  void plan_next();
  void reinvite();
  void on_reoffer(const MessagePtr& request);
  void on_repeated_success(const SentRequest& request, const MessagePtr& response);
  void on_reoffer_response(const SentRequest& request, const MessagePtr& response);
  void send_info();
  void hang_up();
  void send_bye();
  void vanish();
  void end(LegEnd how);
  std::optional<SdpText> answer_to(const SdpText& offer);
  SdpText offer(const std::string& direction);
  void take_peer_sdp(std::string_view body);
  void apply_media();

  // phone_call_transfer.cpp
  void transfer();
  void conclude_consultation();
  void send_refer(const std::string& refer_to);

  // phone_call_session.cpp
  void watch_session();
  void on_session_due();
  void on_session_dead();
  void refresh_session();
  void refresh_if_due();
  bool on_refresh_response(int status, const sip_core::sip::Message& response);

  // phone_call.cpp
  sip_core::sip::OutgoingMessage start_request(sip_core::sip::Method method,
                                               const std::string& branch);
  void respond(const MessagePtr& request, int status, const std::string& body = {});
  void later(Duration delay, void (PhoneCall::*act)());
  bool may_be_unanswered(const SentRequest& request) const;
  // What kind of a call it is both sides know by its number.
  bool both_vanish() const { return number_ % 40 == 13; }
  bool lasts() const { return number_ % 40 == 7; }  // until its session has been refreshed
  // Of most calls one side at most: the other one then has to hear of its end.
  bool may_vanish() const { return both_vanish() || caller_ == (number_ % 2 == 0); }
  std::string fresh_branch() { return host_.fresh("z9hG4bK"); }

  CallHost& host_;
  std::uint64_t number_;
  LegNumber leg_;
  State state_ = State::calling;
  TimePoint over_since_;
  bool caller_ = false;
  bool vanished_ = false;

  std::string call_id_;
  std::string local_;  // From or To value of ours, with tag
  std::string local_tag_;
  std::string remote_;
  std::string remote_tag_;
  std::string target_;
  std::string first_uri_;
  std::vector<std::string> routes_;
  std::uint32_t cseq_ = 0;
  std::uint32_t remote_cseq_ = 0;

  MessagePtr invite_;  // as callee, until the final response
  std::string invite_branch_;
  int challenges_ = 0;
  bool late_offer_ = false;
  bool cancel_wanted_ = false;
  std::map<std::uint32_t, std::string> acks_;  // octets, by the CSeq of the INVITE
  struct Early {
    std::uint32_t rseq = 0;
    std::string sdp;
  };
  std::map<std::string, Early> earlies_;  // as caller: reliable provisional responses, by To tag
  // As callee: the reliable provisional response that waits for its PRACK.
  std::string unproven_;
  std::uint32_t rseq_ = 0;
  Duration repeat_after_{};
  TimePoint unproven_since_;
  bool answered_early_ = false;  // its SDP was our answer: the 2xx has none

  std::string reinvite_branch_;  // ours, not answered
  bool refreshing_late_ = false;
  std::optional<std::uint32_t> unacknowledged_;  // CSeq of their INVITE that we sent a 2xx to
  bool answer_in_ack_ = false;
  int byes_ = 0;
  std::string about_;  // Call-ID of the call that we consult about
  Duration talk_{};
  TimePoint talk_began_;
  bool plans_to_hold_ = false;

  PhoneSession session_;
  bool refreshing_ = false;  // reinvite_branch_ is a refresh
  bool forgetful_ = false;   // does not refresh
  TimePoint last_unreachable_;

  SdpText own_;
  std::string own_key_;
  std::optional<SdpText> peer_;
  bool protected_ = false;  // both said a key
  std::optional<MediaEnd> media_;
  std::vector<PlanId> plans_;
};

}  // namespace ringfence::simulation

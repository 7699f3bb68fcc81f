#include "media-worker/link/sip_core_link.hpp"

#include "media-worker/link/session_messages.hpp"

namespace ringfence::media_worker {

namespace {

constexpr std::chrono::seconds kSilenceInterval{2};

}  // namespace

void SipCoreLink::adopt(Fd socket) {
  heard_hello_ = false;
  link_ = std::make_unique<Link>(
      loop_, std::move(socket),
      [this](proto::ToMediaWorker& message, std::vector<Fd>&) { return dispatch(message); },
      [this](const std::string& reason) {
        log_.warning("the link to sip-core closed, media goes on",
                     {{"reason", reason}, {"sessions", carrier_.session_count()}});
      });
  say_hello();
}

void SipCoreLink::say_hello() {
  proto::FromMediaWorker message;
  auto& hello = *message.mutable_hello();
  hello.set_epoch(epoch_);
  hello.set_index(index_);
  for (const SessionId id : carrier_.held())
    hello.add_sessions(id.value);
  link_->send(message);
}

bool SipCoreLink::hear_hello(const proto::MediaSipCoreHello& hello) {
  if (heard_hello_) return false;
  heard_hello_ = true;
  if (sip_core_epoch_ != hello.epoch()) carrier_.give_back_unused();
  sip_core_epoch_ = hello.epoch();
  carrier_.forget_silence();
  report_silence();
  log_.info("linked to sip-core", {{"sessions", carrier_.session_count()}});
  return true;
}

bool SipCoreLink::dispatch(proto::ToMediaWorker& message) {
  if (message.has_hello()) return hear_hello(message.hello());
  if (!heard_hello_) return false;
  switch (message.kind_case()) {
    case proto::ToMediaWorker::kLeaseRequest:
      lease(message.lease_request());
      return true;
    case proto::ToMediaWorker::kLeaseReturn:
      for (const std::uint64_t id : message.lease_return().lease_ids())
        carrier_.give_back(LeaseId(id));
      return true;
    case proto::ToMediaWorker::kSessionSet:
      set_session(*message.mutable_session_set());
      return true;
    case proto::ToMediaWorker::kSessionEnd:
      end_session(message.session_end());
      return true;
    case proto::ToMediaWorker::kTelephoneEvent:
      return press(message.telephone_event());
    case proto::ToMediaWorker::kHello:
    case proto::ToMediaWorker::KIND_NOT_SET:
      break;
  }
  return false;
}

void SipCoreLink::lease(const proto::LeaseRequest& request) {
  const auto address = IpAddress::parse(request.address());
  const auto leased = address ? carrier_.lease(*address, request.count())
                              : PortPool::Leased{{}, "an address that is none"};
  if (!leased.leases.empty()) {
    proto::FromMediaWorker message;
    message.mutable_leased()->set_address(request.address());
    for (const PortLease* lease : leased.leases) {
      auto& entry = *message.mutable_leased()->add_leases();
      entry.set_lease_id(lease->id.value);
      entry.set_rtp_port(lease->rtp_address.port);
    }
    link_->send(message);
  }
  if (leased.shortage.empty()) return;
  log_.warning("cannot lease media ports", {{"address", request.address()},
                                            {"reason", leased.shortage},
                                            {"leased", carrier_.lease_count()}});
  proto::FromMediaWorker message;
  message.mutable_lease_failed()->set_address(request.address());
  message.mutable_lease_failed()->set_reason(leased.shortage);
  link_->send(message);
}

void SipCoreLink::set_session(proto::SessionSet& message) {
  const auto description = read_session_set(message);
  Result<void> done;
  if (description) {
    done = carrier_.set(*description);
  } else {
    done = std::unexpected(description.error());
  }
  if (done) return;
  log_.warning("refused a media session",
               {{"session", message.session_id()}, {"reason", done.error().message}});
  proto::FromMediaWorker answer;
  answer.mutable_session_refused()->set_session_id(message.session_id());
  answer.mutable_session_refused()->set_reason(done.error().message);
  link_->send(answer);
}

void SipCoreLink::report_silence() {
  silence_timer_ = loop_.after(kSilenceInterval, [this] { report_silence(); });
  if (!link_) return;
  for (const SessionId id : carrier_.newly_silent()) {
    proto::FromMediaWorker message;
    message.mutable_session_silent()->set_session_id(id.value);
    link_->send(message);
  }
}

bool SipCoreLink::press(const proto::TelephoneEvent& message) {
  const auto event = read_telephone_event(message);
  if (!event) return false;
  const LegName to = message.to() == proto::TelephoneEvent::A ? LegName::a : LegName::b;
  carrier_.press(SessionId(message.session_id()), to, *event);
  return true;
}

void SipCoreLink::end_session(const proto::SessionEnd& message) {
  proto::FromMediaWorker answer;
  if (const auto ended = carrier_.end(SessionId(message.session_id()))) {
    *answer.mutable_session_ended() = summary_of(ended->session());
  } else {
    // Ended before: its counters are gone, and an answer is due all the same.
    answer.mutable_session_ended()->set_session_id(message.session_id());
  }
  link_->send(answer, {}, channel::Departure::with_the_next);
}

}  // namespace ringfence::media_worker

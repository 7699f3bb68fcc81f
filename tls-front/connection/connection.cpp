#include "tls-front/connection/connection.hpp"

#include <algorithm>

namespace ringfence::tls_front {
namespace {

std::string_view describe_stage(Stage stage) {
  switch (stage) {
    case Stage::first_message:
      return "no message came";
    case Stage::in_message:
      return "a message did not end";
    case Stage::idle:
      return "idle";
  }
  return "timed out";
}

}  // namespace

Connection::Connection(ConnectionNumber number, ConnectionFacts facts,
                       std::unique_ptr<ByteStream> stream, Loop& loop,
                       const FrontSettings& settings, Random& random, ConnectionOwner& owner)
    : number_(number),
      facts_(std::move(facts)),
      stream_(std::move(stream)),
      loop_(loop),
      settings_(settings),
      owner_(owner) {
  stream_->observe(*this);
  announced_ = !facts_.is_inbound() || !facts_.tls.verified_names.empty();
  // We dial trunks only.
  if (!facts_.is_inbound()) {
    peer_class_ = PeerClass::trunk;
    keep_alive_.emplace(loop_.now(), settings_.ping_interval, random);
    keep_alive();
  }
  waiting_since_ = loop_.now();
  enter(Stage::first_message);
}

void Connection::set_class(PeerClass peer_class) {
  if (peer_class_ == peer_class) return;
  peer_class_ = peer_class;
  update_reading();
  enter(stage_);
}

void Connection::finish() {
  deadline_ = Timer();
  ping_ = Timer();
  stream_->finish();
}

void Connection::let_read(bool sip_core_takes) {
  sip_core_takes_ = sip_core_takes;
  update_reading();
}

void Connection::update_reading() {
  const std::size_t limit = peer_class_ == PeerClass::trunk ? kMaxKeptOfTrunk : kMaxKept;
  // After a framing error nobody knows where the next message would begin.
  const bool reading = sip_core_takes_ && !framing_failed_ && kept_.octets() <= limit;
  if (reading == reading_) return;
  reading_ = reading;
  if (reading) {
    stream_->resume_reading();
    // The peer is not to blame for the time that we did not read.
    stage_since_ = waiting_since_ = loop_.now();
  } else {
    stream_->pause_reading();
  }
}

void Connection::on_octets(std::string_view octets) {
  if (framing_failed_) return;
  spoke_ = true;
  const bool awaits_pong = keep_alive_ && keep_alive_->awaits_pong();
  framer_.expect_pong(awaits_pong);
  framer_.feed(octets);
  bool whole_message = false;
  while (const auto frame = framer_.next()) {
    take(*frame);
    whole_message =
        whole_message || frame->kind == Frame::Kind::message || frame->kind == Frame::Kind::error;
  }
  if (awaits_pong) {
    keep_alive_->heard();
    arm_ping();
  }
  had_message_ = had_message_ || whole_message;
  if (framer_.in_message()) {
    if (stage_ != Stage::in_message || whole_message) enter(Stage::in_message);
  } else if (whole_message || stage_ == Stage::idle) {
    enter(Stage::idle);
  }
  update_reading();
  if (whole_message) owner_.on_messages(*this);
}

void Connection::take(const Frame& frame) {
  switch (frame.kind) {
    case Frame::Kind::message:
      kept_.add(frame.octets, std::nullopt, loop_.now());
      return;
    case Frame::Kind::ping:
      stream_->send("\r\n");
      return;
    case Frame::Kind::pong:
      keep_alive_->pong();
      return;
    case Frame::Kind::error:
      framing_failed_ = true;
      kept_.add(frame.octets, frame.error, loop_.now());
      return;
  }
}

void Connection::on_ended(const StreamEnd& end) {
  deadline_ = Timer();
  ping_ = Timer();
  owner_.on_connection_over(*this, end);
}

// An idle stage that goes on only moves its beginning: no timer is started per message.
void Connection::enter(Stage stage) {
  const bool same = stage == stage_;
  stage_ = stage;
  stage_since_ = loop_.now();
  const auto end = due();
  if (!end) {
    deadline_ = Timer();
    watching_ = false;
  } else if (!same || !watching_) {
    watch(std::max(*end - stage_since_, Duration::zero()));
  }
}

// R190: who never finishes a first message gains nothing by beginning one.
std::optional<TimePoint> Connection::due() const {
  const auto limit = time_allowed(stage_, peer_class_, settings_);
  if (!limit) return std::nullopt;
  const TimePoint end = stage_since_ + *limit;
  const auto first = time_allowed(Stage::first_message, peer_class_, settings_);
  return had_message_ || !first ? end : std::min(end, waiting_since_ + *first);
}

void Connection::watch(Duration limit) {
  watching_ = true;
  deadline_ = loop_.after(limit, [this] { deadline(); });
}

void Connection::deadline() {
  watching_ = false;
  const auto at = due();
  if (!at) return;
  const TimePoint now = loop_.now();
  if (*at > now) return watch(*at - now);
  if (!reading_ && !framing_failed_) return watch(settings_.message_timeout);
  end(StreamEnd::Kind::timed_out, std::string(describe_stage(stage_)));
}

void Connection::end(StreamEnd::Kind kind, std::string sentence) {
  stream_->finish();
  on_ended({kind, std::move(sentence), {}});
}

void Connection::keep_alive() {
  switch (keep_alive_->step(loop_.now(), settings_.ping_interval)) {
    case KeepAlive::Step::dead:
      return end(StreamEnd::Kind::failed, "the peer answers pings no longer");
    case KeepAlive::Step::ping:
      stream_->send("\r\n\r\n");
      break;
    case KeepAlive::Step::wait:
      break;
  }
  arm_ping();
}

void Connection::arm_ping() {
  ping_ = loop_.after(keep_alive_->due() - loop_.now(), [this] { keep_alive(); });
}

}  // namespace ringfence::tls_front

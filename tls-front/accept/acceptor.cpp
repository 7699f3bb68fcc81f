#include "tls-front/accept/acceptor.hpp"

#include <sys/socket.h>

#include "tls-front/connection/socket_options.hpp"
#include "tls-front/front/utc_text.hpp"

namespace ringfence::tls_front {
namespace {

constexpr std::chrono::seconds kOverCapInterval{1};
constexpr std::chrono::milliseconds kLate{500};

SocketAddress local_address(int descriptor) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size);
  return SocketAddress::from_sockaddr(storage).value_or(SocketAddress{});
}

std::string_view kind_of(const StreamEnd& end) {
  if (end.kind == StreamEnd::Kind::tls_failed) return name_of(end.tls_failure);
  return end.kind == StreamEnd::Kind::timed_out ? "timeout" : "closed";
}

}  // namespace

// One inbound connection until it is established; takes a place in flight for that time.
class Acceptor::Handshake final : public StreamObserver {
 public:
  Handshake(Acceptor& acceptor, HandshakeNumber number, ConnectionFacts facts)
      : acceptor_(acceptor), number_(number), facts_(std::move(facts)) {}

  void begin(std::unique_ptr<ByteStream> stream, Duration limit) {
    stream_ = std::move(stream);
    due_ = acceptor_.shared_.loop.now() + limit;
    limit_ = acceptor_.shared_.loop.after(limit, [this] { time_over(); });
    stream_->begin();
  }
  HandshakeNumber number() const { return number_; }
  ConnectionFacts& facts() { return facts_; }
  ByteStream& stream() { return *stream_; }
  std::unique_ptr<ByteStream> take_stream() { return std::move(stream_); }

  void on_established() override {
    limit_ = Timer();
    if (stream_->tls() != nullptr) facts_.tls = stream_->tls()->facts();
    acceptor_.established(*this);
  }
  void on_octets(std::string_view) override {}
  void give_up(std::string sentence, TlsFailureKind fault) {
    stream_->abort();
    on_ended({StreamEnd::Kind::timed_out, std::move(sentence), fault});
  }
  void on_ended(const StreamEnd& end) override {
    limit_ = Timer();
    acceptor_.failed(*this, end);
  }

 private:
  // Where the deadline itself comes late, it was us who stood still.
  void time_over() {
    const bool late = acceptor_.shared_.loop.now() > due_ + kLate;
    give_up("the handshake took too long", late ? TlsFailureKind::internal : TlsFailureKind::other);
  }

  Acceptor& acceptor_;
  HandshakeNumber number_;
  ConnectionFacts facts_;
  std::unique_ptr<ByteStream> stream_;
  TimePoint due_{};
  Timer limit_;
};

Acceptor::Acceptor(StreamShared& shared, const TlsEngine& engine,
                   const CertificateChooser& certificates, const FrontSettings& settings,
                   Logger& log, Counters& counters, AcceptOwner& owner)
    : shared_(shared),
      engine_(engine),
      certificates_(certificates),
      settings_(settings),
      log_(log),
      counters_(counters),
      owner_(owner),
      blocklist_(settings),
      governor_(settings, blocklist_, trunks_) {}

Acceptor::~Acceptor() = default;

void Acceptor::add(ListenerFacts facts, Fd socket) {
  // Whom it accepts inherits them.
  set_stream_options(socket.get());
  Port& port = ports_[facts.id];
  port.facts = facts;
  port.listener = std::make_unique<Listener>(
      shared_.loop, std::move(socket), counters_.get("accept_out_of_descriptors_total"),
      [this, id = facts.id](Fd accepted_socket, const SocketAddress& remote) {
        accepted(id, std::move(accepted_socket), remote);
      });
  if (started_) port.listener->start();
}

void Acceptor::remove(ListenerId id) {
  ports_.erase(id);
}

void Acceptor::start() {
  if (std::exchange(started_, true)) return;
  for (auto& [id, port] : ports_)
    port.listener->start();
}

const Acceptor::Port* Acceptor::port(ListenerId id) const {
  const auto found = ports_.find(id);
  return found == ports_.end() ? nullptr : &found->second;
}

void Acceptor::accepted(ListenerId id, Fd socket, const SocketAddress& remote) {
  Port& port = ports_.at(id);
  const HandshakeGovernor::Knock knock{id, port.facts.side, remote.ip};
  auto admitted = governor_.admit(knock, shared_.loop.now());
  if (!admitted && admitted.error() == Refusal::over_cap && make_room(port)) {
    admitted = governor_.admit(knock, shared_.loop.now());
  }
  if (!admitted) return refuse(port, admitted.error(), socket);
  begin(port, std::move(socket), remote, *admitted);
}

void Acceptor::refuse(Port& port, Refusal refusal, const Fd& socket) {
  reset_at_close(socket.get());
  counters_.get("accept_refused_" + std::string(name_of(refusal)) + "_total").add();
  if (refusal != Refusal::over_cap) return;
  ++port.statistics.over_cap;
  ++port.statistics.over_cap_unreported;
  if (std::exchange(over_cap_report_due_, true)) return;
  over_cap_report_ = shared_.loop.after(kOverCapInterval, [this] { report_over_cap(); });
}

bool Acceptor::make_room(Port& port) {
  const auto number = port.waiting.longest(shared_.loop.now(), [this](HandshakeNumber one) {
    return handshakes_.at(one)->stream().waiting_since();
  });
  if (!number) return false;
  counters_.get("handshakes_cut_at_cap_total").add();
  handshakes_.at(*number)->give_up("it hung while its port was full", TlsFailureKind::other);
  return true;
}

void Acceptor::report_over_cap() {
  over_cap_report_due_ = false;
  for (auto& [id, port] : ports_) {
    const std::uint64_t count = std::exchange(port.statistics.over_cap_unreported, 0);
    if (count == 0) continue;
    log_.write(
        LogLevel::warning, "sips-overcap", "connections reset, too many handshakes",
        {{"port", port.facts.address.port}, {"count", count}, {"cap", settings_.handshake_cap}});
  }
}

void Acceptor::begin(Port& port, Fd socket, const SocketAddress& remote, CountedSource counted_as) {
  ConnectionFacts facts;
  facts.transport = port.facts.transport;
  facts.listener = port.facts.id;
  facts.remote = remote;
  const SocketAddress& bound = port.facts.address;
  facts.local = bound.ip.is_unspecified() ? local_address(socket.get()) : bound;
  facts.counted_as = std::move(counted_as);
  const HandshakeNumber number(++last_handshake_);
  auto handshake = std::make_unique<Handshake>(*this, number, facts);
  Handshake& begun = *handshake;
  handshakes_.emplace(number, std::move(handshake));
  if (facts.counted_as) port.waiting.add(number, shared_.loop.now());
  auto stream = std::make_unique<ByteStream>(shared_, std::move(socket),
                                             ByteStream::Progress::connected, begun);
  if (facts.transport == StreamTransport::tls) {
    const auto wish =
        port.facts.side == Side::trunk ? ClientCertificate::asked : ClientCertificate::not_asked;
    stream->use_tls_when_spoken_to([this, wish, &outgoing = stream->outgoing()] {
      return engine_.accept(certificates_, wish, outgoing);
    });
  }
  begun.begin(std::move(stream), settings_.handshake_timeout);
}

void Acceptor::give_back(const ConnectionFacts& facts) {
  governor_.handshake_over(facts.listener, facts.counted_as);
  governor_.connection_over(facts.counted_as);
}

void Acceptor::established(Handshake& handshake) {
  ConnectionFacts facts = handshake.facts();
  governor_.handshake_over(facts.listener, facts.counted_as);
  const auto found = ports_.find(facts.listener);
  if (facts.transport == StreamTransport::tls && found != ports_.end()) {
    ++found->second.statistics.handshakes_ok;
  }
  auto stream = handshake.take_stream();
  forget(handshake);
  owner_.on_accepted(std::move(stream), std::move(facts));
}

void Acceptor::failed(Handshake& handshake, const StreamEnd& end) {
  const ConnectionFacts& facts = handshake.facts();
  give_back(facts);
  // A probe that connects and leaves without an octet has failed at nothing (F055).
  if (handshake.stream().octets_received() == 0 && end.kind != StreamEnd::Kind::timed_out) {
    counters_.get("accept_closed_empty_total").add();
  } else {
    count_failure(facts, end);
  }
  forget(handshake);
}

void Acceptor::count_failure(const ConnectionFacts& facts, const StreamEnd& end) {
  const auto found = ports_.find(facts.listener);
  if (found != ports_.end()) ++found->second.statistics.handshakes_failed;
  counters_.get("tls_handshakes_failed_" + std::string(kind_of(end)) + "_total").add();
  log_.debug("a handshake failed",
             {{"remote", facts.remote.to_string()}, {"reason", end.sentence}});
  if (!is_our_fault(end.tls_failure)) fail_source(Source::of(facts.remote.ip));
}

void Acceptor::fail_source(const Source& source) {
  const auto blocked = blocklist_.fail(source, shared_.loop.now());
  if (!blocked) return;
  const WallTime until = SystemClock().wall_now() + std::chrono::duration_cast<WallTime::duration>(
                                                        blocked->until - shared_.loop.now());
  log_.write(LogLevel::warning, "sips-block", "a source is blocked",
             {{"remote", source.to_string()},
              {"failures", blocked->failures},
              {"until", utc_text(until)}});
  owner_.on_blocklist_changed();
}

void Acceptor::connection_over(const ConnectionFacts& facts, PeerClass peer_class) {
  // A trunk's was given back when it proved to be one.
  if (peer_class != PeerClass::trunk) governor_.connection_over(facts.counted_as);
}

void Acceptor::exempt_from_limits(const ConnectionFacts& facts) {
  governor_.connection_over(facts.counted_as);
}

// TLS 1.3: what a client thinks of our certificate arrives after our side is finished.
void Acceptor::refused_after_handshake(const ConnectionFacts& facts, const StreamEnd& end) {
  if (facts.is_inbound()) count_failure(facts, end);
}

void Acceptor::penalise(const IpAddress& address, std::string_view reason) {
  if (trunks_.contain(address)) return;
  counters_.get("sources_penalised_total").add();
  log_.debug("a source is penalised", {{"remote", address.to_string()}, {"reason", reason}});
  fail_source(Source::of(address));
}

void Acceptor::forget(Handshake& handshake) {
  const auto found = handshakes_.find(handshake.number());
  if (found == handshakes_.end()) return;
  const auto port = ports_.find(handshake.facts().listener);
  if (port != ports_.end()) port->second.waiting.remove(handshake.number());
  over_.push_back(std::move(found->second));
  handshakes_.erase(found);
  if (over_.size() == 1) shared_.loop.defer([this] { over_.clear(); });
}

}  // namespace ringfence::tls_front

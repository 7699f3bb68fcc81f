#include "sip-core/shell/sip_core_process.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "runtime/confine/profile.hpp"
#include "sip-core/shell/media_translation.hpp"
#include "sip-core/shell/tls_front_translation.hpp"
#include "sip-core/store/sqlite_store.hpp"

namespace ringfence::sip_core {
namespace {

// Nothing in SIP waits less than T1, half a second; what comes within this time shares a turn.
constexpr std::chrono::milliseconds kTurns{4};

}  // namespace

std::expected<std::unique_ptr<SipCoreProcess>, SipCoreProcess::NotMade> SipCoreProcess::make(
    channel::ChildProcess& child) {
  auto store = SqliteStore::open(child.welcome().state_directory(), child.loop(), child.log(),
                                 SystemClock().wall_now());
  if (!store) {
    const bool newer = store.error().fault == StateFault::newer;
    return std::unexpected(NotMade{store.error().reason, newer ? channel::kExitNewerState : 1});
  }
  std::unique_ptr<SipCoreProcess> process(new SipCoreProcess(child, std::move(*store)));
  auto resolver = Resolver::make(
      child.loop(), child.welcome().name_servers(),
      [self = process.get()](NameResolved resolved) { self->feed(std::move(resolved)); });
  if (!resolver) return std::unexpected(NotMade{resolver.error().message});
  process->resolver_ = std::move(*resolver);
  return process;
}

SipCoreProcess::SipCoreProcess(channel::ChildProcess& child, std::unique_ptr<Store> store)
    : child_(child),
      quarantine_([this](ConnectionId connection) -> std::optional<SocketAddress> {
        const auto ends = engine_.ends_of(connection);
        return ends ? std::optional(ends->remote) : std::nullopt;
      }),
      store_(std::move(store)),
      engine_(random_, clock_.now(), clock_.wall_now()),
      udp_(child.loop(), child.log(), counters_,
           [this](DatagramReceived datagram) { feed(std::move(datagram)); }),
      tls_front_(child.loop(), child.log(), child.welcome().epoch(),
                 [this](Event event) { feed(std::move(event)); }),
      media_(child.loop(), child.log(), child.welcome().epoch(),
             [this](Event event) { feed(std::move(event)); }),
      health_(
          child.loop(), [this] { return state_message(engine_.state()); },
          [this] {
            auto message = health_message(engine_.health(), counters_);
            for (auto& [name, value] : store_->figures())
              (*message.mutable_counters())[name] = value;
            return message;
          },
          [this](const proto::FromChild& message) { child_.send(message); }),
      tap_(engine_, clock_, traces_),
      hep_(child.log(), counters_, child.welcome().epoch(), traces_),
      status_(child.loop(), child.log(), child.welcome().epoch(), engine_, traces_) {}

int SipCoreProcess::run() {
  feed(store_->read_all(clock_.wall_now()));
  // Once the loop runs the process is confined, and so is the thread that the store makes.
  child_.loop().defer([this] {
    store_->start([this](Event event) { feed(std::move(event)); });
    health_.start();
    watch_clock();
  });
  child_.loop().pace(kTurns);
  return child_.run(
      sip_core_profile(child_.welcome().state_directory()),
      [this](proto::FromSupervisor& message, std::vector<Fd>& fds) {
        return receive(message, fds);
      },
      [this](std::chrono::milliseconds grace) { begin_shutdown(grace); });
}

bool SipCoreProcess::receive(proto::FromSupervisor& message, std::vector<Fd>& fds) {
  switch (message.kind_case()) {
    case proto::FromSupervisor::kListenerSocket:
      return receive_listener(message.listener_socket(), fds);
    case proto::FromSupervisor::kListenerClosed:
      udp_.remove(ListenerId(message.listener_closed().listener_id()));
      return true;
    case proto::FromSupervisor::kPeerLink:
      return receive_peer(message.peer_link(), fds);
    case proto::FromSupervisor::kSuspectPage:
      return receive_suspects(fds);
    case proto::FromSupervisor::kSnapshotBegin:
      builder_.begin(message.snapshot_begin().revision());
      return true;
    case proto::FromSupervisor::kSnapshotRow: {
      const auto added = builder_.add(message.snapshot_row());
      if (!added) child_.log().error(added.error().message);
      return true;
    }
    case proto::FromSupervisor::kSnapshotCommit:
      commit_snapshot(message.snapshot_commit().revision());
      return true;
    case proto::FromSupervisor::kNetworkChanged:
      feed(NetworkChanged{});
      return true;
    case proto::FromSupervisor::kDrain:
      feed(DrainRequested{});
      return true;
    case proto::FromSupervisor::kWelcome:
    case proto::FromSupervisor::kCertificate:
    case proto::FromSupervisor::kCertificateRemoved:
    case proto::FromSupervisor::kTrustAnchors:
    case proto::FromSupervisor::kStatusReport:
    case proto::FromSupervisor::kShutdown:
    case proto::FromSupervisor::kBlocklist:
    case proto::FromSupervisor::kBlocklistOrder:
    case proto::FromSupervisor::kBlocklistAnswer:
    case proto::FromSupervisor::kTicketKeys:
    case proto::FromSupervisor::kSessionPage:
    case proto::FromSupervisor::kPrivateKey:
    case proto::FromSupervisor::KIND_NOT_SET:
      return false;
  }
  return false;
}

bool SipCoreProcess::receive_listener(const proto::ListenerSocket& message, std::vector<Fd>& fds) {
  if (fds.size() != 1 || message.transport() != "udp") return false;
  udp_.add(ListenerId(message.listener_id()), std::move(fds.front()));
  return true;
}

// F013.
bool SipCoreProcess::receive_suspects(std::vector<Fd>& fds) {
  if (fds.size() != 1) return false;
  auto page = SuspectPage::map(fds.front());
  if (!page) {
    child_.log().warning("messages that end us are not kept out",
                         {{"reason", page.error().message}});
    return true;
  }
  if (const auto death = quarantine_.take_over(std::move(*page), clock_.now())) {
    child_.log().write(LogLevel::error, "poison", "sip-core ended with a message in its hand",
                       {{"hash", death->hash}, {"times", death->deaths}});
  }
  return true;
}

bool SipCoreProcess::receive_peer(const proto::PeerLink& message, std::vector<Fd>& fds) {
  if (fds.size() != 1) return false;
  if (message.peer() == proto::TLS_FRONT) {
    tls_front_.connect(std::move(fds.front()));
    return true;
  }
  if (message.peer() == proto::STATUS) {
    status_.connect(std::move(fds.front()));
    return true;
  }
  if (message.peer() != proto::MEDIA_WORKER) return false;
  media_.connect(WorkerIndex(message.index()), std::move(fds.front()));
  return true;
}

void SipCoreProcess::commit_snapshot(std::uint64_t revision) {
  auto config = builder_.commit(revision);
  if (!config) {
    child_.log().error("a configuration was refused; the last one stays in force",
                       {{"reason", config.error().message}});
    return;
  }
  feed(ConfigChanged{std::move(*config)});
  configure_traces();
  has_config_ = true;
  proto::FromChild applied;
  applied.mutable_snapshot_applied()->set_revision(revision);
  child_.send(applied);
  become_ready();
}

void SipCoreProcess::configure_traces() {
  using trace::Traces;
  hep_.configure(engine_.config());
  traces_.configure(engine_.config().setting_number("trace_ring_kib", 0) << 10,
                    hep_.is_on() ? Traces::Export::on : Traces::Export::off);
}

// Serving means: configured, restored (that came first of all), and tls-front heard where the
// supervisor has one for us.
void SipCoreProcess::become_ready() {
  if (has_config_ && (!tls_front_.is_expected() || tls_front_.is_up())) child_.ready();
}

void SipCoreProcess::watch_clock() {
  if (const auto by = clock_watch_.look(clock_.now(), clock_.wall_now())) feed(ClockSet{*by});
  clock_look_ = child_.loop().after(ClockWatch::kInterval, [this] { watch_clock(); });
}

void SipCoreProcess::begin_shutdown(std::chrono::milliseconds grace) {
  grace_over_ = child_.loop().after(grace, [this] { finish(); });
  feed(ShutdownRequested{grace});
}

void SipCoreProcess::feed(Event event) {
  if (finished_) return;
  const bool tls_front_came = std::holds_alternative<TlsFrontUp>(event);
  if (is_kept_out(event)) return;
  tap_.on_event(event);
  engine_.step(std::move(event), clock_.now(), actions_);
  quarantine_.put_down();
  if (tls_front_came) become_ready();
  end_turn();
}

// F013: what ended us twice is not looked at; all else is in our hand from now on.
bool SipCoreProcess::is_kept_out(const Event& event) {
  const auto dropped = quarantine_.drop(event, clock_.now(), actions_);
  if (!dropped) return false;
  end_turn();
  counters_.get("messages_quarantined_total").add();
  if (!dropped->to_be_told) return true;
  child_.log().write(LogLevel::warning, "poison", "a message that ended sip-core twice is dropped",
                     {{"src", dropped->remote.to_string()}, {"hash", dropped->hash}});
  return true;
}

void SipCoreProcess::end_turn() {
  if (std::exchange(turn_scheduled_, true)) return;
  child_.loop().defer([this] {
    turn_scheduled_ = false;
    carry_out_all();
    udp_.flush();
    hep_.send_new();
    status_.deliver();
    arm_timer();
    health_.on_turn();
  });
}

void SipCoreProcess::carry_out_all() {
  carried_out_.swap(actions_);
  for (Action& action : carried_out_)
    std::visit([this](auto& one) { carry_out(one); }, action);
  carried_out_.clear();
}

void SipCoreProcess::arm_timer() {
  const auto due = engine_.next_wake();
  if (due == wake_at_) return;
  wake_at_ = due;
  if (!due) {
    wake_.stop();
    return;
  }
  const Duration delay = std::max(*due - clock_.now(), Duration::zero());
  wake_ = child_.loop().after(delay, [this] {
    wake_at_.reset();
    engine_.advance(clock_.now(), actions_);
    end_turn();
  });
}

void SipCoreProcess::finish() {
  if (std::exchange(finished_, true)) return;
  udp_.flush();
  tls_front_.flush();
  media_.flush();
  child_.stop();
}

void SipCoreProcess::carry_out(SendDatagram& action) {
  tap_.on_sending(action);
  udp_.send(std::move(action));
}
void SipCoreProcess::carry_out(SendStream& action) {
  tap_.on_sending(action);
  tls_front_.send(message_of(action));
}
// tls-front only frees memory by it.
void SipCoreProcess::carry_out(MessageDone& action) {
  tls_front_.send(message_of(action), channel::Departure::with_the_next);
}
void SipCoreProcess::carry_out(CloseConnection& action) {
  tls_front_.send(message_of(action));
}
void SipCoreProcess::carry_out(SetConnectionClass& action) {
  tls_front_.send(message_of(action));
}
void SipCoreProcess::carry_out(PenaliseSource& action) {
  tls_front_.send(message_of(action));
}
void SipCoreProcess::carry_out(TellTrunkSources& action) {
  tls_front_.send(message_of(action));
}
void SipCoreProcess::carry_out(DialConnection& action) {
  // Without tls-front there is nobody to say so but us.
  if (tls_front_.is_up()) {
    tls_front_.send(message_of(action));
  } else {
    feed(DialFailed{action.dial, "tls-front is not there"});
  }
}
void SipCoreProcess::carry_out(RequestLeases& action) {
  media_.send(action.worker, message_of(action));
}
// Nobody waits for what a call gives back: it goes along with the next call's media.
void SipCoreProcess::carry_out(ReturnLeases& action) {
  media_.send(action.worker, message_of(action), channel::Departure::with_the_next);
}
void SipCoreProcess::carry_out(SetMediaSession& action) {
  media_.send(action.worker, message_of(action));
}
void SipCoreProcess::carry_out(EndMediaSession& action) {
  media_.send(action.worker, message_of(action), channel::Departure::with_the_next);
}

void SipCoreProcess::carry_out(SendTelephoneEvent& action) {
  media_.send(action.worker, message_of(action));
}

void SipCoreProcess::carry_out(WriteLog& action) {
  if (!child_.log().enabled(action.level)) return;
  std::vector<LogField> fields;
  fields.reserve(action.fields.size());
  for (auto& [key, value] : action.fields)
    fields.emplace_back(key, std::move(value));
  child_.log().write(action.level, action.tag, action.sentence, fields.data(), fields.size());
}

void SipCoreProcess::carry_out(Drained&) {
  finish();
}

}  // namespace ringfence::sip_core

#include "tests/simulation/box/box.hpp"

namespace ringfence::simulation {

namespace {

using namespace sip_core;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr microseconds kHop{30};
constexpr milliseconds kLongestCommit{6};
constexpr std::size_t kSocketBuffer = 4096;  // datagrams

}  // namespace

Box::Box(Schedule& schedule, Network& network, std::shared_ptr<const Config> config,
         std::uint64_t seed, BorderWatch& watch, Ladder& ladder)
    : schedule_(schedule),
      network_(network),
      config_(std::move(config)),
      random_(seed),
      dice_(seed, "box"),
      watch_(watch),
      ladder_(ladder),
      front_(schedule, network, *config_, *this, watch, ladder),
      worker_(schedule, network, *this, watch, seed) {
  for (const Listener& row : config_->listeners) {
    if (row.transport != TransportKind::udp) continue;
    network_.attach({row.address, row.port},
                    [this, id = row.id](const SocketAddress& from, std::string octets) {
                      on_datagram(id, from, std::move(octets));
                    });
  }
}

void Box::start() {
  front_.start();
  worker_.start();
  start_sip_core();
}

void Box::start_sip_core() {
  ++life_;
  engine_ = std::make_unique<Engine>(random_, schedule_.now(), schedule_.wall());
  ladder_.note("sip-core was started");
  step(store_.restored());
  step(ConfigChanged{config_});
  front_.on_core_up();
  worker_.on_core_up();
  for (Unread& unread : std::exchange(unread_, {}))
    on_datagram(unread.listener, unread.from, std::move(unread.octets));
}

void Box::kill_sip_core() {
  ++deaths_;
  engine_.reset();
  ++life_;
  front_.on_core_down();
  schedule_.cancel(wake_);
  ladder_.note("sip-core was killed");
  watch_.on_core_killed();
}

void Box::shut_down() {
  step(ShutdownRequested{std::chrono::seconds(40)});
}

void Box::post(Event event) {
  // The act must be copyable; the event is not.
  auto held = std::make_shared<Event>(std::move(event));  // shared with nobody else
  schedule_.after(kHop, [this, held, life = life_] {
    if (engine_ && life == life_) step(std::move(*held));
  });
}

void Box::on_datagram(ListenerId listener, const SocketAddress& from, std::string octets) {
  if (!engine_) {
    if (unread_.size() < kSocketBuffer) unread_.push_back({listener, from, std::move(octets)});
    return;
  }
  ladder_.note(Way::in, from, octets);
  watch_.on_received(from, octets);
  step(DatagramReceived{listener, from, std::move(octets)});
}

// A message counts as received when sip-core has it in hand, not while it is on the link.
void Box::note_received(const Event& event) {
  const auto* message = std::get_if<StreamMessageReceived>(&event);
  const auto remote = message == nullptr ? std::nullopt : front_.remote_of(message->connection);
  if (!remote) return;
  ladder_.note(Way::in, *remote, message->octets);
  watch_.on_received(*remote, message->octets);
}

void Box::step(Event event) {
  note_received(event);
  Actions actions;
  ++steps_;
  engine_->step(std::move(event), schedule_.now(), actions);
  after_step(std::move(actions));
}

void Box::after_step(Actions actions) {
  hash_.add(static_cast<std::uint64_t>(schedule_.elapsed().count()));
  hash_.add(static_cast<std::uint64_t>(actions.size()));
  for (Action& action : actions) {
    hash_.add(static_cast<std::uint64_t>(action.index()));
    std::visit([this](auto& a) { on(a); }, action);
  }
  wake_in_time();
}

void Box::wake_in_time() {
  const auto due = engine_->next_wake();
  if (!due) return;
  if (wake_.value != 0 && wake_at_ <= *due) return;
  schedule_.cancel(wake_);
  wake_at_ = *due;
  wake_ = schedule_.at(*due, [this] {
    wake_ = {};
    Actions actions;
    ++steps_;
    engine_->advance(schedule_.now(), actions);
    after_step(std::move(actions));
  });
}

// The journal has it at once, whatever becomes of sip-core; of the group commit it hears later.
void Box::commit(Persist persist) {
  for (const Record& record : persist.records)
    store_.apply(record);
  committed_ =
      std::max(committed_, schedule_.now() + dice_.between(milliseconds(1), kLongestCommit));
  schedule_.at(committed_, [this, commit = persist.commit, life = life_] {
    if (life == life_) post(Committed{commit});
  });
}

void Box::on(SendDatagram& action) {
  hash_.add(action.octets);
  const Listener* row = config_->listener(action.flow.listener);
  ladder_.note(Way::out, action.flow.remote, action.octets);
  watch_.on_sent(action.flow.remote, action.octets);
  network_.send({row->address, row->port}, action.flow.remote, std::move(action.octets));
}

void Box::on(SendStream& action) {
  hash_.add(action.octets);
  front_.carry_out(action);
}

void Box::on(SetMediaSession& action) {
  hash_.add(action.session.value);
  worker_.carry_out(action);
}

void Box::on(ResolveName& action) {
  DnsResult result = std::unexpected(DnsFailure{DnsFault::absent, "no such host"});
  const auto found = dns.find(action.name);
  if (action.type == RecordType::address && found != dns.end()) {
    result = DnsAnswer{found->second, std::chrono::seconds(60)};
  }
  post(NameResolved{action.query, std::move(result)});
}

void Box::on(WriteLog& action) {
  if (action.level < LogLevel::warning) return;
  ++warnings_[action.tag.empty() ? action.sentence : '[' + action.tag + "] " + action.sentence];
}

}  // namespace ringfence::simulation

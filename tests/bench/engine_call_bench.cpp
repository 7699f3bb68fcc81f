// Calls through the engine alone, no I/O, on virtual time: the basic call of 13 messages from one
// trunk to another, both over UDP. Prints what the engine takes of it: time, allocations and, with
// calls held, memory. Usage: engine_call_bench [CALLS [CALLS-HELD]]
#include <malloc.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <string>
#include <string_view>

#include "runtime/random.hpp"
#include "sip-core/engine/engine.hpp"

namespace {

std::uint64_t allocations = 0;

}  // namespace

// Kept out of line, so that the compiler does not pair one's malloc with another's delete.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace ringfence::sip_core {
namespace {

// CPU time of this thread: what else runs on the machine does not count.
std::chrono::nanoseconds cpu_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

constexpr Duration kBetweenCalls = std::chrono::microseconds(500);
constexpr std::string_view kSdp =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";

std::shared_ptr<const Config> configuration() {
  Config config;
  config.revision = 1;
  config.tenants.push_back({TenantId(1), "bench", "bench.example", false});
  Listener listener;
  listener.id = ListenerId(1);
  listener.side = Side::trunk;
  listener.address = *IpAddress::parse("127.0.0.1");
  listener.port = 5060;
  listener.advertised_address = "127.0.0.1";
  listener.media_address = listener.media_advertised_address = listener.address;
  config.listeners.push_back(listener);
  Trunk callers;
  callers.id = TrunkId(1);
  callers.tenant = TenantId(1);
  callers.label = "callers";
  callers.host = "127.0.0.2";
  Trunk called = callers;
  called.id = TrunkId(2);
  called.label = "called";
  called.host = "127.0.0.3";
  config.trunks = {callers, called};
  config.dids.push_back({TenantId(1), "100", "trunk:called"});
  config.finish();
  return std::make_shared<const Config>(std::move(config));
}

// A field's whole line, with its end, or the value alone.
std::string_view line_of(std::string_view message, std::string_view name) {
  const std::size_t start = message.find("\r\n" + std::string(name) + ": ");
  if (start == std::string_view::npos) return {};
  return message.substr(start + 2, message.find("\r\n", start + 2) - start);
}
std::string_view value_of(std::string_view message, std::string_view name) {
  auto line = line_of(message, name);
  line.remove_prefix(std::min(line.size(), name.size() + 2));
  return line.substr(0, line.find("\r\n"));
}
std::string uri_in(std::string_view address) {
  const std::size_t start = address.find('<') + 1;
  return std::string(address.substr(start, address.find('>') - start));
}

std::string response(std::string_view request, std::string_view status, std::string_view tag,
                     std::string_view body) {
  std::string out = "SIP/2.0 " + std::string(status) + "\r\n";
  for (const auto* name : {"Via", "From", "Call-ID", "CSeq"})
    out += line_of(request, name);
  out += "To: " + std::string(value_of(request, "To")) + std::string(tag) + "\r\n";
  out += "Contact: <sip:100@127.0.0.3>\r\n";
  if (!body.empty()) out += "Content-Type: application/sdp\r\n";
  out += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return out + std::string(body);
}

class Bench {
 public:
  Bench() : engine_(random_, now_, WallTime()) {
    feed(Restored{});
    feed(ConfigChanged{configuration()});
    feed(MediaWorkerUp{WorkerIndex(0), 1, {}});
  }

  void begin_call() {
    const std::string number = std::to_string(++calls_);
    call_ = "-" + number;
    from_caller(request("INVITE", "sip:100@127.0.0.1", "", 1, kSdp));
    tick();
  }
  // Of the call that was begun last.
  void answer() {
    const std::string invite = std::move(last_invite_);
    from_called(response(invite, "180 Ringing", ";tag=b", ""));
    from_called(response(invite, "200 OK", ";tag=b", kSdp));
    const std::string to = std::string(value_of(to_caller_, "To"));
    const std::string target = uri_in(value_of(to_caller_, "Contact"));
    from_caller(request("ACK", target, to, 1, ""));
    answered_.push_back({call_, to, target});
  }
  void end_oldest() {
    const Answered oldest = std::move(answered_.front());
    answered_.pop_front();
    call_ = oldest.call;
    from_caller(request("BYE", oldest.target, oldest.to, 2, ""));
    from_called(response(last_bye_, "200 OK", "", ""));
    ++ended_;
  }
  void pass_time(Duration by) {
    const TimePoint until = now_ + by;
    while (engine_.next_wake() && *engine_.next_wake() <= until) {
      now_ = std::max(now_, *engine_.next_wake());
      advance();
    }
    now_ = until;
  }

  std::chrono::nanoseconds time_in_engine{};
  std::uint64_t allocations_in_engine = 0;
  std::uint64_t messages_sent() const { return sent_; }
  std::uint32_t calls_up() const { return engine_.health().calls; }

 private:
  struct Answered {
    std::string call;
    std::string to;
    std::string target;
  };

  std::string request(std::string_view method, std::string_view uri, std::string_view to, int cseq,
                      std::string_view body) const {
    std::string out =
        std::string(method) + " " + std::string(uri) +
        " SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bK" + std::string(method) + call_ +
        ";rport\r\nMax-Forwards: 70\r\nFrom: <sip:200@127.0.0.2>;tag=a" + call_ +
        "\r\nTo: " + (to.empty() ? "<sip:100@127.0.0.1>" : std::string(to)) + "\r\nCall-ID: bench" +
        call_ + "@127.0.0.2\r\nCSeq: " + std::to_string(cseq) + " " + std::string(method) +
        "\r\nContact: <sip:200@127.0.0.2:5060>\r\nUser-Agent: bench\r\n"
        "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\n";
    if (!body.empty()) out += "Content-Type: application/sdp\r\n";
    return out + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
  }

  void from_caller(std::string octets) {
    feed(DatagramReceived{ListenerId(1), *SocketAddress::parse("127.0.0.2:5060"),
                          std::move(octets)});
  }
  void from_called(std::string octets) {
    feed(DatagramReceived{ListenerId(1), *SocketAddress::parse("127.0.0.3:5060"),
                          std::move(octets)});
  }

  template <typename Run>
  void measured(Run run) {
    const std::uint64_t before = allocations;
    const auto start = cpu_time();
    run();
    time_in_engine += cpu_time() - start;
    allocations_in_engine += allocations - before;
  }
  void feed(Event event) {
    measured([&] { engine_.step(std::move(event), now_, actions_); });
    carry_out();
  }
  void advance() {
    measured([&] { engine_.advance(now_, actions_); });
    carry_out();
  }
  void tick() {
    now_ += kBetweenCalls;
    if (engine_.next_wake() && *engine_.next_wake() <= now_) advance();
  }

  void carry_out() {
    Actions actions = std::exchange(actions_, {});
    for (Action& action : actions) {
      if (auto* datagram = std::get_if<SendDatagram>(&action)) {
        send(std::move(datagram->octets));
      } else if (const auto* persist = std::get_if<Persist>(&action)) {
        feed(Committed{persist->commit});
      } else if (const auto* wanted = std::get_if<RequestLeases>(&action)) {
        lease(*wanted);
      }
    }
    // As a loop does between its turns; what the actions held is the engine's cost as well.
    measured([&] { actions.clear(); });
  }
  void send(std::string octets) {
    ++sent_;
    if (octets.starts_with("INVITE")) {
      last_invite_ = std::move(octets);
    } else if (octets.starts_with("BYE")) {
      last_bye_ = std::move(octets);
    } else if (octets.starts_with("SIP/2.0 200")) {
      to_caller_ = std::move(octets);
    }
  }
  void lease(const RequestLeases& wanted) {
    MediaLeased leased{wanted.worker, wanted.address, {}};
    for (std::uint32_t i = 0; i < wanted.count; ++i) {
      ++last_lease_;
      leased.leases.push_back(
          {LeaseId(last_lease_), static_cast<Port>(42000 + 2 * (last_lease_ % 11000))});
    }
    feed(std::move(leased));
  }

  SystemRandom random_;
  TimePoint now_{std::chrono::hours(1)};
  Engine engine_;
  Actions actions_;
  std::uint64_t calls_ = 0;
  std::uint64_t ended_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t last_lease_ = 0;
  std::string call_;
  std::string last_invite_;
  std::string last_bye_;
  std::string to_caller_;
  std::deque<Answered> answered_;
};

void measure_rate(std::size_t calls) {
  Bench bench;
  for (std::size_t i = 0; i < calls; ++i) {
    bench.begin_call();
    bench.answer();
    bench.end_oldest();
  }
  const auto count = static_cast<double>(calls);
  const double us = std::chrono::duration<double, std::micro>(bench.time_in_engine).count() / count;
  std::printf("calls                  %10zu\n", calls);
  std::printf("messages sent per call %10.2f\n",
              static_cast<double>(bench.messages_sent()) / count);
  std::printf("us per call            %10.1f\n", us);
  std::printf("calls per second       %10.0f\n", 1e6 / us);
  std::printf("allocations per call   %10.1f\n",
              static_cast<double>(bench.allocations_in_engine) / count);
}

std::size_t in_use() {
  return ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
}

void measure_memory(std::size_t calls) {
  Bench bench;
  const std::size_t before = in_use();
  for (std::size_t i = 0; i < calls; ++i) {
    bench.begin_call();
    bench.answer();
  }
  const std::size_t fresh = in_use();
  bench.pass_time(std::chrono::seconds(40));
  const std::size_t settled = in_use();
  std::printf("calls held             %10u\n", bench.calls_up());
  std::printf("octets per fresh call  %10zu\n", (fresh - before) / calls);
  std::printf("octets per call        %10zu\n", (settled - before) / calls);
  for (std::size_t i = 0; i < calls; ++i)
    bench.end_oldest();
  std::printf("octets per ended call  %10zu\n", (in_use() - before) / calls);
  bench.pass_time(std::chrono::seconds(80));
  std::printf(
      "octets left per call   %10.1f\n",
      (static_cast<double>(in_use()) - static_cast<double>(before)) / static_cast<double>(calls));
}

}  // namespace
}  // namespace ringfence::sip_core

int main(int argc, char** argv) {
  const std::size_t calls = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 20000;
  const std::size_t held = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 10000;
  ringfence::sip_core::measure_rate(calls);
  if (held > 0) ringfence::sip_core::measure_memory(held);
}

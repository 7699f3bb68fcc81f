// CPU time of a REGISTER in the engine, without I/O: the challenge (401), and the answer with
// credentials up to its 200, the commit between them included as an event. The phone's own digest
// and the store's work are not counted. Argument: how many (default 20,000).
#include <time.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "runtime/random.hpp"
#include "sip-core/digest/challenge.hpp"
#include "sip-core/digest/credentials.hpp"
#include "sip-core/engine/engine.hpp"

namespace {

using namespace ringfence;
using namespace ringfence::sip_core;

constexpr std::size_t kPhones = 1000;
constexpr ListenerId kPublic{1};

std::chrono::nanoseconds cpu_time() {
  timespec spent{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec);
}

std::shared_ptr<const Config> make_config() {
  auto config = std::make_shared<Config>();
  config->tenants.push_back({TenantId(1), "demo", "demo.example", false});
  Listener listener;
  listener.id = kPublic;
  listener.address = *IpAddress::parse("127.0.0.1");
  listener.port = 6070;
  listener.advertised_address = "127.0.0.1";
  config->listeners = {listener};
  for (std::size_t i = 0; i < kPhones; ++i) {
    Extension extension;
    extension.id = ExtensionId(i + 1);
    extension.tenant = TenantId(1);
    extension.username = "ext" + std::to_string(i);
    extension.password = "password";
    config->extensions.push_back(extension);
  }
  config->finish();
  return config;
}

class Bench {
 public:
  Bench() : engine_(random_, now_, std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)) {
    step(Restored{});
    step(ConfigChanged{make_config()});
    spent_ = {};
  }

  // True: the phone is registered.
  bool register_phone(std::size_t n) {
    const std::size_t phone = n % kPhones;
    now_ += std::chrono::milliseconds(1);
    const std::string challenge = send(phone, n, 1, {});
    const std::string header = credentials(challenge, "ext" + std::to_string(phone));
    const bool registered = send(phone, n, 2, header).starts_with("SIP/2.0 200");
    actions_.clear();
    const auto start = cpu_time();
    while (engine_.next_wake() && *engine_.next_wake() <= now_)
      engine_.advance(now_, actions_);
    spent_ += cpu_time() - start;
    return registered;
  }
  std::chrono::nanoseconds spent() const { return spent_; }

 private:
  void step(Event event) {
    actions_.clear();
    const auto start = cpu_time();
    engine_.step(std::move(event), now_, actions_);
    spent_ += cpu_time() - start;
  }
  std::string send(std::size_t phone, std::size_t n, int cseq, const std::string& authorization) {
    const std::string user = "ext" + std::to_string(phone);
    const std::string address = "127.0.0.2:" + std::to_string(10'000 + phone);
    std::string text = "REGISTER sip:demo.example SIP/2.0\r\nVia: SIP/2.0/UDP " + address +
                       ";branch=z9hG4bK" + std::to_string(n) + 'c' + std::to_string(cseq) +
                       ";rport\r\nMax-Forwards: 70\r\nFrom: <sip:" + user +
                       "@demo.example>;tag=" + std::to_string(n) + "\r\nTo: <sip:" + user +
                       "@demo.example>\r\nCall-ID: reg" + std::to_string(n) +
                       "@127.0.0.2\r\nCSeq: " + std::to_string(cseq) +
                       " REGISTER\r\nContact: <sip:" + user + '@' + address +
                       ">\r\nExpires: 600\r\nUser-Agent: bench\r\n";
    if (!authorization.empty()) text += "Authorization: " + authorization + "\r\n";
    step(DatagramReceived{kPublic, *SocketAddress::parse(address),
                          text + "Content-Length: 0\r\n\r\n"});
    return answer_in_actions();
  }
  // The response, with the commit granted where one is asked for.
  std::string answer_in_actions() {
    std::string answer;
    std::vector<CommitId> commits;
    for (const Action& action : actions_) {
      if (const auto* persist = std::get_if<Persist>(&action)) commits.push_back(persist->commit);
      if (const auto* sent = std::get_if<SendDatagram>(&action)) answer = sent->octets;
    }
    for (const CommitId commit : commits) {
      step(Committed{commit});
      for (const Action& action : actions_) {
        if (const auto* sent = std::get_if<SendDatagram>(&action)) answer = sent->octets;
      }
    }
    return answer;
  }
  static std::string credentials(const std::string& response, const std::string& user) {
    constexpr std::string_view kName = "WWW-Authenticate: ";
    const std::size_t begin = response.find(kName);
    if (begin == std::string::npos) return {};
    const std::size_t value = begin + kName.size();
    const auto challenge = digest::Challenge::parse(
        std::string_view(response).substr(value, response.find("\r\n", begin) - value));
    if (!challenge) return {};
    return digest::answer(*challenge, {user, "password"}, {"REGISTER"}, "sip:demo.example", 1, "c");
  }

  SeededRandom random_{1};
  TimePoint now_{std::chrono::hours(1)};
  Engine engine_;
  Actions actions_;
  std::chrono::nanoseconds spent_{};
};

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20'000;
  Bench bench;
  std::size_t failed = 0;
  for (std::size_t i = 0; i < count; ++i)
    failed += bench.register_phone(i) ? 0U : 1U;
  std::printf("register_ns %lld\nfailed %zu\n",
              static_cast<long long>(bench.spent().count()) / static_cast<long long>(count),
              failed);
  return failed == 0 ? 0 : 1;
}

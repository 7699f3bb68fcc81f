#include "sip-core/shell/resolver.hpp"

#include <ares.h>
#include <netdb.h>
#include <sys/time.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "sip-core/location/dns_answer.hpp"

namespace ringfence::sip_core {
namespace {

constexpr int kTimeoutMs = 1500;
constexpr int kTries = 2;
constexpr std::size_t kMaxAddresses = 16;

constexpr std::chrono::seconds kLongestWait{5};
constexpr std::chrono::seconds kHostsTtl{60};  // of what no name server said
constexpr int kClassInternet = 1;
constexpr int kTypeSrv = 33;
constexpr int kTypeNaptr = 35;

DnsResult failure_of(int status) {
  const bool absent = status == ARES_ENOTFOUND || status == ARES_ENODATA;
  return std::unexpected(
      DnsFailure{absent ? DnsFault::absent : DnsFault::unavailable, ares_strerror(status)});
}

void add_address(std::vector<IpAddress>& out, const ares_addrinfo_node& node) {
  sockaddr_storage storage{};
  if (node.ai_addrlen > sizeof storage) return;
  std::memcpy(&storage, node.ai_addr, node.ai_addrlen);
  const auto address = SocketAddress::from_sockaddr(storage);
  if (!address || address->ip.is_unspecified() || address->ip.is_multicast()) return;
  if (out.size() < kMaxAddresses && std::find(out.begin(), out.end(), address->ip) == out.end()) {
    out.push_back(address->ip);
  }
}

// RFC 6761 §6.3: names of the loopback need no name server and no hosts file.
bool names_loopback(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  constexpr std::string_view kName = "localhost";
  if (host.size() < kName.size()) return false;
  const std::string_view last = host.substr(host.size() - kName.size());
  const bool same = std::equal(last.begin(), last.end(), kName.begin(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
  return same && (host.size() == kName.size() || host[host.size() - kName.size() - 1] == '.');
}

DnsResult addresses_of(int status, const ares_addrinfo* found) {
  if (status != ARES_SUCCESS) return failure_of(status);
  std::vector<IpAddress> addresses;
  std::chrono::seconds ttl = std::chrono::seconds::max();
  for (const ares_addrinfo_node* node = found->nodes; node != nullptr; node = node->ai_next) {
    add_address(addresses, *node);
    ttl = std::min(ttl, std::chrono::seconds(std::max(node->ai_ttl, 0)));
  }
  std::stable_sort(addresses.begin(), addresses.end(),
                   [](const IpAddress& a, const IpAddress& b) { return !a.is_v6() && b.is_v6(); });
  if (addresses.empty()) {
    return std::unexpected(DnsFailure{DnsFault::absent, "the name has no address"});
  }
  return DnsAnswer{std::move(addresses), ttl};
}

// The host in "_sip._udp.host".
std::string host_of(std::string_view name) {
  while (name.starts_with('_')) {
    const auto dot = name.find('.');
    if (dot == std::string_view::npos) break;
    name.remove_prefix(dot + 1);
  }
  return std::string(name);
}

}  // namespace

// The callbacks of c-ares land here; it is freed last, after c-ares has let go of it.
struct Resolver::Channel {
  struct Question {
    QueryId query;
    RecordType type = RecordType::address;
    std::string name;
    Timer limit;
  };
  // What a callback of c-ares is given; the question itself may be answered and gone by then.
  struct Token {
    Channel* channel;
    std::uint64_t number;
  };

  Channel(Loop& l, std::function<void(NameResolved)> call)
      : loop(l), on_resolved(std::move(call)) {}
  ~Channel() {
    closing = true;
    if (ares != nullptr) ares_destroy(ares);
    ares_library_cleanup();
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void socket_changed(ares_socket_t socket, bool readable, bool writable) {
    if (closing) return;
    if (!readable && !writable) {
      sockets.erase(socket);
      return;
    }
    Poll& poll = sockets[socket];
    if (!poll) {
      poll = Poll(loop, socket, [this, socket](Readiness ready) {
        process(ready.readable ? socket : ARES_SOCKET_BAD,
                ready.writable ? socket : ARES_SOCKET_BAD);
      });
    }
    poll.watch(readable && writable ? Interest::both
               : readable           ? Interest::readable
                                    : Interest::writable);
  }

  void process(ares_socket_t readable, ares_socket_t writable) {
    ares_process_fd(ares, readable, writable);
    arm();
  }

  void arm() {
    timeval left{};
    if (ares_timeout(ares, nullptr, &left) == nullptr) {
      timer.stop();
      return;
    }
    const auto delay = std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec);
    timer = loop.after(delay + std::chrono::milliseconds(1),
                       [this] { process(ARES_SOCKET_BAD, ARES_SOCKET_BAD); });
  }

  void answer(QueryId query, DnsResult result) {
    if (closing) return;
    answers.push_back({query, std::move(result)});
    if (answers.size() > 1) return;
    answer_timer = loop.after(Duration::zero(), [this] {
      for (NameResolved& one : std::exchange(answers, {}))
        on_resolved(std::move(one));
    });
  }

  std::unique_ptr<Token> ask(QueryId query, RecordType type, const std::string& name) {
    const std::uint64_t number = ++last_number;
    Question& question = questions[number];
    question.query = query;
    question.type = type;
    question.name = name;
    question.limit = loop.after(kLongestWait, [this, number] {
      finish(number, std::unexpected(DnsFailure{DnsFault::unavailable, "no answer in time"}));
    });
    return std::make_unique<Token>(this, number);
  }

  void finish(std::uint64_t number, DnsResult result) {
    const auto found = questions.find(number);
    if (found == questions.end()) return;
    const QueryId query = found->second.query;
    questions.erase(found);
    answer(query, std::move(result));
  }

  void ask_records(std::unique_ptr<Token> token, RecordType type, const std::string& name) {
    // c-ares calls back exactly once, and takes the token with it.
    ares_query(
        ares, name.c_str(), kClassInternet, type == RecordType::srv ? kTypeSrv : kTypeNaptr,
        [](void* data, int status, int, unsigned char* message, int size) {
          const std::unique_ptr<Token> given(static_cast<Token*>(data));
          given->channel->on_records(given->number, status, message, size);
        },
        token.release());
    arm();
  }

  void on_records(std::uint64_t number, int status, const unsigned char* message, int size) {
    const auto found = questions.find(number);
    if (found == questions.end()) return;
    if (status != ARES_SUCCESS || message == nullptr || size < 0) {
      return finish(number, failure_of(status));
    }
    finish(number, read_dns_answer({message, static_cast<std::size_t>(size)}, found->second.type,
                                   found->second.name));
  }

  void ask_addresses(std::unique_ptr<Token> token, const std::string& name) {
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = ARES_AI_NOSORT;
    ares_getaddrinfo(
        ares, name.c_str(), nullptr, &hints,
        [](void* data, int status, int, ares_addrinfo* found) {
          const std::unique_ptr<Token> given(static_cast<Token*>(data));
          given->channel->finish(given->number, addresses_of(status, found));
          if (found != nullptr) ares_freeaddrinfo(found);
        },
        token.release());
    arm();
  }

  bool in_hosts_file(const std::string& name) const {
    for (const int family : {AF_INET, AF_INET6}) {
      hostent* found = nullptr;
      const int status = ares_gethostbyname_file(ares, name.c_str(), family, &found);
      if (found != nullptr) ares_free_hostent(found);
      if (status == ARES_SUCCESS) return true;
    }
    return false;
  }

  Loop& loop;
  std::function<void(NameResolved)> on_resolved;
  ares_channel ares = nullptr;
  std::map<ares_socket_t, Poll> sockets;
  Timer timer;
  Timer answer_timer;
  std::vector<NameResolved> answers;
  std::map<std::uint64_t, Question> questions;
  std::uint64_t last_number = 0;
  bool closing = false;
};

Resolver::Resolver(std::unique_ptr<Channel> channel) : channel_(std::move(channel)) {}
Resolver::~Resolver() = default;

Result<std::unique_ptr<Resolver>> Resolver::make(Loop& loop, const std::string& name_servers,
                                                 std::function<void(NameResolved)> on_resolved) {
  if (const int status = ares_library_init(ARES_LIB_INIT_ALL); status != ARES_SUCCESS) {
    return fail(std::string("cannot start the resolver: ") + ares_strerror(status));
  }
  auto channel = std::make_unique<Channel>(loop, std::move(on_resolved));
  ares_options options{};
  options.timeout = kTimeoutMs;
  options.tries = kTries;
  options.sock_state_cb = [](void* data, ares_socket_t socket, int readable, int writable) {
    static_cast<Channel*>(data)->socket_changed(socket, readable != 0, writable != 0);
  };
  options.sock_state_cb_data = channel.get();
  const int status = ares_init_options(
      &channel->ares, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
  if (status != ARES_SUCCESS) {
    return fail(std::string("cannot start the resolver: ") + ares_strerror(status));
  }
  if (!name_servers.empty() &&
      ares_set_servers_ports_csv(channel->ares, name_servers.c_str()) != ARES_SUCCESS) {
    return fail("these are no name servers: " + name_servers);
  }
  return std::unique_ptr<Resolver>(new Resolver(std::move(channel)));
}

void Resolver::resolve(QueryId query, RecordType type, const std::string& name) {
  const bool local = names_loopback(name);
  if (type == RecordType::address) {
    if (const auto numeric = IpAddress::parse(name)) {
      return channel_->answer(query, DnsAnswer{std::vector{*numeric}, kHostsTtl});
    }
    if (local) {
      return channel_->answer(
          query, DnsAnswer{std::vector{*IpAddress::parse("127.0.0.1"), *IpAddress::parse("::1")},
                           kHostsTtl});
    }
    return channel_->ask_addresses(channel_->ask(query, type, name), name);
  }
  if (local || channel_->in_hosts_file(host_of(name))) {
    return channel_->answer(
        query, std::unexpected(DnsFailure{DnsFault::absent, "the name is no name of the DNS"}));
  }
  channel_->ask_records(channel_->ask(query, type, name), type, name);
}

}  // namespace ringfence::sip_core

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

namespace ringfence::sip_core {
namespace {

constexpr int kTimeoutMs = 1500;
constexpr int kTries = 2;
constexpr std::size_t kMaxAddresses = 16;

using Addresses = std::expected<std::vector<IpAddress>, std::string>;

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

Addresses addresses_of(int status, const ares_addrinfo* found) {
  if (status != ARES_SUCCESS) return std::unexpected(std::string(ares_strerror(status)));
  std::vector<IpAddress> addresses;
  for (const ares_addrinfo_node* node = found->nodes; node != nullptr; node = node->ai_next)
    add_address(addresses, *node);
  std::stable_sort(addresses.begin(), addresses.end(),
                   [](const IpAddress& a, const IpAddress& b) { return !a.is_v6() && b.is_v6(); });
  if (addresses.empty()) return std::unexpected(std::string("the name has no address"));
  return addresses;
}

}  // namespace

// The callbacks of c-ares land here; it is freed last, after c-ares has let go of it.
struct Resolver::Channel {
  struct Question {
    Channel* channel;
    QueryId query;
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

  void answer(QueryId query, Addresses addresses) {
    if (closing) return;
    answers.push_back({query, std::move(addresses)});
    if (answers.size() > 1) return;
    answer_timer = loop.after(Duration::zero(), [this] {
      for (NameResolved& one : std::exchange(answers, {}))
        on_resolved(std::move(one));
    });
  }

  Loop& loop;
  std::function<void(NameResolved)> on_resolved;
  ares_channel ares = nullptr;
  std::map<ares_socket_t, Poll> sockets;
  Timer timer;
  Timer answer_timer;
  std::vector<NameResolved> answers;
  bool closing = false;
};

Resolver::Resolver(std::unique_ptr<Channel> channel) : channel_(std::move(channel)) {}
Resolver::~Resolver() = default;

Result<std::unique_ptr<Resolver>> Resolver::make(Loop& loop,
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
  return std::unique_ptr<Resolver>(new Resolver(std::move(channel)));
}

void Resolver::resolve(QueryId query, const std::string& host) {
  if (const auto numeric = IpAddress::parse(host)) {
    channel_->answer(query, std::vector{*numeric});
    return;
  }
  if (names_loopback(host)) {
    channel_->answer(query, std::vector{*IpAddress::parse("127.0.0.1"), *IpAddress::parse("::1")});
    return;
  }
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = ARES_AI_NOSORT;
  auto* question = new Channel::Question{channel_.get(), query};  // c-ares calls back exactly once
  ares_getaddrinfo(
      channel_->ares, host.c_str(), nullptr, &hints,
      [](void* data, int status, int, ares_addrinfo* found) {
        const std::unique_ptr<Channel::Question> asked(static_cast<Channel::Question*>(data));
        asked->channel->answer(asked->query, addresses_of(status, found));
        if (found != nullptr) ares_freeaddrinfo(found);
      },
      question);
  channel_->arm();
}

}  // namespace ringfence::sip_core

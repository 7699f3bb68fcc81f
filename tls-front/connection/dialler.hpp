// Dialler: outbound connections. Each address in turn, TCP and then TLS, until one answers and
// proves its name; each has its share of the time left. Owned by TlsFront. The answer comes once,
// never from inside start(): a stream that carries SIP, or one sentence for an operator.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "tls-front/connection/connection.hpp"
#include "tls-front/tls/tls_engine.hpp"

namespace ringfence::tls_front {

struct DialRequest {
  DialId id;
  StreamTransport transport = StreamTransport::tls;
  std::vector<IpAddress> addresses;
  Port port = 0;
  ListenerId listener;
  std::optional<IpAddress> from;  // the address to speak from; none: the kernel chooses
  PeerPolicy policy;
  std::chrono::milliseconds timeout{0};
};

class DialOwner {
 public:
  virtual ~DialOwner() = default;
  virtual void on_dialled(std::unique_ptr<ByteStream> stream, ConnectionFacts facts) = 0;
  virtual void on_dial_failed(DialId id, const std::string& reason) = 0;
  // A peer whose certificate did not prove what it should.
  virtual void on_peer_refused(const DialRequest& request, const std::string& reason) = 0;
};

class Dialler {
 public:
  Dialler(StreamShared& shared, const TlsEngine& engine, const CertificateChooser& certificates,
          DialOwner& owner);
  ~Dialler();
  Dialler(const Dialler&) = delete;
  Dialler& operator=(const Dialler&) = delete;

  // A second dial under the same id replaces the first.
  void start(DialRequest request);
  // Nobody waits for the answers any more.
  void abandon_all();

 private:
  class Attempt;

  void over(DialId id);

  StreamShared& shared_;
  const TlsEngine& engine_;
  const CertificateChooser& certificates_;  // what we show to peers that ask
  DialOwner& owner_;
  std::unordered_map<DialId, std::unique_ptr<Attempt>> attempts_;
  std::vector<std::unique_ptr<Attempt>> over_;  // destroyed once no call of theirs is running
};

}  // namespace ringfence::tls_front

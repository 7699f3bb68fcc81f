// The real ringfence-tls-front under a test that plays its supervisor and, on demand, sip-core.
// Every wait is bounded; the process ends with the fixture.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "proto/channel/link.hpp"
#include "proto/supervisor_child.pb.h"
#include "proto/tls_front_sip_core.pb.h"
#include "runtime/loop.hpp"
#include "tests/unit/tls-front/test_peer.hpp"

namespace ringfence::tls_front {

// One life of sip-core: what it was told, in order.
class PlayedSipCore {
 public:
  PlayedSipCore(Loop& loop, Fd socket);

  std::vector<proto::FromTlsFront> told;
  proto::TlsFrontHello hello;
  std::vector<proto::ConnectionOpened> opened;
  std::vector<proto::ConnectionClosed> closed;
  std::vector<proto::DialFailed> dial_failed;
  std::vector<proto::MessageReceived> messages;

  void send(const proto::FromSipCore& message) { link_.send(message); }
  void say(const proto::ConnectionId& connection, const std::string& octets, bool close_after);
  void done(const proto::MessageReceived& message);

  enum class Reading { off, on };
  void read(Reading reading);
  bool finish_at_once = false;  // says done to every message that comes

 private:
  channel::Link<proto::FromTlsFront, proto::FromSipCore> link_;
};

// The real ringfence-key-keeper.
class KeeperProcess {
 public:
  KeeperProcess(Loop& loop, const std::string& confine, const Fd& log);
  ~KeeperProcess();
  KeeperProcess(const KeeperProcess&) = delete;
  KeeperProcess& operator=(const KeeperProcess&) = delete;

  void link(const Fd& end);
  void key(std::uint64_t number, const std::string& pem);
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  std::unique_ptr<channel::Link<proto::FromChild, proto::FromSupervisor>> link_;
};

class FrontProcess {
 public:
  explicit FrontProcess(const std::string& confine = "require");
  ~FrontProcess();
  FrontProcess(const FrontProcess&) = delete;
  FrontProcess& operator=(const FrontProcess&) = delete;

  unsigned short listen(std::uint64_t id, const std::string& side, const std::string& transport,
                        const std::string& address = "127.0.0.1");
  void close_listener(std::uint64_t id);
  void certificate(const std::string& name, const TestPair& pair, const std::string& ocsp = {}) {
    chain(name, pair, key(pair), ocsp);
  }
  // The two halves of it: what key-keeper is given, and what tls-front is.
  std::uint64_t key(const TestPair& pair);
  void chain(const std::string& name, const TestPair& pair, std::uint64_t key,
             const std::string& ocsp = {});
  // The key-keeper there was is killed; the next one is given the same keys.
  void replace_key_keeper();
  KeeperProcess& key_keeper() { return *key_keeper_; }
  // Each octet stands for a key of a session ticket; newest first.
  void ticket_keys(const std::string& keys);
  void trust(const std::vector<std::string>& pems);
  void settings(const std::map<std::string, std::string>& values);
  // Sources with the seconds that they have left.
  void blocklist(const std::map<std::string, int>& sources);
  // As an operator asks; empty: for the list.
  proto::BlocklistAnswer order(const std::string& release, std::uint64_t request);
  // A new life of sip-core; the link of an earlier one is the caller's to drop.
  std::unique_ptr<PlayedSipCore> sip_core();

  bool wait_for(const std::function<bool()>& condition);
  // How often the log holds `text`, and the whole of it.
  std::size_t logged(std::string_view text) const;
  std::string log() const;
  // 0: it gets no further descriptor.
  void limit_descriptors(std::uint64_t limit) const;
  std::uint64_t counter(const std::string& name) const;  // as of the last health report
  pid_t pid() const { return pid_; }
  // Runs the loop for a moment, for what must not happen.
  void settle();

  bool ready = false;
  std::uint64_t applied = 0;                            // the last snapshot in force
  std::uint64_t revision() const { return revision_; }  // the last one sent
  std::string confinement;
  proto::TlsFrontHealth health;
  std::vector<proto::Blocklist> blocklists;
  proto::BlocklistAnswer blocklist_answer;
  Loop loop;

 private:
  bool receive(proto::FromChild& message);
  void link_key_keeper();

  std::string confine_;
  Fd log_;  // what it writes to its standard error
  pid_t pid_ = -1;
  std::unique_ptr<channel::Link<proto::FromChild, proto::FromSupervisor>> link_;
  std::uint64_t revision_ = 0;
  std::unique_ptr<KeeperProcess> key_keeper_;
  std::vector<std::string> keys_;  // PEM; numbered from 1 on
};

}  // namespace ringfence::tls_front

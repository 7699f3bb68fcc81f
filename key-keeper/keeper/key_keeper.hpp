// KeyKeeper: the process put together. It takes keys from the supervisor, tells tls-front which it
// holds, and signs. Each tls-front begins with none: the supervisor gives them again after it has
// given the link. Owned by main.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "key-keeper/key/private_key.hpp"
#include "proto/channel/child_process.hpp"
#include "proto/channel/link.hpp"

namespace ringfence::key_keeper {

class KeyKeeper {
 public:
  explicit KeyKeeper(channel::ChildProcess& process) : process_(process) {}
  KeyKeeper(const KeyKeeper&) = delete;
  KeyKeeper& operator=(const KeyKeeper&) = delete;

  // Until the supervisor ends us; the exit status.
  int run();

 private:
  using TlsFront = channel::Link<proto::ToKeyKeeper, proto::FromKeyKeeper>;

  bool on_message(proto::FromSupervisor& message, std::vector<Fd>& fds);
  void connect(Fd socket);
  void take_key(std::uint64_t number, const Fd& file);
  Result<std::string> hold(std::uint64_t number, const Fd& file);
  bool on_question(const proto::ToKeyKeeper& message);
  void sign(const proto::SignRequest& request);

  channel::ChildProcess& process_;
  std::unique_ptr<TlsFront> tls_front_;
  std::unordered_map<std::uint64_t, PrivateKey> keys_;
  Timer ready_;
};

}  // namespace ringfence::key_keeper

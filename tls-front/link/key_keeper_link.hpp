// KeyKeeperLink: our end of the link to key-keeper, whichever lives at the moment. It knows which
// keys are held there and asks for signatures. A handshake in a job of OpenSSL's pauses until the
// answer comes; without one (a handshake with ourselves) the call blocks, for kBlocking at most.
// When key-keeper goes, whoever waits gets no signature; connections live on. Owned by TlsFront; it
// outlives every key.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "proto/channel/link.hpp"
#include "runtime/counters.hpp"
#include "runtime/log.hpp"
#include "tls-front/certificate/signer.hpp"

namespace ringfence::tls_front {

class KeyKeeperLink final : public Signer {
 public:
  static constexpr std::chrono::milliseconds kBlocking{200};
  static constexpr std::chrono::seconds kPatience{5};  // of a handshake that pauses

  // `on_key`: key-keeper has spoken of other keys; in a call of its own.
  KeyKeeperLink(Loop& loop, Logger& log, Counters& counters, std::function<void()> on_key)
      : loop_(loop), log_(log), counters_(counters), on_key_(std::move(on_key)) {}
  KeyKeeperLink(const KeyKeeperLink&) = delete;
  KeyKeeperLink& operator=(const KeyKeeperLink&) = delete;

  // A new key-keeper; the one before is dead, whether its link said so or not.
  void connect(Fd socket);
  bool is_known(KeyNumber key) const { return known_.contains(key); }
  // A key that signs there, or why it is not held. It must be known.
  Result<PkeyPtr> key(KeyNumber key);
  // It was looked at: unless it is in use by now, nobody needs it.
  void let_go(KeyNumber key);

  std::string sign(KeyNumber key, proto::SignatureForm form, std::string_view data) override;
  void taken(KeyNumber key) override { ++uses_[key]; }
  void released(KeyNumber key) override;

 private:
  using Peer = channel::Link<proto::FromKeyKeeper, proto::ToKeyKeeper>;

  // One question; it stands on the stack of whoever asks.
  struct Waiting {
    std::optional<std::string> signature;
    std::function<void()> wake;  // empty: it looks for itself
    Timer limit;
  };

  bool is_open() const { return peer_ && peer_->stream().is_open(); }
  bool receive(proto::FromKeyKeeper& message);
  void take_key(proto::KeyHeld& held);
  void answer(std::uint64_t request, std::string signature);
  void pause(std::uint64_t request, Waiting& waiting);
  void block(Waiting& waiting);
  void lost(const std::string& reason);
  void give_up_waiting();

  Loop& loop_;
  Logger& log_;
  Counters& counters_;
  std::function<void()> on_key_;
  Timer key_due_;
  std::unique_ptr<Peer> peer_;
  std::map<KeyNumber, Result<std::string>> known_;  // public halves
  std::map<KeyNumber, std::size_t> uses_;
  std::unordered_map<std::uint64_t, Waiting*> waiting_;
  std::uint64_t last_request_ = 0;
};

}  // namespace ringfence::tls_front

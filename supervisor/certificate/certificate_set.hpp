// CertificateSet: keeps tls-front and key-keeper supplied with what lies in the certificate folder,
// each key before the chain that it belongs to. scan() looks
// for changes, pump() sends some of what is due, so that thousands of pairs do not hold up the
// loop. It remembers the last pair of each name that tls-front could use, for a tls-front that
// starts anew while the newest pair is broken. It passes octets on and never looks at them.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/clock.hpp"
#include "runtime/log.hpp"
#include "supervisor/certificate/certificate_messages.hpp"

namespace ringfence::supervisor {

class CertificateSet {
 public:
  // A PrivateKey is for key-keeper, all else for tls-front.
  using Send = std::function<void(const MessageWithFds&)>;

  CertificateSet(std::string directory, Logger& log)
      : directory_(std::move(directory)), log_(log) {}

  // Looks at the folder. True: names or warnings changed.
  bool scan();
  // tls-front is new: everything is due again.
  void start_over();
  bool has_work() const { return !due_.empty() || !removed_.empty() || trust_due_; }
  void pump(const Send& send);
  // Nothing may be dialled before they are there.
  void send_trust(const Send& send);
  // key-keeper is new: the keys of all that was sent.
  void send_keys(const Send& send) const;
  // What tls-front thinks of the pairs that it has.
  void learn(const proto::TlsFrontHealth& health);

  const CertificateFolder& folder() const { return folder_; }
  const std::vector<Problem>& warnings() const { return warnings_; }

 private:
  enum class Judgement { none, usable, refused };
  struct Pair {
    PairStamps stamp;  // of the files that `newest` is a copy of
    CertificateMessages newest;
    std::optional<CertificateMessages> good;  // where the newest is not it
    bool good_due = false;
    Judgement judgement = Judgement::none;  // of `newest`
  };

  void send_pair(const std::string& name, const Send& send);
  bool refresh(const std::string& name, Pair& pair);
  bool update_warnings();

  std::string directory_;
  std::uint64_t last_key_ = 0;
  Logger& log_;
  CertificateFolder folder_;
  std::map<std::string, Pair> pairs_;
  std::deque<std::string> due_;
  std::vector<std::string> removed_;
  bool trust_due_ = false;
  std::map<std::string, std::string> open_errors_;  // by name; "" for the trust folder
  std::vector<Problem> warnings_;
};

}  // namespace ringfence::supervisor

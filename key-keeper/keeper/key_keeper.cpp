#include "key-keeper/keeper/key_keeper.hpp"

#include <sys/stat.h>

namespace ringfence::key_keeper {
namespace {

constexpr off_t kMaxPem = 1 << 20;

// Straight into memory that wipes itself; a string that grows would leave copies behind.
Result<SecretBytes> read_secret(const Fd& file) {
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return system_error("privkey.pem cannot be read");
  if (status.st_size > kMaxPem) return fail("privkey.pem is longer than 1 MiB");
  SecretBytes content(static_cast<std::size_t>(status.st_size));
  const auto octets = content.bytes();
  for (std::size_t filled = 0; filled < octets.size();) {
    const ssize_t n = ::pread(file.get(), octets.data() + filled, octets.size() - filled,
                              static_cast<off_t>(filled));
    if (n < 0) return system_error("privkey.pem cannot be read");
    if (n == 0) return fail("privkey.pem cannot be read: it has become shorter");
    filled += static_cast<std::size_t>(n);
  }
  return content;
}

}  // namespace

int KeyKeeper::run() {
  // From the first turn on we serve: what we hold, we are told.
  ready_ = process_.loop().after(Duration::zero(), [this] { process_.ready(); });
  return process_.run(
      key_keeper_profile(),
      [this](proto::FromSupervisor& message, std::vector<Fd>& fds) {
        return on_message(message, fds);
      },
      nullptr);
}

bool KeyKeeper::on_message(proto::FromSupervisor& message, std::vector<Fd>& fds) {
  if (fds.size() != 1) return false;
  if (message.has_peer_link() && message.peer_link().peer() == proto::TLS_FRONT) {
    connect(std::move(fds.front()));
    return true;
  }
  if (!message.has_private_key()) return false;
  take_key(message.private_key().key(), fds.front());
  return true;
}

void KeyKeeper::connect(Fd socket) {
  keys_.clear();
  tls_front_ = std::make_unique<TlsFront>(
      process_.loop(), std::move(socket),
      [this](const proto::ToKeyKeeper& message, std::vector<Fd>&) { return on_question(message); },
      [this](const std::string& reason) {
        process_.log().info("the link to tls-front closed", {{"reason", reason}});
        keys_.clear();
      });
}

void KeyKeeper::take_key(std::uint64_t number, const Fd& file) {
  // Nobody who could ask for it: the next tls-front is given it again.
  if (!tls_front_ || !tls_front_->stream().is_open()) return;
  const auto public_key = hold(number, file);
  proto::FromKeyKeeper message;
  proto::KeyHeld& held = *message.mutable_held();
  held.set_key(number);
  if (public_key) {
    held.set_public_key(*public_key);
  } else {
    held.set_error(public_key.error().message);
  }
  tls_front_->send(message);
}

// The public key of what is held now.
Result<std::string> KeyKeeper::hold(std::uint64_t number, const Fd& file) {
  const auto pem = read_secret(file);
  if (!pem) return std::unexpected(pem.error());
  auto key = PrivateKey::from_pem(*pem);
  if (!key) return std::unexpected(key.error());
  auto public_key = key->public_key();
  if (public_key) keys_.insert_or_assign(number, std::move(*key));
  return public_key;
}

bool KeyKeeper::on_question(const proto::ToKeyKeeper& message) {
  switch (message.kind_case()) {
    case proto::ToKeyKeeper::kSign:
      sign(message.sign());
      return true;
    case proto::ToKeyKeeper::kForget:
      keys_.erase(message.forget().key());
      return true;
    case proto::ToKeyKeeper::KIND_NOT_SET:
      return false;
  }
  return false;
}

void KeyKeeper::sign(const proto::SignRequest& request) {
  proto::FromKeyKeeper message;
  message.mutable_result()->set_request(request.request());
  const auto key = keys_.find(request.key());
  if (key != keys_.end()) {
    if (auto signature = key->second.sign(request.form(), request.data())) {
      message.mutable_result()->set_signature(std::move(*signature));
    }
  }
  tls_front_->send(message);
}

}  // namespace ringfence::key_keeper

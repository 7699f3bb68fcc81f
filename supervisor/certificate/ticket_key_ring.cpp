#include "supervisor/certificate/ticket_key_ring.hpp"

namespace ringfence::supervisor {

bool TicketKeyRing::rotate(TimePoint now) {
  if (!keys_.empty() && now - made_ < kRotation) return false;
  SecretBytes key(kKeySize);
  random_.fill(key.bytes());
  keys_.push_front(std::move(key));
  if (keys_.size() > kKept) keys_.pop_back();
  made_ = now;
  return true;
}

proto::FromSupervisor TicketKeyRing::message() const {
  proto::FromSupervisor message;
  for (const SecretBytes& key : keys_) {
    message.mutable_ticket_keys()->add_keys()->assign(key.bytes().begin(), key.bytes().end());
  }
  return message;
}

void wipe_keys(proto::FromSupervisor& message) {
  for (std::string& key : *message.mutable_ticket_keys()->mutable_keys())
    wipe(key.data(), key.size());
}

}  // namespace ringfence::supervisor

#include "tls-front/connection/kept_messages.hpp"

namespace ringfence::tls_front {

void KeptMessages::add(std::string_view octets, std::optional<FramingError> error, TimePoint now) {
  const std::uint64_t number = ++last_number_;
  messages_.emplace_hint(messages_.end(), number,
                         KeptMessage{number, std::string(octets), error, 0, now});
  octets_ += octets.size();
}

KeptMessage* KeptMessages::offer_next() {
  const auto found = messages_.lower_bound(next_offer_);
  if (found == messages_.end()) return nullptr;
  next_offer_ = found->first + 1;
  ++found->second.offers;
  return &found->second;
}

bool KeptMessages::done(std::uint64_t number) {
  const auto found = messages_.find(number);
  if (found == messages_.end()) return false;
  octets_ -= found->second.octets.size();
  messages_.erase(found);
  return true;
}

std::size_t KeptMessages::start_again() {
  next_offer_ = 1;
  const std::size_t before = messages_.size();
  std::erase_if(messages_, [this](const auto& entry) {
    if (entry.second.offers < kMaxOffers) return false;
    octets_ -= entry.second.octets.size();
    return true;
  });
  return before - messages_.size();
}

}  // namespace ringfence::tls_front

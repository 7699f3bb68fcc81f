#include "sip-core/shell/quarantine.hpp"

#include <chrono>
#include <utility>

namespace ringfence::sip_core {
namespace {

constexpr std::chrono::seconds kTellInterval{1};

}  // namespace

std::optional<SuspectPage::Death> Quarantine::take_over(SuspectPage page, TimePoint now) {
  page_ = std::move(page);
  return page_.take_over(now);
}

std::optional<Quarantine::Dropped> Quarantine::drop(const Event& event, TimePoint now,
                                                    Actions& actions) {
  const auto* datagram = std::get_if<DatagramReceived>(&event);
  const auto* message = std::get_if<StreamMessageReceived>(&event);
  if (datagram == nullptr && message == nullptr) return std::nullopt;
  Dropped dropped;
  dropped.hash = SuspectPage::hash_of(datagram != nullptr ? datagram->octets : message->octets);
  if (!page_.is_quarantined(dropped.hash, now)) {
    page_.take_in_hand(dropped.hash);
    return std::nullopt;
  }
  if (datagram != nullptr) {
    dropped.remote = datagram->remote;
  } else {
    if (const auto remote = remote_of_(message->connection)) {
      dropped.remote = *remote;
      actions.push_back(PenaliseSource{remote->ip, "a message that ends sip-core"});
    }
    actions.push_back(MessageDone{message->connection, message->number});
  }
  dropped.to_be_told = !told_ || now - *told_ >= kTellInterval;
  if (dropped.to_be_told) told_ = now;
  return dropped;
}

}  // namespace ringfence::sip_core

#include "tls-front/front/blocklist_desk.hpp"

#include <utility>

#include "tls-front/front/supervisor_messages.hpp"

namespace ringfence::tls_front {
namespace {

constexpr std::size_t kMaxStoredSources = 10'000;  // so that the list fits into one frame
constexpr std::chrono::seconds kStoreInterval{1};

}  // namespace

void BlocklistDesk::restore() {
  const TimePoint now = process_.loop().now();
  blocklist_.restore(read_blocklist(stored_, now, clock_.wall_now()), now);
  stored_.Clear();
}

void BlocklistDesk::answer(const proto::BlocklistOrder& order) {
  proto::FromChild message;
  proto::BlocklistAnswer& answer = *message.mutable_blocklist_answer();
  answer.set_request(order.request());
  if (order.release().empty()) {
    const TimePoint now = process_.loop().now();
    write_blocklist(blocklist_.blocked(now, kMaxStoredSources), now, clock_.wall_now(),
                    *answer.mutable_blocklist());
  } else {
    answer.set_error(release(order.release()));
  }
  process_.send(message);
}

// The sentence why not; empty: it is released.
std::string BlocklistDesk::release(const std::string& address) {
  const auto source = Source::parse(address);
  if (!source) return address + " is no address";
  if (!blocklist_.release(*source, process_.loop().now())) {
    return source->to_string() + " is not blocked";
  }
  process_.log().info("a source is released from the blocklist", {{"remote", source->to_string()}});
  changed();
  return {};
}

void BlocklistDesk::changed() {
  if (std::exchange(store_due_, true)) return;
  store_timer_ = process_.loop().after(kStoreInterval, [this] { store(); });
}

void BlocklistDesk::store() {
  store_due_ = false;
  const TimePoint now = process_.loop().now();
  proto::FromChild message;
  write_blocklist(blocklist_.blocked(now, kMaxStoredSources), now, clock_.wall_now(),
                  *message.mutable_blocklist());
  process_.send(message);
}

}  // namespace ringfence::tls_front

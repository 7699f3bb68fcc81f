#include "sip-core/shell/suspect_page.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace ringfence::sip_core {
namespace {

struct Suspect {
  std::uint64_t hash;
  std::uint32_t deaths;
  std::int64_t last_death_ns;  // on the machine's monotonic clock, which no restart resets
};

std::int64_t nanoseconds(TimePoint time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

bool is_recent(const Suspect& suspect, TimePoint now) {
  constexpr std::chrono::nanoseconds kLimit = SuspectPage::kQuarantine;
  return nanoseconds(now) - suspect.last_death_ns < kLimit.count();
}

bool is_dangerous(const Suspect& suspect, TimePoint now) {
  return suspect.deaths >= SuspectPage::kDeaths && is_recent(suspect, now);
}

}  // namespace

struct SuspectPage::Page {
  std::atomic<Hash> in_hand;  // 0: none
  Suspect suspects[kSuspects];
};

Result<SuspectPage> SuspectPage::map(const Fd& file) {
  static_assert(sizeof(Page) <= kSize);
  void* memory = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (memory == MAP_FAILED) return system_error("the page of suspects cannot be mapped");
  return SuspectPage(static_cast<Page*>(memory));
}

SuspectPage::Hash SuspectPage::hash_of(std::string_view octets) {
  return std::hash<std::string_view>{}(octets) | 1;
}

SuspectPage::SuspectPage(SuspectPage&& other) noexcept
    : page_(std::exchange(other.page_, nullptr)), any_quarantined_(other.any_quarantined_) {}

SuspectPage& SuspectPage::operator=(SuspectPage&& other) noexcept {
  std::swap(page_, other.page_);
  std::swap(any_quarantined_, other.any_quarantined_);
  return *this;
}

SuspectPage::~SuspectPage() {
  if (page_ != nullptr) ::munmap(page_, kSize);
}

std::optional<SuspectPage::Death> SuspectPage::take_over(TimePoint now) {
  if (page_ == nullptr) return std::nullopt;
  std::optional<Death> death;
  if (const Hash hash = page_->in_hand.exchange(0); hash != 0) {
    auto* found = std::ranges::find(page_->suspects, hash, &Suspect::hash);
    if (found == std::end(page_->suspects)) {
      found = std::ranges::min_element(page_->suspects, {}, &Suspect::last_death_ns);
      *found = {hash, 0, 0};
    }
    if (!is_recent(*found, now)) found->deaths = 0;
    found->last_death_ns = nanoseconds(now);
    death = Death{hash, ++found->deaths};
  }
  any_quarantined_ = std::ranges::any_of(
      page_->suspects, [now](const Suspect& suspect) { return is_dangerous(suspect, now); });
  return death;
}

bool SuspectPage::is_quarantined(Hash hash, TimePoint now) const {
  if (!any_quarantined_) return false;
  return std::ranges::any_of(page_->suspects, [&](const Suspect& suspect) {
    return suspect.hash == hash && is_dangerous(suspect, now);
  });
}

void SuspectPage::take_in_hand(Hash hash) {
  if (page_ != nullptr) page_->in_hand.store(hash, std::memory_order_relaxed);
}

void SuspectPage::put_down() {
  if (page_ != nullptr) page_->in_hand.store(0, std::memory_order_relaxed);
}

}  // namespace ringfence::sip_core

#include "media-worker/page/session_page.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "runtime/secret.hpp"

namespace ringfence::media_worker {

// The form of what follows: another layout has another size or another number.
struct SessionPage::Header {
  static constexpr std::uint64_t kForm = 0x52464d50'00000001;  // "RFMP", 1
  std::uint64_t form = 0;
  std::uint64_t place_size = 0;
  // From the first one: that were ever taken. The rest is not looked at, for looking at the memory
  // of a file that has none yet makes some.
  std::uint64_t used = 0;
  std::uint64_t attempts = 0;  // to go on, of workers that did not live to settle()

  bool fits() const { return form == kForm && place_size == sizeof(SavedSession); }
};

namespace {

constexpr std::size_t kFirstPlace = 64;
constexpr std::uint64_t kMostAttempts = 3;

}  // namespace

SessionPage::SessionPage(void* memory, std::size_t size) : memory_(memory), size_(size) {
  if (!header().fits()) {
    if (header().form != 0) wipe(memory, size);
    header() = {Header::kForm, sizeof(SavedSession), 0, 0};
  }
  auto* const first = static_cast<std::uint8_t*>(memory) + kFirstPlace;
  places_ = {reinterpret_cast<SavedSession*>(first), (size - kFirstPlace) / sizeof(SavedSession)};
  header().used = std::min<std::uint64_t>(header().used, places_.size());
}

SessionPage::Header& SessionPage::header() const noexcept {
  return *static_cast<Header*>(memory_);
}

SessionPage::SessionPage(SessionPage&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)),
      size_(other.size_),
      places_(other.places_),
      free_(std::move(other.free_)),
      given_up_(other.given_up_) {}

SessionPage::~SessionPage() {
  if (memory_ != nullptr) ::munmap(memory_, size_);
}

Result<SessionPage> SessionPage::map(const Fd& memory) {
  struct stat file{};
  if (::fstat(memory.get(), &file) != 0) return system_error("cannot measure the page of sessions");
  const auto size = static_cast<std::size_t>(file.st_size);
  if (size < kFirstPlace + sizeof(SavedSession)) return fail("the page of sessions is too small");
  void* const mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, memory.get(), 0);
  if (mapped == MAP_FAILED) return system_error("cannot map the page of sessions");
  ::madvise(mapped, size, MADV_DONTDUMP);
  return SessionPage(mapped, size);
}

SavedSession* SessionPage::take() {
  if (free_.empty()) {
    if (header().used == places_.size()) return nullptr;
    return &places_[header().used++];
  }
  SavedSession* const place = free_.back();
  free_.pop_back();
  return place;
}

void SessionPage::give_back(SavedSession* place) {
  if (place == nullptr) return;
  place->set_valid(false);
  wipe(place, sizeof *place);
  free_.push_back(place);
}

std::vector<SavedSession*> SessionPage::left_over() {
  std::vector<SavedSession*> left;
  for (SavedSession& place : places_.first(header().used)) {
    if (place.is_valid()) {
      left.push_back(&place);
    } else {
      give_back(&place);
    }
  }
  if (left.empty() || ++header().attempts <= kMostAttempts) return left;
  for (SavedSession* place : left)
    give_back(place);
  given_up_ = left.size();
  return {};
}

void SessionPage::settle() {
  header().attempts = 0;
}

}  // namespace ringfence::media_worker

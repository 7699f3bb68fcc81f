#include "sip-core/store/journal.hpp"

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "runtime/fd.hpp"
#include "runtime/siphash.hpp"

namespace ringfence::sip_core {
namespace {

// Before each entry's octets.
struct Head {
  std::uint64_t sequence;  // 0: the rest of the ring is skipped
  std::uint32_t size;
  std::uint32_t check;
};

std::uint32_t check_of(std::uint64_t sequence, std::string_view octets) {
  return static_cast<std::uint32_t>(SipHash({sequence, octets.size()}).of(octets));
}

constexpr std::uint64_t room_for(std::size_t octets) {
  return sizeof(Head) + (octets + sizeof(Head) - 1) / sizeof(Head) * sizeof(Head);
}

}  // namespace

// Positions only rise; where one stands in the ring is its remainder.
struct Journal::Ring {
  static constexpr std::size_t kBefore = 64;  // octets before the ring
  static constexpr std::uint64_t kRoom = kSize - kBefore;

  std::uint64_t form;
  std::atomic<std::uint64_t> begin;  // of the oldest entry
  std::atomic<std::uint64_t> end;    // behind the newest

  bool is_sound() const {
    return begin <= end && end - begin <= kRoom && begin % sizeof(Head) == 0 &&
           end % sizeof(Head) == 0;
  }
  static std::uint64_t room_behind(std::uint64_t position) { return kRoom - position % kRoom; }
  char* at(std::uint64_t position) {
    return reinterpret_cast<char*>(this) + kBefore + position % kRoom;
  }
  // Of the entry at `position`, or at the ring's beginning where none fitted there.
  std::optional<Head> head_at(std::uint64_t& position, std::uint64_t until) {
    Head head{};
    if (position < until) std::memcpy(&head, at(position), sizeof head);
    if (position < until && head.sequence == 0) {
      position += room_behind(position);
      if (position < until) std::memcpy(&head, at(position), sizeof head);
    }
    const bool whole = position < until && room_for(head.size) <= until - position &&
                       room_for(head.size) <= room_behind(position);
    return whole ? std::optional(head) : std::nullopt;
  }
};

Result<Journal> Journal::open(const std::string& path, std::uint64_t form) {
  static_assert(sizeof(Ring) <= Ring::kBefore && Ring::kRoom % sizeof(Head) == 0);
  const Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return system_error("cannot open " + path);
  // With its blocks: a full disk is to be found now, and not by a signal at some write.
  if (const int error = ::posix_fallocate(file.get(), 0, kSize); error != 0) {
    errno = error;
    return system_error("there is no room for " + path);
  }
  void* memory = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (memory == MAP_FAILED) return system_error("cannot map " + path);
  Journal journal(static_cast<Ring*>(memory));
  if (journal.ring_->form != form || !journal.ring_->is_sound()) {
    journal.ring_->begin = 0;
    journal.ring_->end = 0;
  }
  journal.ring_->form = form;
  return journal;
}

Journal::Journal(Journal&& other) noexcept
    : ring_(std::exchange(other.ring_, nullptr)), last_(other.last_) {}

Journal& Journal::operator=(Journal&& other) noexcept {
  std::swap(ring_, other.ring_);
  std::swap(last_, other.last_);
  return *this;
}

Journal::~Journal() {
  if (ring_ != nullptr) ::munmap(ring_, kSize);
}

std::vector<Journal::Entry> Journal::entries() const {
  std::vector<Entry> entries;
  if (ring_ == nullptr) return entries;
  const std::uint64_t end = ring_->end;
  std::uint64_t position = ring_->begin;
  while (const auto head = ring_->head_at(position, end)) {
    Entry entry{head->sequence, std::string(ring_->at(position) + sizeof(Head), head->size)};
    const bool follows = entries.empty() || entry.sequence == entries.back().sequence + 1;
    if (!follows || head->check != check_of(entry.sequence, entry.octets)) break;
    entries.push_back(std::move(entry));
    position += room_for(head->size);
  }
  return entries;
}

void Journal::begin_after(std::uint64_t sequence) {
  last_ = sequence;
  if (ring_ != nullptr) ring_->begin.store(ring_->end.load());
}

std::optional<std::uint64_t> Journal::append(std::string_view octets) {
  if (ring_ == nullptr) return std::nullopt;
  const std::uint64_t needed = room_for(octets.size());
  std::uint64_t position = ring_->end;
  const std::uint64_t skipped =
      ring_->room_behind(position) < needed ? ring_->room_behind(position) : 0;
  if (position + skipped + needed - ring_->begin > Ring::kRoom) return std::nullopt;
  if (skipped > 0) std::memset(ring_->at(position), 0, sizeof(Head));
  position += skipped;
  const Head head{++last_, static_cast<std::uint32_t>(octets.size()), check_of(last_, octets)};
  std::memcpy(ring_->at(position), &head, sizeof head);
  std::memcpy(ring_->at(position) + sizeof head, octets.data(), octets.size());
  ring_->end.store(position + needed, std::memory_order_release);
  return last_;
}

void Journal::release(std::uint64_t sequence) {
  if (ring_ == nullptr) return;
  const std::uint64_t end = ring_->end.load(std::memory_order_acquire);
  std::uint64_t position = ring_->begin;
  for (auto head = ring_->head_at(position, end); head && head->sequence <= sequence;
       head = ring_->head_at(position, end)) {
    position += room_for(head->size);
  }
  ring_->begin.store(position, std::memory_order_release);
}

}  // namespace ringfence::sip_core

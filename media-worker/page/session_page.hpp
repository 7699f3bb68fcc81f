// SessionPage: the memory in which a worker keeps its SavedSessions: a memfd that the supervisor
// made and keeps, and hands to each successive worker of one index. It never reaches a disk and is
// left out of core dumps. What a worker of another build left there is wiped, not read. Owned by
// the Carrier.
#pragma once

#include <functional>
#include <vector>

#include "media-worker/page/saved_session.hpp"
#include "runtime/fd.hpp"
#include "runtime/result.hpp"

namespace ringfence::media_worker {

class SessionPage {
 public:
  // As many places as the descriptor's file has room for. Errors: it cannot be mapped, or has none.
  static Result<SessionPage> map(const Fd& memory);
  SessionPage(SessionPage&& other) noexcept;
  SessionPage& operator=(SessionPage&&) = delete;
  ~SessionPage();

  // A wiped place; nullptr: all are taken.
  SavedSession* take();
  // Wiped.
  void give_back(SavedSession* place);
  // Once, before the first take(): those that the worker before left whole; what else it left is
  // wiped. None where several workers have died over them: one of them may be what killed them.
  std::vector<SavedSession*> left_over();
  // How many left_over() kept back for that.
  std::size_t given_up() const noexcept { return given_up_; }
  // This worker has lived for a while.
  void settle();

 private:
  struct Header;
  SessionPage(void* memory, std::size_t size);
  Header& header() const noexcept;

  void* memory_ = nullptr;
  std::size_t size_ = 0;
  std::span<SavedSession> places_;
  std::vector<SavedSession*> free_;  // of those that were taken
  std::size_t given_up_ = 0;
};

}  // namespace ringfence::media_worker

#include "supervisor/certificate/folder_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>

namespace ringfence::supervisor {
namespace {

constexpr std::uint32_t kChanges = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                   IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF |
                                   IN_ONLYDIR;

}  // namespace

FolderWatch::FolderWatch(Loop& loop, std::function<void()> on_change)
    : loop_(loop),
      on_change_(std::move(on_change)),
      inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!inotify_) return;
  poll_ = Poll(loop_, inotify_.get(), [this](Readiness) { drain(); });
  poll_.watch(Interest::readable);
}

bool FolderWatch::watch(const std::set<std::string>& folders) {
  if (!inotify_) return false;
  std::map<std::string, int> next;
  bool all = true;
  for (const std::string& folder : folders) {
    // A folder that was made anew under the same name gets another descriptor.
    const int descriptor = ::inotify_add_watch(inotify_.get(), folder.c_str(), kChanges);
    if (descriptor < 0) {
      all = false;
      continue;
    }
    const auto known = watched_.find(folder);
    if (known == watched_.end() || known->second != descriptor) announce();
    next.emplace(folder, descriptor);
  }
  for (const auto& [folder, descriptor] : watched_) {
    if (!next.contains(folder)) ::inotify_rm_watch(inotify_.get(), descriptor);
  }
  watched_ = std::move(next);
  return all;
}

// What happened does not matter, the next look finds out; only that something did.
void FolderWatch::drain() {
  std::array<char, 16 * 1024> events{};
  bool any = false;
  while (::read(inotify_.get(), events.data(), events.size()) > 0)
    any = true;
  if (any) announce();
}

void FolderWatch::announce() {
  if (std::exchange(announced_, true)) return;
  burst_ = loop_.after(kBurst, [this] {
    announced_ = false;
    on_change_();
  });
}

}  // namespace ringfence::supervisor

// FolderWatch: tells when something changes in any of a set of folders (inotify), soon after the
// last change of a burst. It says nothing about what changed. Where the kernel grants no watch, its
// owner has to look by itself now and then.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "runtime/fd.hpp"
#include "runtime/loop.hpp"

namespace ringfence::supervisor {

class FolderWatch {
 public:
  // Renewals come as a handful of renames.
  static constexpr std::chrono::milliseconds kBurst{50};

  FolderWatch(Loop& loop, std::function<void()> on_change);
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;
  ~FolderWatch() { poll_.close(); }

  // Exactly these from now on. True: all of them are watched. A folder that is new to us counts as
  // changed, for it may have changed before.
  bool watch(const std::set<std::string>& folders);

 private:
  void drain();
  void announce();

  Loop& loop_;
  std::function<void()> on_change_;
  Fd inotify_;
  Poll poll_;
  std::map<std::string, int> watched_;  // folder → watch descriptor
  Timer burst_;
  bool announced_ = false;
};

}  // namespace ringfence::supervisor

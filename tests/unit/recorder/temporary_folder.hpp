// A folder of recordings, gone with its object.
#pragma once

#include <fcntl.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "runtime/fd.hpp"

namespace ringfence::recorder {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = std::filesystem::temp_directory_path() / "ringfence-recorder-XXXXXX";
    path_ = ::mkdtemp(name.data());
    fd_ = Fd(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  int fd() const { return fd_.get(); }
  std::filesystem::path path() const { return path_; }

 private:
  std::string path_;
  Fd fd_;
};

}  // namespace ringfence::recorder

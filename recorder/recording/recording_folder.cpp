#include "recorder/recording/recording_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

namespace ringfence::recorder {
namespace {

constexpr mode_t kFolderMode = 02750;
constexpr mode_t kFileMode = 0640;
constexpr std::size_t kManifestLimit = std::size_t{64} << 20;
constexpr std::size_t kHashedAtOnce = std::size_t{64} << 10;

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

Result<void> write_all(const Fd& file, std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("cannot write " + std::string(name));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fdatasync(file.get()) != 0) return system_error("cannot write " + std::string(name));
  return {};
}

}  // namespace

Result<std::vector<std::string>> names_in(int folder) {
  const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return system_error("cannot read the folder");
  const std::unique_ptr<DIR, CloseFolder> listing(::fdopendir(copy));
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(listing.get())) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  std::ranges::sort(names);
  return names;
}

Result<RecordingFolder> RecordingFolder::create(int parent, const std::string& name) {
  if (::mkdirat(parent, name.c_str(), kFolderMode) != 0) {
    return system_error("cannot make the folder " + name);
  }
  return open(parent, name);
}

Result<RecordingFolder> RecordingFolder::open(int parent, const std::string& path) {
  Fd folder(::openat(parent, path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!folder) return system_error("cannot open " + path);
  return RecordingFolder(std::move(folder));
}

Result<Fd> RecordingFolder::open_file(std::string_view name, int flags) const {
  const std::string path(name);
  // What lies there may be another's work: neither a link is followed nor a pipe waited for.
  const int careful = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  Fd file(::openat(folder_.get(), path.c_str(), flags | careful, kFileMode));
  if (!file) return system_error("cannot open " + path);
  return file;
}

Result<Fd> RecordingFolder::make(const std::string& name) const {
  return open_file(name, O_RDWR | O_CREAT | O_EXCL);
}

Result<Fd> RecordingFolder::open_to_repair(const std::string& name) const {
  return open_file(name, O_RDWR);
}

Result<void> RecordingFolder::append(std::string_view name, std::string_view text) const {
  const auto file = open_file(name, O_WRONLY | O_CREAT | O_APPEND);
  return file ? write_all(*file, text, name) : std::unexpected(file.error());
}

Result<void> RecordingFolder::replace(std::string_view name, std::string_view text) const {
  const std::string fresh = "." + std::string(name);
  const auto file = open_file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file) return std::unexpected(file.error());
  if (const auto written = write_all(*file, text, name); !written) return written;
  if (::renameat(folder_.get(), fresh.c_str(), folder_.get(), std::string(name).c_str()) != 0) {
    return system_error("cannot write " + std::string(name));
  }
  return {};
}

Result<void> RecordingFolder::cut(std::string_view name, std::size_t size) const {
  const auto file = open_file(name, O_WRONLY);
  if (!file) return std::unexpected(file.error());
  if (::ftruncate(file->get(), static_cast<off_t>(size)) != 0) {
    return system_error("cannot shorten " + std::string(name));
  }
  return {};
}

Result<void> RecordingFolder::remove(std::string_view name) const {
  if (::unlinkat(folder_.get(), std::string(name).c_str(), 0) != 0) {
    return system_error("cannot remove " + std::string(name));
  }
  return {};
}

Result<std::string> RecordingFolder::read(std::string_view name) const {
  if (::faccessat(folder_.get(), std::string(name).c_str(), F_OK, 0) != 0 && errno == ENOENT) {
    return std::string();
  }
  const auto file = open_file(name, O_RDONLY);
  return file ? read_whole(*file, kManifestLimit) : std::unexpected(file.error());
}

Result<std::string> RecordingFolder::sha256(std::string_view name) const {
  const auto file = open_file(name, O_RDONLY);
  if (!file) return std::unexpected(file.error());
  Sha256 hash;
  std::vector<std::uint8_t> octets(kHashedAtOnce);
  for (;;) {
    const ssize_t size = ::read(file->get(), octets.data(), octets.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return system_error("cannot read " + std::string(name));
    if (size == 0) return hash.hex();
    hash.add(std::span(octets).first(static_cast<std::size_t>(size)));
  }
}

Result<std::vector<std::string>> RecordingFolder::segments() const {
  auto names = names_in(folder_.get());
  if (names) std::erase_if(*names, [](const auto& name) { return segment_number(name) == 0; });
  if (names) std::ranges::sort(*names, {}, segment_number);
  return names;
}

Result<FileHashes> RecordingFolder::hashes() const {
  const auto names = names_in(folder_.get());
  if (!names) return std::unexpected(names.error());
  FileHashes hashes;
  for (const std::string& name : *names) {
    // Any sound that lies there counts: one that was not signed was put there.
    if (name != kSidecarName && !name.ends_with(".wav")) continue;
    auto hash = sha256(name);
    if (!hash) return std::unexpected(hash.error());
    hashes.emplace(name, std::move(*hash));
  }
  return hashes;
}

}  // namespace ringfence::recorder

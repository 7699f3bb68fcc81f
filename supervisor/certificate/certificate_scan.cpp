#include "supervisor/certificate/certificate_scan.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "supervisor/config/row_rules.hpp"

namespace ringfence::supervisor {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using DirectoryPtr = std::unique_ptr<DIR, CloseDirectory>;

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileStamp stamp(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  return {status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim),
          nanoseconds(status.st_ctim)};
}

std::vector<std::string> entries(const std::string& path) {
  std::vector<std::string> names;
  const DirectoryPtr directory(::opendir(path.c_str()));
  if (!directory) return names;
  while (const dirent* entry = ::readdir(directory.get())) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  return names;
}

void look_at_pair(const std::string& directory, const std::string& name,
                  CertificateFolder& folder) {
  const std::string path = directory + "/" + name;
  const PairStamp pair{stamp(path + kChainFile), stamp(path + kKeyFile)};
  const auto warn = [&](const std::string& message) {
    folder.warnings.push_back({"certificates", 0, name, message});
  };
  if (!pair.chain.exists() && !pair.key.exists()) {
    struct stat status{};
    if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
      warn(path + " holds neither fullchain.pem nor privkey.pem");
    }
    return;
  }
  if (name != kDefaultFolder && !is_host_name(name)) {
    warn(path + ": the folder's name is no host name");
    return;
  }
  if (pair.chain.exists() && pair.key.exists()) {
    folder.complete.emplace(name, pair);
    return;
  }
  folder.broken.insert(name);
  warn(path + (pair.chain.exists() ? kKeyFile : kChainFile) + " is missing");
}

}  // namespace

std::set<std::string> CertificateFolder::names() const {
  std::set<std::string> all = broken;
  for (const auto& [name, pair] : complete)
    all.insert(name);
  return all;
}

CertificateFolder scan_certificates(const std::string& directory) {
  CertificateFolder folder;
  struct stat status{};
  if (::stat(directory.c_str(), &status) != 0) {
    folder.warnings.push_back(
        {"certificates", 0, "", "cannot read " + directory + ": " + std::strerror(errno)});
    return folder;
  }
  for (const std::string& name : entries(directory)) {
    if (name != kTrustFolder) look_at_pair(directory, name, folder);
  }
  const std::string trust = directory + "/" + kTrustFolder;
  for (const std::string& name : entries(trust)) {
    if (!name.ends_with(".pem")) continue;
    const std::string path = trust + "/" + name;
    if (const FileStamp file = stamp(path); file.exists()) folder.trust.emplace(path, file);
  }
  std::ranges::sort(folder.warnings);
  return folder;
}

CertificatePlan plan_certificates(const CertificateFolder& before, const CertificateFolder& now) {
  CertificatePlan plan;
  for (const auto& [name, pair] : now.complete) {
    const auto old = before.complete.find(name);
    if (old == before.complete.end() || old->second != pair) plan.send.push_back(name);
  }
  for (const std::string& name : before.names()) {
    if (!now.complete.contains(name) && !now.broken.contains(name)) plan.remove.push_back(name);
  }
  plan.trust_changed = before.trust != now.trust;
  return plan;
}

}  // namespace ringfence::supervisor

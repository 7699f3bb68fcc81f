#include "supervisor/certificate/certificate_scan.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
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

// A renewed file behind a link is renewed in the folder that the link leads to.
void follow(const std::string& path, CertificateFolder& folder) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISLNK(status.st_mode)) return;
  char* target = ::realpath(path.c_str(), nullptr);
  if (target == nullptr) return;
  const std::string file = target;
  std::free(target);
  folder.folders.insert(file.substr(0, file.rfind('/')));
}

FileStamp stamp_and_follow(const std::string& path, CertificateFolder& folder) {
  const FileStamp file = stamp(path);
  if (file.exists()) follow(path, folder);
  return file;
}

PairStamps look_at_pairs(const std::string& path, CertificateFolder& folder) {
  PairStamps pairs;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const PairPaths paths(path, kPairNames[i]);
    pairs[i] = {stamp_and_follow(paths.chain, folder), stamp_and_follow(paths.key, folder),
                stamp_and_follow(paths.ocsp, folder)};
  }
  return pairs;
}

bool is_folder(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

void look_at_name(const std::string& directory, const std::string& name,
                  CertificateFolder& folder) {
  const std::string path = directory + "/" + name;
  if (!is_folder(path)) return;
  folder.folders.insert(path);
  const PairStamps pairs = look_at_pairs(path, folder);
  const auto warn = [&](const std::string& message) {
    folder.warnings.push_back({"certificates", 0, name, message});
  };
  const auto any = [&](auto has) { return std::ranges::any_of(pairs, has); };
  if (!any([](const PairStamp& p) { return p.chain.exists() || p.key.exists(); })) {
    return warn(path + " holds neither fullchain.pem nor privkey.pem");
  }
  if (name != kDefaultFolder && !is_host_name(name)) {
    return warn(path + ": the folder's name is no host name");
  }
  if (!any([](const PairStamp& p) { return p.chain.exists() != p.key.exists(); })) {
    folder.complete.emplace(name, pairs);
    return;
  }
  folder.broken.insert(name);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const PairPaths paths(path, kPairNames[i]);
    if (pairs[i].chain.exists() && !pairs[i].key.exists()) warn(paths.key + " is missing");
    if (!pairs[i].chain.exists() && pairs[i].key.exists()) warn(paths.chain + " is missing");
  }
}

}  // namespace

PairPaths::PairPaths(const std::string& folder, std::string_view pair) {
  const std::string dot = pair.empty() ? "." : "." + std::string(pair) + ".";
  chain = folder + "/fullchain" + dot + "pem";
  key = folder + "/privkey" + dot + "pem";
  ocsp = folder + "/ocsp" + dot + "der";
}

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
    if (name != kTrustFolder) look_at_name(directory, name, folder);
  }
  folder.folders.insert(directory);
  const std::string trust = directory + "/" + kTrustFolder;
  if (is_folder(trust)) folder.folders.insert(trust);
  for (const std::string& name : entries(trust)) {
    if (!name.ends_with(".pem")) continue;
    const std::string path = trust + "/" + name;
    if (const FileStamp file = stamp_and_follow(path, folder); file.exists())
      folder.trust.emplace(path, file);
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

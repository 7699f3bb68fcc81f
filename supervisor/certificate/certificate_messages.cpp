#include "supervisor/certificate/certificate_messages.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include <algorithm>

#include "proto/channel/frame_codec.hpp"

namespace ringfence::supervisor {
namespace {

// A chain with all its intermediates has some 10 KB.
constexpr std::size_t kMaxFile = 1 << 20;
constexpr const char* kSystemTrustStore = "/etc/ssl/certs/ca-certificates.crt";

Result<Fd> open_regular(const std::string& path) {
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) return system_error("cannot open " + path);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return system_error("cannot open " + path);
  if (!S_ISREG(status.st_mode)) return fail(path + " is no regular file");
  return file;
}

// The content as it is now, in memory that nobody can change any more.
Result<Fd> sealed_copy(const std::string& path) {
  const auto file = open_regular(path);
  if (!file) return std::unexpected(file.error());
  Fd copy(::memfd_create("certificate", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!copy) return system_error("cannot copy " + path);
  std::size_t copied = 0;
  while (true) {
    const ssize_t n = ::sendfile(copy.get(), file->get(), nullptr, kMaxFile + 1 - copied);
    if (n < 0) return system_error("cannot copy " + path);
    if (n == 0) break;
    copied += static_cast<std::size_t>(n);
    if (copied > kMaxFile) return fail(path + " is longer than 1 MiB");
  }
  ::fcntl(copy.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
  return copy;
}

}  // namespace

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::vector<int> MessageWithFds::numbers() const {
  std::vector<int> numbers;
  for (const Fd& fd : fds)
    numbers.push_back(fd.get());
  return numbers;
}

Result<CertificateMessages> certificate_messages(const std::string& directory,
                                                 const std::string& name, const PairStamps& pairs,
                                                 std::uint64_t& last_key) {
  CertificateMessages result;
  proto::Certificate& certificate = *result.certificate.message.mutable_certificate();
  certificate.set_sni(lower_case(name));
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (!pairs[i].complete()) continue;
    const PairPaths paths(directory + "/" + name, kPairNames[i]);
    auto chain = sealed_copy(paths.chain);
    if (!chain) return std::unexpected(chain.error());
    auto key = sealed_copy(paths.key);
    if (!key) return std::unexpected(key.error());
    proto::CertificatePair& pair = *certificate.add_pairs();
    pair.set_name(std::string(kPairNames[i]));
    pair.set_key(++last_key);
    result.certificate.fds.push_back(std::move(*chain));
    MessageWithFds& kept = result.keys.emplace_back();
    kept.message.mutable_private_key()->set_key(last_key);
    kept.fds.push_back(std::move(*key));
    if (!pairs[i].ocsp.exists()) continue;
    auto ocsp = sealed_copy(paths.ocsp);
    if (!ocsp) return std::unexpected(ocsp.error());
    pair.set_has_ocsp(true);
    result.certificate.fds.push_back(std::move(*ocsp));
  }
  return result;
}

proto::FromSupervisor certificate_removed_message(const std::string& name) {
  proto::FromSupervisor message;
  message.mutable_certificate_removed()->set_sni(lower_case(name));
  return message;
}

MessageWithFds trust_anchors_message(const std::map<std::string, FileStamp>& files,
                                     std::string& error) {
  MessageWithFds result;
  auto system_store = open_regular(kSystemTrustStore);
  result.message.mutable_trust_anchors()->set_use_system_store(system_store.has_value());
  if (system_store) result.fds.push_back(std::move(*system_store));
  for (const auto& [path, stamp] : files) {
    if (result.fds.size() == channel::kMaxFrameFds) {
      error = "more trust files than " + std::to_string(channel::kMaxFrameFds) + ": " + path;
      break;
    }
    auto opened = open_regular(path);
    if (opened) {
      result.fds.push_back(std::move(*opened));
    } else if (error.empty()) {
      error = opened.error().message;
    }
  }
  return result;
}

}  // namespace ringfence::supervisor

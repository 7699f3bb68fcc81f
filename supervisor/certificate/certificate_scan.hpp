// What lies in the certificate folder, without opening any of it: DIR/<SNI name>/fullchain.pem and
// privkey.pem, and DIR/trust/*.pem. scan_certificates() looks (stat only), plan_certificates()
// compares two looks and is pure.
#pragma once

#include <sys/types.h>

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "supervisor/config/config.hpp"

namespace ringfence::supervisor {

inline constexpr const char* kChainFile = "/fullchain.pem";
inline constexpr const char* kKeyFile = "/privkey.pem";
inline constexpr const char* kTrustFolder = "trust";
// The folder that answers a handshake without SNI.
inline constexpr const char* kDefaultFolder = "default";

// Tells a file from what it was before; all zero: it is not there.
struct FileStamp {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;

  bool exists() const { return inode != 0; }
  auto operator<=>(const FileStamp&) const = default;
};

struct PairStamp {
  FileStamp chain;
  FileStamp key;

  auto operator<=>(const PairStamp&) const = default;
};

struct CertificateFolder {
  std::map<std::string, PairStamp> complete;  // SNI name → its pair
  std::set<std::string> broken;               // one of the two files is missing
  std::map<std::string, FileStamp> trust;     // path → stamp
  std::vector<Problem> warnings;

  std::set<std::string> names() const;  // every folder, complete or not
};

CertificateFolder scan_certificates(const std::string& directory);

struct CertificatePlan {
  std::vector<std::string> send;
  // The folder or both its files are gone. A pair that lost one file stays as it was.
  std::vector<std::string> remove;
  bool trust_changed = false;

  bool empty() const { return send.empty() && remove.empty() && !trust_changed; }
};

CertificatePlan plan_certificates(const CertificateFolder& before, const CertificateFolder& now);

}  // namespace ringfence::supervisor

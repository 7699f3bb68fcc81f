// What lies in the certificate folder, without opening any of it: DIR/<SNI name>/fullchain.pem and
// privkey.pem, beside or instead of them fullchain.rsa.pem with privkey.rsa.pem and
// fullchain.ecdsa.pem with privkey.ecdsa.pem, ocsp.der (ocsp.rsa.der, ocsp.ecdsa.der), and
// DIR/trust/*.pem. scan_certificates() looks (stat only), plan_certificates() compares two looks
// and is pure.
#pragma once

#include <sys/types.h>

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "supervisor/config/config.hpp"

namespace ringfence::supervisor {

// The pairs that one name may have, as their files call them.
inline constexpr std::array<std::string_view, 3> kPairNames = {"", "rsa", "ecdsa"};
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
  FileStamp ocsp;  // need not be there

  bool complete() const { return chain.exists() && key.exists(); }
  auto operator<=>(const PairStamp&) const = default;
};
// By kPairNames; what is not there is all zero.
using PairStamps = std::array<PairStamp, kPairNames.size()>;

// Where the files of a pair lie.
struct PairPaths {
  PairPaths(const std::string& folder, std::string_view pair);
  std::string chain;
  std::string key;
  std::string ocsp;
};

struct CertificateFolder {
  std::map<std::string, PairStamps> complete;  // SNI name → its pairs
  std::set<std::string> broken;                // of some pair one file is missing
  std::map<std::string, FileStamp> trust;      // path → stamp
  std::vector<Problem> warnings;
  std::set<std::string> folders;  // where a change would matter, those that links lead to included

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

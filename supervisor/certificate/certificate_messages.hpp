// Opens certificate files and wraps their descriptors into the messages for tls-front (chains) and
// key-keeper (keys). Nothing is looked at here. A pair is copied, inside the kernel, to sealed
// memory: what tls-front found good can be given to its successor even when the file was
// overwritten meanwhile. Files must be regular.
#pragma once

#include <string>
#include <vector>

#include "runtime/fd.hpp"
#include "supervisor/certificate/certificate_scan.hpp"

namespace ringfence::supervisor {

struct MessageWithFds {
  proto::FromSupervisor message;
  std::vector<Fd> fds;

  std::vector<int> numbers() const;
};

// What is said of one name: its keys to key-keeper, and then, to tls-front, what they belong to.
struct CertificateMessages {
  std::vector<MessageWithFds> keys;
  MessageWithFds certificate;
};

// As names are compared (RFC 6066 §3: DNS names, so without regard to case).
std::string lower_case(std::string text);

// With every pair that `pairs` says is there. `last_key`: the number of the last key so far,
// counted on: a key's content never changes under its number.
Result<CertificateMessages> certificate_messages(const std::string& directory,
                                                 const std::string& name, const PairStamps& pairs,
                                                 std::uint64_t& last_key);
proto::FromSupervisor certificate_removed_message(const std::string& name);
// The system's trust store, where it exists, and the given files. Files that cannot be opened are
// left out; the first of these is named in `error`.
MessageWithFds trust_anchors_message(const std::map<std::string, FileStamp>& files,
                                     std::string& error);

}  // namespace ringfence::supervisor

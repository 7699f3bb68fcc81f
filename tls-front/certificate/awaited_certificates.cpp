#include "tls-front/certificate/awaited_certificates.hpp"

#include <algorithm>
#include <set>

namespace ringfence::tls_front {

void AwaitedCertificates::remove(std::string_view sni) {
  std::erase_if(awaited_, [&](const AwaitedCertificate& one) { return one.sni == sni; });
}

std::vector<AwaitedCertificate> AwaitedCertificates::take(const IsKnown& is_known) {
  std::vector<AwaitedCertificate> taken;
  std::vector<AwaitedCertificate> left;
  std::set<std::string> waiting;
  for (AwaitedCertificate& one : awaited_) {
    const bool known =
        std::ranges::all_of(one.pairs, [&](const AwaitedPair& pair) { return is_known(pair.key); });
    if (known && !waiting.contains(one.sni)) {
      taken.push_back(std::move(one));
    } else {
      waiting.insert(one.sni);
      left.push_back(std::move(one));
    }
  }
  awaited_ = std::move(left);
  return taken;
}

}  // namespace ringfence::tls_front

#include "tls-front/certificate/awaited_certificates.hpp"

#include <gmock/gmock.h>

#include <set>

namespace ringfence::tls_front {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

AwaitedCertificate certificate(const std::string& sni, std::vector<KeyNumber> keys) {
  AwaitedCertificate made{sni, {}};
  for (const KeyNumber key : keys)
    made.pairs.push_back({"", key, "chain", {}});
  return made;
}

std::vector<KeyNumber> first_keys(AwaitedCertificates& awaited, const std::set<KeyNumber>& known) {
  std::vector<KeyNumber> keys;
  for (const auto& one : awaited.take([&](KeyNumber key) { return known.contains(key); }))
    keys.push_back(one.pairs.front().key);
  return keys;
}

TEST(AwaitedCertificatesTest, WaitForAllTheirKeys) {
  AwaitedCertificates awaited;
  awaited.add(certificate("a.test", {1, 2}));
  EXPECT_THAT(first_keys(awaited, {1}), IsEmpty());
  EXPECT_FALSE(awaited.empty());
  EXPECT_THAT(first_keys(awaited, {1, 2}), ElementsAre(1));
  EXPECT_TRUE(awaited.empty());
}

TEST(AwaitedCertificatesTest, NeverOvertakeOthersOfTheirName) {
  AwaitedCertificates awaited;
  awaited.add(certificate("a.test", {1}));
  awaited.add(certificate("a.test", {2}));
  awaited.add(certificate("b.test", {3}));
  EXPECT_THAT(first_keys(awaited, {2, 3}), ElementsAre(3));
  EXPECT_THAT(first_keys(awaited, {1, 2, 3}), ElementsAre(1, 2));
}

TEST(AwaitedCertificatesTest, AreForgottenWithTheirName) {
  AwaitedCertificates awaited;
  awaited.add(certificate("a.test", {1}));
  awaited.add(certificate("b.test", {2}));
  awaited.remove("a.test");
  EXPECT_THAT(first_keys(awaited, {1, 2}), ElementsAre(2));
}

}  // namespace
}  // namespace ringfence::tls_front

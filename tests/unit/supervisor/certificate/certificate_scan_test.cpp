// What a look at the certificate folder finds, and what two looks tell apart (F033,
// F035).
#include "supervisor/certificate/certificate_scan.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "supervisor/certificate/certificate_messages.hpp"

namespace ringfence::supervisor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
namespace fs = std::filesystem;

class CertificateScan : public testing::Test {
 protected:
  CertificateScan() {
    std::string pattern = (fs::temp_directory_path() / "ringfence-certs-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~CertificateScan() override { fs::remove_all(folder_); }

  void write(const std::string& path, const std::string& content = "x") {
    fs::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path) << content;
  }
  void write_pair(const std::string& name) {
    write(name + "/fullchain.pem");
    write(name + "/privkey.pem");
  }
  CertificateFolder scan() { return scan_certificates(folder_.string()); }
  CertificatePlan look() {
    CertificateFolder now = scan();
    CertificatePlan plan = plan_certificates(before_, now);
    before_ = std::move(now);
    return plan;
  }

  fs::path folder_;
  CertificateFolder before_;
};

TEST_F(CertificateScan, SendsNewPairsOnceAndThenNothing) {
  write_pair("demo.test");
  write_pair("default");
  EXPECT_THAT(look().send, ElementsAre("default", "demo.test"));
  EXPECT_TRUE(look().empty());
}

TEST_F(CertificateScan, SendsAPairAgainWhenEitherFileChanges) {
  write_pair("demo.test");
  look();
  write("demo.test/privkey.pem", "renewed");
  EXPECT_THAT(look().send, ElementsAre("demo.test"));
  // As ACME clients do it: a new file takes the old one's name.
  write("next", "x");
  fs::rename(folder_ / "next", folder_ / "demo.test/fullchain.pem");
  EXPECT_THAT(look().send, ElementsAre("demo.test"));
}

TEST_F(CertificateScan, FollowsTheLinksOfALiveFolder) {
  write("archive/chain1.pem");
  write("archive/key1.pem");
  write("archive/chain2.pem", "2");
  fs::create_directories(folder_ / "demo.test");
  fs::create_symlink("../archive/chain1.pem", folder_ / "demo.test/fullchain.pem");
  fs::create_symlink("../archive/key1.pem", folder_ / "demo.test/privkey.pem");
  EXPECT_THAT(look().send, ElementsAre("demo.test"));
  fs::remove(folder_ / "demo.test/fullchain.pem");
  fs::create_symlink("../archive/chain2.pem", folder_ / "demo.test/fullchain.pem");
  EXPECT_THAT(look().send, ElementsAre("demo.test"));
}

TEST_F(CertificateScan, RemovesAPairWhoseFolderIsGoneAndKeepsOneThatLostAFile) {
  write_pair("a.test");
  write_pair("b.test");
  look();
  fs::remove_all(folder_ / "a.test");
  fs::remove(folder_ / "b.test/privkey.pem");
  const CertificatePlan plan = look();
  EXPECT_THAT(plan.remove, ElementsAre("a.test"));
  EXPECT_THAT(plan.send, IsEmpty());
  ASSERT_THAT(before_.warnings, SizeIs(1));
  EXPECT_THAT(before_.warnings[0].message, HasSubstr("b.test/privkey.pem is missing"));
  fs::remove_all(folder_ / "b.test");
  EXPECT_THAT(look().remove, ElementsAre("b.test"));
}

TEST_F(CertificateScan, WarnsOfWhatItCannotUse) {
  fs::create_directories(folder_ / "empty.test");
  write_pair("not a name");
  write("README");
  const auto warnings = scan().warnings;
  ASSERT_THAT(warnings, SizeIs(2));
  EXPECT_THAT(warnings[0].message, HasSubstr("holds neither"));
  EXPECT_THAT(warnings[1].message, HasSubstr("is no host name"));
  EXPECT_THAT(scan_certificates("/nonexistent").warnings, SizeIs(1));
}

TEST_F(CertificateScan, SeesTrustAnchorsComeAndGo) {
  write("trust/carrier.pem");
  EXPECT_TRUE(look().trust_changed);
  EXPECT_FALSE(look().trust_changed);
  fs::remove(folder_ / "trust/carrier.pem");
  EXPECT_TRUE(look().trust_changed);
}

TEST_F(CertificateScan, OpensBothFilesOfAPairAndNothingElse) {
  write_pair("Demo.Test");
  const PairStamps pairs = scan().complete.at("Demo.Test");
  std::uint64_t last_key = 6;
  const auto messages = certificate_messages(folder_.string(), "Demo.Test", pairs, last_key);
  ASSERT_TRUE(messages);
  const proto::Certificate& certificate = messages->certificate.message.certificate();
  EXPECT_EQ(certificate.sni(), "demo.test");
  EXPECT_THAT(messages->certificate.fds, SizeIs(1));
  ASSERT_THAT(messages->keys, SizeIs(1));
  EXPECT_THAT(messages->keys[0].fds, SizeIs(1));
  EXPECT_EQ(messages->keys[0].message.private_key().key(), 7u);
  EXPECT_EQ(certificate.pairs(0).key(), 7u);
  fs::remove(folder_ / "Demo.Test/privkey.pem");
  fs::create_directory(folder_ / "Demo.Test/privkey.pem");
  EXPECT_FALSE(certificate_messages(folder_.string(), "Demo.Test", pairs, last_key));
}

TEST_F(CertificateScan, FindsASecondPairAndTheOcspResponsesBesideThem) {
  write_pair("demo.test");
  write("demo.test/fullchain.rsa.pem");
  EXPECT_THAT(look().send, IsEmpty()) << "half a pair";
  EXPECT_THAT(before_.warnings[0].message, HasSubstr("privkey.rsa.pem is missing"));
  write("demo.test/privkey.rsa.pem");
  EXPECT_THAT(look().send, ElementsAre("demo.test"));
  write("demo.test/ocsp.rsa.der", "response");
  EXPECT_THAT(look().send, ElementsAre("demo.test"));
  std::uint64_t last_key = 0;
  const auto messages = certificate_messages(folder_.string(), "demo.test",
                                             before_.complete.at("demo.test"), last_key);
  ASSERT_TRUE(messages);
  const auto& pairs = messages->certificate.message.certificate().pairs();
  ASSERT_THAT(pairs, SizeIs(2));
  EXPECT_EQ(pairs[0].name(), "");
  EXPECT_FALSE(pairs[0].has_ocsp());
  EXPECT_EQ(pairs[1].name(), "rsa");
  EXPECT_TRUE(pairs[1].has_ocsp());
  EXPECT_THAT(messages->keys, SizeIs(2));
  EXPECT_THAT(messages->certificate.fds, SizeIs(3));
  EXPECT_EQ(*read_whole(messages->certificate.fds[2], 100), "response");
}

TEST_F(CertificateScan, NamesTheFoldersWhereAChangeMatters) {
  write("../" + folder_.filename().string() + ".archive/chain.pem");
  write_pair("demo.test");
  write("trust/ca.pem");
  const fs::path archive = folder_.string() + ".archive";
  fs::remove(folder_ / "demo.test/fullchain.pem");
  fs::create_symlink(archive / "chain.pem", folder_ / "demo.test/fullchain.pem");
  EXPECT_THAT(scan().folders,
              testing::UnorderedElementsAre(folder_.string(), (folder_ / "demo.test").string(),
                                            (folder_ / "trust").string(), archive.string()));
  fs::remove_all(archive);
}

}  // namespace
}  // namespace ringfence::supervisor

// What tls-front is given, and what its successor is given (F033).
#include "supervisor/certificate/certificate_set.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace ringfence::supervisor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
namespace fs = std::filesystem;

class Certificates : public testing::Test {
 protected:
  Certificates() {
    std::string pattern = (fs::temp_directory_path() / "ringfence-certs-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    fs::create_directories(folder_ / "demo.test");
    write("privkey.pem", "key");
  }
  ~Certificates() override { fs::remove_all(folder_); }

  void write(const std::string& file, const std::string& content) {
    std::ofstream(folder_ / "demo.test" / file) << content;
  }
  // What is sent now: the chain's content for a pair, "-sni" for a removal.
  std::vector<std::string> sent(CertificateSet& set) {
    std::vector<std::string> all;
    set.pump([&](const MessageWithFds& sent) {
      if (sent.message.has_certificate()) {
        all.push_back(*read_whole(sent.fds.at(0), 1000));
        last_key_ = sent.message.certificate().pairs(0).key();
      }
      if (sent.message.has_certificate_removed()) {
        all.push_back("-" + sent.message.certificate_removed().sni());
      }
    });
    return all;
  }
  // What was sent last, or, of an older report, what was sent before.
  void judge(CertificateSet& set, const std::string& error, std::uint64_t keys_ago = 0) {
    proto::TlsFrontHealth health;
    auto& certificate = *health.add_certificates();
    certificate.set_sni("demo.test");
    certificate.set_error(error);
    certificate.set_newest_key(last_key_ - keys_ago);
    set.learn(health);
  }

  std::uint64_t last_key_ = 0;
  Logger log_{"test", LogLevel::error, LogFormat::text};
  fs::path folder_;
};

TEST_F(Certificates, GiveASuccessorTheLastUsablePairBeforeTheBrokenOne) {
  CertificateSet set(folder_.string(), log_);
  write("fullchain.pem", "good");
  set.scan();
  EXPECT_THAT(sent(set), ElementsAre("good"));
  judge(set, "");
  write("fullchain.pem", "garbage");
  set.scan();
  EXPECT_THAT(sent(set), ElementsAre("garbage"));
  judge(set, "no certificate in it");
  set.start_over();
  EXPECT_THAT(sent(set), ElementsAre("good", "garbage"));
  write("fullchain.pem", "renewed");
  set.scan();
  sent(set);
  judge(set, "");
  set.start_over();
  EXPECT_THAT(sent(set), ElementsAre("renewed"));
}

TEST_F(Certificates, NeverTakeAPairForUsableThatNobodyHasJudged) {
  CertificateSet set(folder_.string(), log_);
  write("fullchain.pem", "first");
  set.scan();
  sent(set);
  write("fullchain.pem", "second");
  set.scan();
  sent(set);
  judge(set, "broken");
  set.start_over();
  EXPECT_THAT(sent(set), ElementsAre("second"));
}

TEST_F(Certificates, AreNotJudgedByAReportAboutThoseBefore) {
  CertificateSet set(folder_.string(), log_);
  write("fullchain.pem", "good");
  set.scan();
  sent(set);
  judge(set, "");
  write("fullchain.pem", "garbage");
  set.scan();
  sent(set);
  judge(set, "", 1);
  write("fullchain.pem", "garbage once more");
  set.scan();
  sent(set);
  set.start_over();
  EXPECT_THAT(sent(set), ElementsAre("good", "garbage once more"));
}

TEST_F(Certificates, AreWithdrawnWhenTheFolderGoes) {
  CertificateSet set(folder_.string(), log_);
  write("fullchain.pem", "good");
  set.scan();
  sent(set);
  fs::remove_all(folder_ / "demo.test");
  EXPECT_TRUE(set.scan());
  EXPECT_THAT(sent(set), ElementsAre("-demo.test"));
  set.start_over();
  EXPECT_THAT(sent(set), IsEmpty());
}

TEST_F(Certificates, AreSentInPortionsWhenThereAreMany) {
  for (int i = 0; i < 100; ++i) {
    const fs::path pair = folder_ / ("t" + std::to_string(i) + ".test");
    fs::create_directories(pair);
    std::ofstream(pair / "fullchain.pem") << i;
    std::ofstream(pair / "privkey.pem") << i;
  }
  CertificateSet set(folder_.string(), log_);
  set.scan();
  EXPECT_THAT(sent(set), SizeIs(64));
  EXPECT_TRUE(set.has_work());
  EXPECT_THAT(sent(set), SizeIs(36));
  EXPECT_FALSE(set.has_work());
}

}  // namespace
}  // namespace ringfence::supervisor

// TlsSession against TlsSession, in memory.
#include "tls-front/tls/tls_session.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>

#include "tests/unit/tls-front/test_pki.hpp"
#include "tls-front/certificate/certificate_store.hpp"
#include "tls-front/certificate/trust_anchors.hpp"
#include "tls-front/tls/tls_engine.hpp"

namespace ringfence::tls_front {
namespace {

class TlsSessionTest : public testing::Test {
 protected:
  TlsSessionTest() {
    CertificateWish wish;
    wish.alternative_names = {"DNS:a.test"};
    const TestPair pair = authority_.issue(wish);
    certificates_.load("a.test", one_pair(pair));
    const std::string anchors[] = {authority_.certificate()};
    engine_->set_trust(std::move(read_trust_anchors(anchors)->store));
    server_ = engine_->accept(certificates_, ClientCertificate::not_asked, to_client_);
  }
  void connect(const std::string& name, VerifyMode mode = VerifyMode::full) {
    client_ = engine_->connect({name, mode}, to_server_);
  }
  static TlsStep step(TlsSession& session, std::string& incoming, std::size_t piece) {
    TlsStep result = TlsStep::need_read;
    const std::string records = std::exchange(incoming, {});
    std::string_view rest = records;
    do {
      const std::string_view part = rest.substr(0, piece);
      session.feed(part);
      result = session.handshake();
      rest.remove_prefix(part.size());
    } while (!rest.empty() && result == TlsStep::need_read);
    return result;
  }
  // Client's and server's last step.
  std::pair<TlsStep, TlsStep> shake_hands(std::size_t piece = 100'000) {
    std::pair last{TlsStep::need_read, TlsStep::need_read};
    for (int i = 0; i < 6; ++i) {
      if (last.first == TlsStep::need_read) last.first = step(*client_, to_client_, piece);
      if (last.second == TlsStep::need_read) last.second = step(*server_, to_server_, piece);
    }
    return last;
  }

  TestAuthority authority_;
  std::unique_ptr<TlsEngine> engine_ = std::move(*TlsEngine::create());
  CertificateStore certificates_;
  std::string to_client_;
  std::string to_server_;
  std::unique_ptr<TlsSession> server_;
  std::unique_ptr<TlsSession> client_;
};

TEST_F(TlsSessionTest, ShakesHandsAndCarriesOctets) {
  connect("a.test");
  ASSERT_EQ(shake_hands(), std::pair(TlsStep::done, TlsStep::done));
  EXPECT_EQ(server_->facts().server_name, "a.test");
  EXPECT_EQ(client_->facts().verified_names, std::vector<std::string>{"a.test"});
  EXPECT_EQ(client_->facts().version, "TLSv1.3");
  ASSERT_EQ(client_->write("hello"), TlsStep::done);
  std::array<char, 64> plain{};
  std::size_t octets = 0;
  server_->feed(to_server_);
  ASSERT_EQ(server_->read(plain, octets), TlsStep::done);
  EXPECT_EQ(std::string_view(plain.data(), octets), "hello");
  EXPECT_EQ(server_->read(plain, octets), TlsStep::need_read);
}

TEST_F(TlsSessionTest, TakesAHelloOctetByOctet) {  // R186, F041
  connect("a.test");
  EXPECT_EQ(shake_hands(1), std::pair(TlsStep::done, TlsStep::done));
}

TEST_F(TlsSessionTest, TellsCloseNotifyFromAnEnd) {  // R187
  connect("a.test");
  shake_hands();
  to_server_.clear();
  client_->close();
  std::array<char, 64> plain{};
  std::size_t octets = 0;
  server_->feed(to_server_);
  EXPECT_EQ(server_->read(plain, octets), TlsStep::closed);
}

TEST_F(TlsSessionTest, RefusesAnUnknownNameOnBothSides) {  // R183
  connect("b.test");
  EXPECT_EQ(shake_hands(), std::pair(TlsStep::failed, TlsStep::failed));
  EXPECT_EQ(server_->failure().kind, TlsFailureKind::unknown_name);
  EXPECT_EQ(client_->failure().kind, TlsFailureKind::peer_alert);
}

TEST_F(TlsSessionTest, TheCertificateIsTheOneOfTheNameEvenWithAnotherPolicy) {  // R183
  connect("a.test", VerifyMode::ca);
  EXPECT_EQ(shake_hands().first, TlsStep::done);
}

TEST_F(TlsSessionTest, KnowsWhatIsNotTls) {
  std::string request = "GET / HTTP/1.1\r\n\r\n";
  EXPECT_EQ(step(*server_, request, 1000), TlsStep::failed);
  EXPECT_EQ(server_->failure().kind, TlsFailureKind::not_tls);
  EXPECT_EQ(name_of(server_->failure().kind), "not_tls");
}

TEST_F(TlsSessionTest, AnExpiredCertificateOfOursIsOurFault) {
  CertificateWish wish;
  wish.alternative_names = {"DNS:a.test"};
  wish.valid_to_seconds = -60;
  const TestPair pair = authority_.issue(wish);
  certificates_.load("a.test", one_pair(pair));
  connect("a.test");
  EXPECT_EQ(shake_hands(), std::pair(TlsStep::failed, TlsStep::failed));
  EXPECT_EQ(server_->failure().kind, TlsFailureKind::own_certificate);
  EXPECT_TRUE(is_our_fault(server_->failure().kind));
  EXPECT_FALSE(is_our_fault(TlsFailureKind::not_tls));
}

TEST_F(TlsSessionTest, ABrokenRecordEndsTheSession) {  // F043
  connect("a.test");
  shake_hands();
  to_server_.clear();
  client_->write("hello");
  to_server_.back() = static_cast<char>(to_server_.back() ^ 1);
  std::array<char, 64> plain{};
  std::size_t octets = 0;
  server_->feed(to_server_);
  EXPECT_EQ(server_->read(plain, octets), TlsStep::failed);
}

TEST_F(TlsSessionTest, ResumesNothingWithoutKeys) {  // R180, R182
  connect("a.test");
  to_client_.clear();
  shake_hands();
  // No ticket follows the handshake.
  EXPECT_TRUE(to_client_.empty());
}

TEST_F(TlsSessionTest, SaysWhatWasAgreedOn) {
  connect("a.test");
  shake_hands();
  EXPECT_EQ(server_->facts().version, "TLSv1.3");
  EXPECT_FALSE(server_->facts().group.empty());
  EXPECT_FALSE(server_->facts().resumed);
  ASSERT_TRUE(engine_->set_groups("P-384 P-256"));
  server_ = engine_->accept(certificates_, ClientCertificate::not_asked, to_client_);
  to_client_.clear();
  to_server_.clear();
  connect("a.test");
  ASSERT_EQ(shake_hands(), std::pair(TlsStep::done, TlsStep::done));
  EXPECT_EQ(server_->facts().group, "secp384r1");
}

TEST_F(TlsSessionTest, LeavesOutGroupsThatOpensslDoesNotKnow) {
  const auto unknown = engine_->set_groups("X25519NOSUCH X25519 P-256");
  ASSERT_TRUE(unknown);
  EXPECT_EQ(*unknown, std::vector<std::string>{"X25519NOSUCH"});
  EXPECT_EQ(engine_->groups(), "X25519:P-256");
  EXPECT_FALSE(engine_->set_groups("NOSUCH"));
  EXPECT_EQ(engine_->groups(), "X25519:P-256") << "as it was";
}

TEST_F(TlsSessionTest, PrefersTheHybridGroupWhereOpensslHasIt) {
  const std::string groups = usable_groups().usable;
  if (OPENSSL_VERSION_NUMBER >= 0x30500000L) {
    EXPECT_TRUE(groups.starts_with("X25519MLKEM768:X25519:")) << groups;
  } else {
    EXPECT_TRUE(groups.starts_with("X25519:")) << groups;
  }
}

}  // namespace
}  // namespace ringfence::tls_front

// Resumption by tickets (R180, F044): an OpenSSL client against our sessions, in memory.
#include "tls-front/tls/ticket_keys.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "tests/unit/tls-front/test_pki.hpp"
#include "tls-front/tls/tls_engine.hpp"

namespace ringfence::tls_front {
namespace {

using SessionPtr = std::unique_ptr<SSL_SESSION, OpensslDeleter<SSL_SESSION_free>>;

SecretBytes key(std::uint8_t filled_with) {
  SecretBytes secret(TicketKeys::kSize);
  for (std::uint8_t& octet : secret.bytes())
    octet = filled_with;
  return secret;
}

std::vector<SecretBytes> keys(std::initializer_list<std::uint8_t> all) {
  std::vector<SecretBytes> made;
  for (const std::uint8_t one : all)
    made.push_back(key(one));
  return made;
}

// What a tls-front is, as far as tickets go.
class Front {
 public:
  explicit Front(std::initializer_list<std::uint8_t> ring) { engine->set_ticket_keys(keys(ring)); }
  const std::unique_ptr<TlsEngine> engine = *TlsEngine::create();
};

class TicketKeysTest : public testing::Test {
 protected:
  TicketKeysTest() {
    for (const char* name : {"a.test", "b.test"})
      store_.load(name, one_pair(authority_.issue({})));
  }

  struct Outcome {
    bool done = false;
    bool resumed = false;
    SessionPtr ticket;  // that came along
    std::string early;  // what the server took for data at once
    int early_status = SSL_EARLY_DATA_NOT_SENT;
  };
  // One connection for `name`, with what an earlier one was given.
  Outcome connect(const Front& front, const std::string& name, SSL_SESSION* earlier = nullptr,
                  ClientCertificate asked = ClientCertificate::not_asked,
                  int version = TLS1_3_VERSION, std::string_view early = {}) {
    Outcome outcome;
    std::string to_client;
    const auto server = front.engine->accept(store_, asked, to_client);
    const SslPtr client = front.engine->trial_client();
    SSL_set_min_proto_version(client.get(), version);
    SSL_set_max_proto_version(client.get(), version);
    BIO* incoming = BIO_new(BIO_s_mem());
    BIO* outgoing = BIO_new(BIO_s_mem());
    SSL_set_bio(client.get(), incoming, outgoing);
    std::string sni = name;
    SSL_ctrl(client.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, sni.data());
    if (earlier != nullptr) SSL_set_session(client.get(), earlier);
    SSL_set_connect_state(client.get());
    if (std::size_t sent = 0; !early.empty()) {
      EXPECT_EQ(SSL_write_early_data(client.get(), early.data(), early.size(), &sent), 1);
    }
    TlsStep step = TlsStep::need_read;
    for (int i = 0; i < 6; ++i) {
      SSL_do_handshake(client.get());
      std::array<char, 16384> octets{};
      const int n = BIO_read(outgoing, octets.data(), static_cast<int>(octets.size()));
      server->feed({octets.data(), n > 0 ? static_cast<std::size_t>(n) : 0});
      if (step == TlsStep::need_read) {
        step = server->handshake();
        if (step == TlsStep::done) {
          std::size_t taken = 0;
          server->read(octets, taken);
          outcome.early.assign(octets.data(), taken);
          server->write("the first answer");
        }
      }
      BIO_write(incoming, to_client.data(), static_cast<int>(to_client.size()));
      to_client.clear();
    }
    std::array<char, 16> nothing{};
    SSL_read(client.get(), nothing.data(), 16);  // takes up a ticket that follows the handshake
    outcome.done = step == TlsStep::done;
    outcome.resumed = outcome.done && server->facts().resumed;
    EXPECT_EQ(outcome.resumed, SSL_session_reused(client.get()) == 1);
    outcome.early_status = SSL_get_early_data_status(client.get());
    outcome.ticket.reset(SSL_get1_session(client.get()));
    // Otherwise OpenSSL takes the end of the client for a reason to distrust its session.
    SSL_set_shutdown(client.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    if (SSL_SESSION_is_resumable(outcome.ticket.get()) != 1) outcome.ticket.reset();
    return outcome;
  }

  TestAuthority authority_;
  CertificateStore store_;
};

TEST_F(TicketKeysTest, ATicketResumesItsName) {
  const Front front{1};
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto asked = ClientCertificate::not_asked;
    const Outcome first = connect(front, "a.test", nullptr, asked, version);
    EXPECT_FALSE(first.resumed);
    ASSERT_TRUE(first.ticket);
    EXPECT_TRUE(connect(front, "a.test", first.ticket.get(), asked, version).resumed) << version;
  }
}

TEST_F(TicketKeysTest, ATicketOfOneTenantIsWorthNothingAtAnother) {  // F044
  const Front front{1};
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto asked = ClientCertificate::not_asked;
    const Outcome first = connect(front, "a.test", nullptr, asked, version);
    ASSERT_TRUE(first.ticket);
    const Outcome other = connect(front, "b.test", first.ticket.get(), asked, version);
    EXPECT_TRUE(other.done) << "a full handshake";
    EXPECT_FALSE(other.resumed);
  }
}

// A client that makes up its right to 0-RTT: what it sends can be replayed by anybody.
TEST_F(TicketKeysTest, EarlyDataIsNeitherOfferedNorTaken) {  // R182
  const Front front{1};
  const Outcome first = connect(front, "a.test");
  ASSERT_TRUE(first.ticket);
  EXPECT_EQ(SSL_SESSION_get_max_early_data(first.ticket.get()), 0u);
  SSL_SESSION_set_max_early_data(first.ticket.get(), 16384);
  const Outcome second = connect(front, "a.test", first.ticket.get(), ClientCertificate::not_asked,
                                 TLS1_3_VERSION, "OPTIONS sip:a.test SIP/2.0\r\n");
  EXPECT_TRUE(second.done);
  EXPECT_EQ(second.early_status, SSL_EARLY_DATA_REJECTED);
  EXPECT_EQ(second.early, "");
}

TEST_F(TicketKeysTest, ATicketOutlivesTheTlsFrontThatWroteIt) {
  const Outcome first = connect(Front{1}, "a.test");
  ASSERT_TRUE(first.ticket);
  EXPECT_TRUE(connect(Front{1}, "a.test", first.ticket.get()).resumed);
}

TEST_F(TicketKeysTest, AnOldKeyStillReadsAndAForgottenOneDoesNot) {
  const Front front{1};
  const Outcome first = connect(front, "a.test");
  front.engine->set_ticket_keys(keys({2, 1}));
  const Outcome second = connect(front, "a.test", first.ticket.get());
  EXPECT_TRUE(second.resumed);
  front.engine->set_ticket_keys(keys({3, 2}));
  EXPECT_FALSE(connect(front, "a.test", first.ticket.get()).resumed);
  EXPECT_TRUE(connect(front, "a.test", second.ticket.get()).resumed) << "it was written anew";
}

TEST_F(TicketKeysTest, ANewCertificateEndsTheOldSessions) {
  const Front front{1};
  const Outcome first = connect(front, "a.test");
  store_.load("a.test", one_pair(authority_.issue({})));
  EXPECT_FALSE(connect(front, "a.test", first.ticket.get()).resumed);
}

TEST_F(TicketKeysTest, WhereClientsProveThemselvesNothingIsResumed) {
  const Front front{1};
  const Outcome trunk = connect(front, "a.test", nullptr, ClientCertificate::asked);
  EXPECT_TRUE(trunk.done);
  EXPECT_FALSE(trunk.ticket);
  const Outcome phone = connect(front, "a.test");
  EXPECT_FALSE(connect(front, "a.test", phone.ticket.get(), ClientCertificate::asked).resumed);
}

TEST_F(TicketKeysTest, KeysOfAnotherSizeAreRefusedAndTheOldOnesStay) {
  const Front front{1};
  const Outcome first = connect(front, "a.test");
  std::vector<SecretBytes> bad = keys({2});
  bad.emplace_back(16);
  EXPECT_FALSE(front.engine->set_ticket_keys(std::move(bad)));
  EXPECT_TRUE(connect(front, "a.test", first.ticket.get()).resumed);
}

}  // namespace
}  // namespace ringfence::tls_front

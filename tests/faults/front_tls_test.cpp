// TLS as hostile or odd clients speak it: F040, F041, F043, F061.
#include <openssl/err.h>

#include <array>
#include <csignal>

#include "tests/faults/front_fixture.hpp"

namespace ringfence::faults {
namespace {

using namespace tls_front;

constexpr unsigned kPadding = 0xffee;  // an extension that nobody knows
constexpr std::size_t kHello = 16 * 1024;

int add_padding(SSL*, unsigned, unsigned, const unsigned char** out, std::size_t* size, X509*,
                std::size_t, int*, void*) {
  static const std::array<unsigned char, kHello> octets{};
  *out = octets.data();
  *size = octets.size();
  return 1;
}

// A client whose records pass through the test's hands.
struct HandClient {
  HandClient() : context(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_add_custom_ext(context.get(), kPadding, SSL_EXT_CLIENT_HELLO, add_padding, nullptr,
                           nullptr, nullptr, nullptr);
    ssl.reset(SSL_new(context.get()));
    incoming = BIO_new(BIO_s_mem());
    outgoing = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl.get(), incoming, outgoing);
    std::string name = "a.test";
    SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    SSL_set_connect_state(ssl.get());
  }
  std::string flight() {
    SSL_do_handshake(ssl.get());
    std::string all;
    std::array<char, 4096> piece{};
    for (int n = 0; (n = BIO_read(outgoing, piece.data(), static_cast<int>(piece.size()))) > 0;)
      all.append(piece.data(), static_cast<std::size_t>(n));
    return all;
  }

  SslContextPtr context;
  SslPtr ssl;
  BIO* incoming = nullptr;
  BIO* outgoing = nullptr;
};

class FrontTls : public FrontFaults {
 protected:
  // Through the handshake, with `socket` carrying the records.
  static void connect(HandClient& client, TestPeer& socket) {
    socket.write(client.flight());
    while (SSL_is_init_finished(client.ssl.get()) != 1) {
      const std::string answer = socket.read(1);
      ASSERT_FALSE(answer.empty());
      BIO_write(client.incoming, answer.data(), static_cast<int>(answer.size()));
      socket.write(client.flight());
    }
  }
  static std::string record_with_options(HandClient& client) {
    const std::string options = "OPTIONS sip:a.test SIP/2.0\r\nContent-Length: 0\r\n\r\n";
    SSL_write(client.ssl.get(), options.data(), static_cast<int>(options.size()));
    return client.flight();
  }
};

TEST_F(FrontTls, F041AHelloOfSixteenKilobytesInSegmentsOfOneOctetIsServed) {
  HandClient client;
  TestPeer socket = TestPeer::connect_tcp(public_tls_, "11.0.0.2");
  const std::string hello = client.flight();
  ASSERT_GT(hello.size(), kHello);
  for (const char octet : hello)
    ASSERT_TRUE(socket.write({&octet, 1}));
  while (SSL_is_init_finished(client.ssl.get()) != 1) {
    const std::string answer = socket.read(1);
    ASSERT_FALSE(answer.empty());
    BIO_write(client.incoming, answer.data(), static_cast<int>(answer.size()));
    const std::string next = client.flight();
    if (!next.empty()) socket.write(next);
  }
  socket.write(record_with_options(client));
  ASSERT_TRUE(wait_for([&] { return core_->messages.size() == 1; }));
}

TEST_F(FrontTls, F041AHelloWithoutEndIsRefused) {
  TestPeer socket = TestPeer::connect_tcp(public_tls_, "11.0.0.2");
  // A handshake message of 16 MB - 1 in records of 16 KB.
  std::string record("\x16\x03\x01\x40\x00\x01\xff\xff\xff", 9);
  record.resize(5 + 0x4000, 'x');
  for (int i = 0; i < 40 && socket.write(record); ++i)
    record.replace(5, 4, "xxxx");
  socket.read(1000);  // an alert says why
  EXPECT_TRUE(socket.at_end());
  ASSERT_TRUE(wait_for([&] { return front_->health.ports(1).handshakes_failed() == 1; }));
}

TEST_F(FrontTls, F040OddNamesAreAnsweredOrRefusedAndNeverMixed) {
  for (const char* name : {"A.TEST", "a.test.", "A.Test."})
    EXPECT_TRUE(TestPeer::connect_tls(public_tls_, {.server_name = name}).connected()) << name;
  const std::string longest = std::string(63, 'a') + "." + std::string(63, 'b') + "." +
                              std::string(63, 'c') + "." + std::string(63, 'd');
  for (const std::string& name : {longest, std::string("11.0.0.1"), std::string("a.test..")}) {
    const TestPeer peer = TestPeer::connect_tls(public_tls_, {.server_name = name});
    EXPECT_FALSE(peer.connected()) << name;
    EXPECT_EQ(peer.alert(), 112) << name;
  }
}

TEST_F(FrontTls, F043AFlippedBitEndsTheConnectionAndIsNoFailedHandshake) {
  HandClient client;
  TestPeer socket = TestPeer::connect_tcp(public_tls_, "11.0.0.2");
  connect(client, socket);
  socket.write(record_with_options(client));
  ASSERT_TRUE(wait_for([&] { return core_->messages.size() == 1; }));
  std::string record = record_with_options(client);
  record.back() = static_cast<char>(record.back() ^ 1);
  socket.write(record);
  ASSERT_TRUE(wait_for([&] { return core_->closed.size() == 1; }));
  EXPECT_EQ(core_->messages.size(), 1u);
  EXPECT_EQ(front_->health.ports(1).handshakes_failed(), 0u);
}

TEST_F(FrontTls, R188KeyUpdatesAreFollowedAndAFloodOfThemHoldsNobodyUp) {
  HandClient client;
  TestPeer socket = TestPeer::connect_tcp(public_tls_, "11.0.0.2");
  connect(client, socket);
  for (int i = 0; i < 2000; ++i) {
    ASSERT_EQ(SSL_key_update(client.ssl.get(), SSL_KEY_UPDATE_REQUESTED), 1);
    socket.write(client.flight());
  }
  EXPECT_TRUE(phone("11.0.0.3").connected());
  socket.write(record_with_options(client));
  ASSERT_TRUE(wait_for([&] { return core_->messages.size() == 1; }));
}

TEST_F(FrontTls, F061WhoDoesNotReadIsCutAndOthersAreNotDelayed) {
  TestPeer slow = TestPeer::connect_tcp(public_tcp_, "11.0.0.2");
  TestPeer other = TestPeer::connect_tcp(public_tcp_, "11.0.0.3");
  const std::string options = "OPTIONS sip:a.test SIP/2.0\r\nContent-Length: 0\r\n\r\n";
  slow.write(options);
  other.write(options);
  ASSERT_TRUE(wait_for([&] { return core_->messages.size() == 2; }));
  const auto id_of = [&](const char* address) {
    return std::ranges::find_if(
               core_->opened,
               [&](const auto& opened) { return opened.remote_address() == address; })
        ->connection();
  };
  const std::string notify(20'000, 'x');
  for (int i = 0; i < 1000; ++i)
    core_->say(id_of("11.0.0.2"), notify, false);
  core_->say(id_of("11.0.0.3"), "heard", false);
  EXPECT_TRUE(wait_for([&] { return core_->closed.size() == 1; }));
  EXPECT_EQ(core_->closed[0].reason(), "the peer does not read");
  ASSERT_TRUE(wait_for([&] { return other.has_answer(); }));
  EXPECT_EQ(other.read(5), "heard");
  ASSERT_TRUE(wait_for([&] { return counter("slow_readers_closed_total") == 1; }));
}

TEST_F(FrontTls, F036AnExpiredCertificateOfOursIsServedAndBlocksNobody) {
  CertificateWish wish;
  wish.alternative_names = {"DNS:old.test"};
  wish.valid_to_seconds = -60;
  front_->certificate("old.test", authority_.issue(wish));
  ASSERT_TRUE(wait_for([&] { return front_->logged("an expired certificate is served") > 0; }));
  EXPECT_TRUE(TestPeer::connect_tls(public_tls_, {.server_name = "old.test", .source = "11.0.0.2"})
                  .connected());
}

}  // namespace
}  // namespace ringfence::faults

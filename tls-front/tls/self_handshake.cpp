#include "tls-front/tls/self_handshake.hpp"

#include <array>
#include <utility>

#include "tls-front/tls/openssl_error.hpp"

namespace ringfence::tls_front {
namespace {

constexpr int kFlightsOfAHandshake = 8;

struct Client {
  SslPtr ssl;
  BIO* incoming = nullptr;  // both belong to the SSL
  BIO* outgoing = nullptr;
};

Client make_client(const TlsEngine& engine, std::string name, const std::string& signatures) {
  Client client{engine.trial_client(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem())};
  SSL* ssl = client.ssl.get();
  SSL_set_bio(ssl, client.incoming, client.outgoing);
  SSL_set_verify(ssl, SSL_VERIFY_NONE, nullptr);
  SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, TLSEXT_STATUSTYPE_ocsp, nullptr);
  // The macros for these hold C casts.
  if (!name.empty()) {
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  }
  if (!signatures.empty()) {
    std::string list = signatures;
    SSL_ctrl(ssl, SSL_CTRL_SET_SIGALGS_LIST, 0, list.data());
  }
  SSL_set_connect_state(ssl);
  return client;
}

std::string take(BIO* bio) {
  std::array<char, 4096> piece{};
  std::string all;
  for (int n = 0; (n = BIO_read(bio, piece.data(), static_cast<int>(piece.size()))) > 0;)
    all.append(piece.data(), static_cast<std::size_t>(n));
  return all;
}

ServedToUs served_to(const Client& client) {
  ServedToUs served;
  served.certificate.reset(SSL_get1_peer_certificate(client.ssl.get()));
  const unsigned char* response = nullptr;
  served.stapled = SSL_ctrl(client.ssl.get(), SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0,
                            static_cast<void*>(&response)) > 0;
  return served;
}

}  // namespace

Result<ServedToUs> shake_hands_with_ourselves(const TlsEngine& engine,
                                              const CertificateChooser& chooser,
                                              const std::string& name,
                                              const std::string& signatures) {
  clear_openssl_errors();
  std::string to_client;
  const auto server = engine.accept(chooser, ClientCertificate::not_asked, to_client);
  const Client client = make_client(engine, name, signatures);
  if (!server || !client.ssl) return openssl_failure("no memory for TLS");
  TlsStep step = TlsStep::need_read;
  int shaken = 0;
  for (int i = 0; i < kFlightsOfAHandshake && (shaken != 1 || step == TlsStep::need_read); ++i) {
    shaken = SSL_do_handshake(client.ssl.get());
    const std::string to_server = take(client.outgoing);
    if (step == TlsStep::need_read) {
      server->feed(to_server);
      step = server->handshake();
    }
    BIO_write(client.incoming, to_client.data(), static_cast<int>(to_client.size()));
    to_client.clear();
    if (step == TlsStep::failed) return fail(server->failure().sentence);
  }
  if (shaken != 1 || step != TlsStep::done) return openssl_failure("the handshake did not end");
  clear_openssl_errors();
  return served_to(client);
}

}  // namespace ringfence::tls_front

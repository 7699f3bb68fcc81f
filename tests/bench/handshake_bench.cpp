// One full handshake as tls-front makes it, in memory: the server's CPU time, without sockets,
// links and key-keeper. Options: [handshakes] [ec|rsa] [tls12].
#include <openssl/bio.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <utility>

#include "tests/unit/tls-front/test_pki.hpp"
#include "tls-front/tls/tls_engine.hpp"

namespace {

using namespace ringfence;
using namespace ringfence::tls_front;

double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

SslPtr client(SSL_CTX* context, BIO*& incoming, BIO*& outgoing) {
  SslPtr ssl(SSL_new(context));
  incoming = BIO_new(BIO_s_mem());
  outgoing = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl.get(), incoming, outgoing);
  SSL_set_connect_state(ssl.get());
  return ssl;
}

std::string take(BIO* bio) {
  std::string all(BIO_ctrl_pending(bio), '\0');
  BIO_read(bio, all.data(), static_cast<int>(all.size()));
  return all;
}

// Seconds of the server's.
double shake_hands(const TlsEngine& engine, const CertificateChooser& chooser, SSL_CTX* context) {
  BIO* incoming = nullptr;
  BIO* outgoing = nullptr;
  const SslPtr ssl = client(context, incoming, outgoing);
  double spent = 0;
  double before = cpu_seconds();
  std::string to_client;
  auto server = engine.accept(chooser, ClientCertificate::not_asked, to_client);
  spent += cpu_seconds() - before;
  TlsStep step = TlsStep::need_read;
  for (int flight = 0; flight < 8 && step == TlsStep::need_read; ++flight) {
    SSL_do_handshake(ssl.get());
    const std::string records = take(outgoing);
    before = cpu_seconds();
    server->feed(records);
    step = server->handshake();
    spent += cpu_seconds() - before;
    BIO_write(incoming, to_client.data(), static_cast<int>(to_client.size()));
    to_client.clear();
  }
  if (step != TlsStep::done) {
    std::fprintf(stderr, "a handshake failed: %s\n", server->failure().sentence.c_str());
    std::exit(1);
  }
  before = cpu_seconds();
  server.reset();
  return spent + cpu_seconds() - before;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 3000;
  CertificateWish wish;
  wish.rsa_bits = argc > 2 && std::string(argv[2]) == "rsa" ? 2048 : 0;
  auto engine = TlsEngine::create();
  CertificateStore certificates;
  certificates.load(CertificateStore::kDefault, one_pair(TestAuthority::self_signed(wish)));
  std::vector<SecretBytes> keys;
  keys.emplace_back(TicketKeys::kSize);
  (*engine)->set_ticket_keys(std::move(keys));
  const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  if (argc > 3) SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  for (int i = 0; i < 50; ++i)
    shake_hands(**engine, certificates, context.get());
  double spent = 0;
  for (int i = 0; i < count; ++i)
    spent += shake_hands(**engine, certificates, context.get());
  std::printf("a full handshake, server side, no sockets: %.1f us\n", spent / count * 1e6);
}

#include "tls-front/tls/tls_engine.hpp"

#include <openssl/provider.h>

#include <utility>

#include "tls-front/tls/openssl_error.hpp"

namespace ringfence::tls_front {
namespace {

constexpr int kFlightsOfAHandshake = 8;

X509Ptr self_signed(EVP_PKEY* key) {
  X509Ptr certificate(X509_new());
  X509* c = certificate.get();
  X509_set_version(c, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(c), 1);
  X509_gmtime_adj(X509_getm_notBefore(c), 0);
  X509_gmtime_adj(X509_getm_notAfter(c), 3600);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("warm-up"), -1, -1, 0);
  X509_set_issuer_name(c, X509_get_subject_name(c));
  X509_set_pubkey(c, key);
  X509_sign(c, key, EVP_sha256());
  return certificate;
}

class OneCertificate final : public CertificateChooser {
 public:
  explicit OneCertificate(SSL_CTX* context) : context_(context) {}
  SSL_CTX* context_for(const std::string&) const override { return context_; }
  SSL_CTX* default_context() const override { return context_; }

 private:
  SSL_CTX* context_;
};

// The key that is chosen is our newest; the session knows which ring it belongs to.
int prepare_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                   EVP_MAC_CTX* mac, int encrypting) {
  const auto* choice = static_cast<const HelloChoice*>(SSL_get_app_data(ssl));
  if (choice == nullptr || choice->tickets == nullptr) return 0;
  return choice->tickets->prepare(encrypting != 0 ? TicketKeys::Use::write : TicketKeys::Use::read,
                                  name, iv, cipher, mac);
}

// From now on every algorithm is the FIPS provider's.
Result<void> use_fips() {
  if (OSSL_PROVIDER_load(nullptr, "fips") == nullptr ||
      OSSL_PROVIDER_load(nullptr, "base") == nullptr ||
      EVP_set_default_properties(nullptr, "fips=yes") != 1) {
    return openssl_failure("--fips: this OpenSSL has no FIPS provider that can be used");
  }
  return {};
}

// All pairs of the context, so that the peer's wish decides among them.
bool show(SSL_CTX* from, SSL* to) {
  long more = SSL_CTX_set_current_cert(from, SSL_CERT_SET_FIRST);
  for (; more == 1; more = SSL_CTX_set_current_cert(from, SSL_CERT_SET_NEXT)) {
    STACK_OF(X509)* chain = nullptr;
    SSL_CTX_get0_chain_certs(from, &chain);
    if (SSL_use_cert_and_key(to, SSL_CTX_get0_certificate(from), SSL_CTX_get0_privatekey(from),
                             chain, 1) != 1) {
      clear_openssl_errors();
      return false;
    }
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<TlsEngine>> TlsEngine::create(Cryptography cryptography) {
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS | OPENSSL_INIT_LOAD_CRYPTO_STRINGS, nullptr);
  if (cryptography == Cryptography::fips) {
    if (auto used = use_fips(); !used) return std::unexpected(used.error());
  }
  std::unique_ptr<TlsEngine> engine(new TlsEngine);
  engine->groups_ = usable_groups().usable;
  engine->wire_method_ = make_wire_method();
  engine->trust_.reset(X509_STORE_new());
  auto server = make_server_context(engine->groups_);
  auto client = make_client_context(engine->groups_);
  auto tickets = TicketKeys::create();
  if (!server) return std::unexpected(server.error());
  if (!client) return std::unexpected(client.error());
  if (!tickets) return std::unexpected(tickets.error());
  if (!engine->wire_method_ || !engine->trust_) return openssl_failure("cannot set up TLS");
  engine->server_ = std::move(*server);
  engine->client_ = std::move(*client);
  engine->tickets_ = std::move(*tickets);
  SSL_CTX_set_client_hello_cb(engine->server_.get(), choose_certificate, nullptr);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(engine->server_.get(), prepare_ticket);
  if (auto warm = engine->warm_up(); !warm) return std::unexpected(warm.error());
  return engine;
}

Result<std::vector<std::string>> TlsEngine::set_groups(std::string_view wanted) {
  Groups groups = usable_groups(wanted);
  if (groups.usable.empty()) {
    return fail("this OpenSSL knows none of the groups " + std::string(wanted));
  }
  if (SSL_CTX_set1_groups_list(server_.get(), groups.usable.c_str()) != 1 ||
      SSL_CTX_set1_groups_list(client_.get(), groups.usable.c_str()) != 1) {
    return openssl_failure("cannot set the groups " + groups.usable);
  }
  groups_ = std::move(groups.usable);
  return std::move(groups.unknown);
}

std::unique_ptr<TlsSession> TlsEngine::accept(const CertificateChooser& chooser,
                                              ClientCertificate client_certificate,
                                              std::string& outgoing) const {
  SslPtr ssl(SSL_new(server_.get()));
  if (!ssl) return nullptr;
  HelloChoice choice;
  choice.chooser = &chooser;
  choice.client_certificate = client_certificate;
  // A ticket would carry a client's certificate past its check (R180).
  if (tickets_->empty() || client_certificate == ClientCertificate::asked) {
    SSL_set_options(ssl.get(), SSL_OP_NO_TICKET);
  } else {
    choice.tickets = tickets_.get();
  }
  X509_STORE_up_ref(trust_.get());
  choice.trust.reset(trust_.get());
  return std::make_unique<TlsSession>(std::move(ssl), wire_method_.get(), outgoing,
                                      std::move(choice));
}

std::unique_ptr<TlsSession> TlsEngine::connect(PeerPolicy policy, std::string& outgoing,
                                               SSL_CTX* shown) const {
  SslPtr ssl(SSL_new(client_.get()));
  if (!ssl || (shown != nullptr && !show(shown, ssl.get()))) return nullptr;
  SSL_set1_verify_cert_store(ssl.get(), trust_.get());
  return std::make_unique<TlsSession>(std::move(ssl), wire_method_.get(), outgoing,
                                      std::move(policy));
}

// One whole handshake in memory, its ticket included: afterwards nothing is left that OpenSSL would
// load later.
Result<void> TlsEngine::warm_up() {
  std::vector<SecretBytes> passing;
  passing.emplace_back(TicketKeys::kSize);
  tickets_->replace(std::move(passing));
  const PkeyPtr key(EVP_EC_gen("P-256"));
  auto context = make_server_context(groups_);
  if (!context || !key) return openssl_failure("cannot try a handshake");
  const X509Ptr certificate = self_signed(key.get());
  if (SSL_CTX_use_certificate(context->get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context->get(), key.get()) != 1) {
    return openssl_failure("cannot try a handshake");
  }
  const OneCertificate chooser(context->get());
  std::string to_client;
  std::string to_server;
  const auto server = accept(chooser, ClientCertificate::not_asked, to_client);
  const auto client = connect({"warm-up.invalid", VerifyMode::none}, to_server);
  TlsStep step = TlsStep::need_read;
  for (int i = 0; i < kFlightsOfAHandshake && step == TlsStep::need_read; ++i) {
    const std::string for_client = std::exchange(to_client, {});
    client->feed(for_client);
    client->handshake();
    const std::string for_server = std::exchange(to_server, {});
    server->feed(for_server);
    step = server->handshake();
  }
  if (step == TlsStep::done) server->write("a ticket leaves with it");
  tickets_->replace({});
  if (step != TlsStep::done) return fail("a trial handshake failed: " + server->failure().sentence);
  return {};
}

}  // namespace ringfence::tls_front

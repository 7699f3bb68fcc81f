#include "tls-front/tls/client_hello.hpp"

#include "tls-front/tls/server_name.hpp"

namespace ringfence::tls_front {
namespace {

using Outcome = HelloChoice::Outcome;

int refuse(HelloChoice& choice, Outcome outcome, int* alert) {
  choice.outcome = outcome;
  *alert = outcome == Outcome::malformed ? SSL_AD_DECODE_ERROR : SSL_AD_UNRECOGNIZED_NAME;
  return SSL_CLIENT_HELLO_ERROR;
}

// A client certificate is a wish, never a condition: what it proves is read after the handshake
// (RFC 5922 §7.4).
int go_on_with_any_client(int, X509_STORE_CTX*) {
  return 1;
}

// SSL_set_SSL_CTX exchanges certificates only; what the live SSL checks must be set on itself.
void ask_for_client_certificate(SSL* ssl, X509_STORE* trust) {
  SSL_set_verify(ssl, SSL_VERIFY_PEER, go_on_with_any_client);
  SSL_set1_verify_cert_store(ssl, trust);
  // Public CAs no longer put clientAuth into the certificates that carriers present.
  X509_VERIFY_PARAM_set_purpose(SSL_get0_param(ssl), X509_PURPOSE_ANY);
}

}  // namespace

int choose_certificate(SSL* ssl, int* alert, void*) {
  auto& choice = *static_cast<HelloChoice*>(SSL_get_app_data(ssl));
  const unsigned char* octets = nullptr;
  std::size_t size = 0;
  SSL_CTX* context = nullptr;
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &octets, &size) == 1) {
    const auto name = parse_server_name({octets, size});
    if (!name) return refuse(choice, Outcome::malformed, alert);
    if (*name) {
      choice.server_name = **name;
      context = choice.chooser->context_for(choice.server_name);
      if (context == nullptr) return refuse(choice, Outcome::unknown_name, alert);
    }
  }
  if (context == nullptr) context = choice.chooser->default_context();
  if (context == nullptr) return refuse(choice, Outcome::no_name, alert);
  if (SSL_set_SSL_CTX(ssl, context) == nullptr) {
    *alert = SSL_AD_INTERNAL_ERROR;
    return SSL_CLIENT_HELLO_ERROR;
  }
  if (choice.client_certificate == ClientCertificate::asked) {
    ask_for_client_certificate(ssl, choice.trust.get());
  }
  choice.outcome = Outcome::chosen;
  return SSL_CLIENT_HELLO_SUCCESS;
}

}  // namespace ringfence::tls_front

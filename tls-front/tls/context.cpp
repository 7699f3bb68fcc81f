#include "tls-front/tls/context.hpp"

#include <sstream>
#include <string_view>

#include "tls-front/tls/openssl_error.hpp"

namespace ringfence::tls_front {
namespace {

constexpr const char* kTls12Ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
// The one that RFC 8446 §9.1 demands stands first: SHA-384 would cost a tenth of a handshake.
constexpr const char* kTls13Suites =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr std::uint64_t kOptions =
    SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE;
// As long as two of the supervisor's keys are read.
constexpr long kSessionSeconds = 8 * 3600;
constexpr int kSecurityLevel = 2;

// ALPN's name for SIP over TLS.
constexpr unsigned char kSip2[] = {5, 's', 'i', 'p', '/', '2'};

// RFC 9325 §3.8: a client that names its protocols and not ours was sent here by somebody else
// (ALPACA); OpenSSL then sends no_application_protocol.
int select_alpn(SSL*, const unsigned char** out, unsigned char* out_length,
                const unsigned char* offered, unsigned int offered_length, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_length, kSip2, sizeof kSip2, offered, offered_length) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

// The choice was made in the ClientHello callback; this one only acknowledges the name.
int acknowledge_server_name(SSL*, int*, void*) {
  return SSL_TLSEXT_ERR_OK;
}

Result<SslContextPtr> make_context(const SSL_METHOD* method, const std::string& groups) {
  SslContextPtr context(SSL_CTX_new(method));
  if (!context) return openssl_failure("cannot make a TLS context");
  SSL_CTX* c = context.get();
  SSL_CTX_set_security_level(c, kSecurityLevel);
  SSL_CTX_set_options(c, kOptions);
  // A chain is what its file says; without this, OpenSSL looks for the rest in every handshake.
  SSL_CTX_set_mode(
      c, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  if (SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(c, kTls12Ciphers) != 1 ||
      SSL_CTX_set_ciphersuites(c, kTls13Suites) != 1 ||
      (!groups.empty() && SSL_CTX_set1_groups_list(c, groups.c_str()) != 1)) {
    return openssl_failure("cannot set the TLS policy");
  }
  return context;
}

}  // namespace

Groups usable_groups(std::string_view wanted) {
  const SslContextPtr probe(SSL_CTX_new(TLS_method()));
  Groups groups;
  std::istringstream words{std::string(wanted)};
  for (std::string group; words >> group;) {
    if (!probe || SSL_CTX_set1_groups_list(probe.get(), group.c_str()) != 1) {
      groups.unknown.push_back(group);
      continue;
    }
    if (!groups.usable.empty()) groups.usable += ':';
    groups.usable += group;
  }
  clear_openssl_errors();
  return groups;
}

Result<SslContextPtr> make_server_context(const std::string& groups) {
  auto context = make_context(TLS_server_method(), groups);
  if (!context) return context;
  SSL_CTX* c = context->get();
  SSL_CTX_set_num_tickets(c, 0);  // TLS 1.3: TlsSession gives one to who has spoken
  SSL_CTX_set_timeout(c, kSessionSeconds);
  SSL_CTX_set_max_early_data(c, 0);
  SSL_CTX_set_alpn_select_cb(c, select_alpn, nullptr);
  // The macro for this holds a C cast.
  SSL_CTX_callback_ctrl(c, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                        reinterpret_cast<void (*)()>(acknowledge_server_name));
  return context;
}

Result<SslContextPtr> make_client_context(const std::string& groups) {
  return make_context(TLS_client_method(), groups);
}

}  // namespace ringfence::tls_front

#include "tls-front/tls/tls_session.hpp"

#include <utility>

#include "runtime/socket_address.hpp"

namespace ringfence::tls_front {
namespace {

TlsFailure failure_of(HelloChoice::Outcome outcome, const std::string& name) {
  switch (outcome) {
    case HelloChoice::Outcome::unknown_name:
      return {TlsFailureKind::unknown_name, "no certificate for the name " + name};
    case HelloChoice::Outcome::no_name:
      return {TlsFailureKind::no_name, "no server name asked for and no default certificate"};
    case HelloChoice::Outcome::malformed:
      return {TlsFailureKind::malformed_hello, "a malformed server name"};
    case HelloChoice::Outcome::none:
    case HelloChoice::Outcome::chosen:
      break;
  }
  return {};
}

std::string group_of(SSL* ssl) {
#if OPENSSL_VERSION_NUMBER >= 0x30200000L
  const char* name = SSL_get0_group_name(ssl);
#else
  const int id = static_cast<int>(SSL_get_negotiated_group(ssl));
  const char* name = id == NID_undef ? nullptr : SSL_group_to_name(ssl, id);
#endif
  return name == nullptr ? "" : name;
}

bool is_over(const X509* certificate) {
  return certificate != nullptr && X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0;
}

bool is_refusal(HelloChoice::Outcome outcome) {
  return outcome != HelloChoice::Outcome::none && outcome != HelloChoice::Outcome::chosen;
}

}  // namespace

TlsSession::TlsSession(SslPtr ssl, BIO_METHOD* wire_method, std::string& outgoing,
                       HelloChoice choice)
    : choice_(std::move(choice)), ssl_(std::move(ssl)) {
  attach(wire_method, outgoing);
  SSL_set_app_data(ssl_.get(), &choice_);
  SSL_set_accept_state(ssl_.get());
}

TlsSession::TlsSession(SslPtr ssl, BIO_METHOD* wire_method, std::string& outgoing,
                       PeerPolicy policy)
    : policy_(std::move(policy)), ssl_(std::move(ssl)) {
  attach(wire_method, outgoing);
  SSL_set_verify(ssl_.get(), policy_->mode == VerifyMode::none ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                 nullptr);
  // RFC 6066 §3: never an address.
  if (!policy_->server_name.empty() && !IpAddress::parse(policy_->server_name)) {
    // The macro for this holds a C cast; OpenSSL copies the name.
    SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             policy_->server_name.data());
  }
  SSL_set_connect_state(ssl_.get());
}

// OpenSSL cannot let go of a paused handshake: it has to come to its end, unheard.
TlsSession::~TlsSession() {
  if (!paused_) return;
  std::string unheard;
  wire_.outgoing = &unheard;
  SSL_do_handshake(ssl_.get());
  clear_openssl_errors();
}

void TlsSession::pause_with(std::function<void()> resumable) {
  resumable_ = std::move(resumable);
  SSL_set_mode(ssl_.get(), SSL_MODE_ASYNC);
  SSL_set_async_callback(ssl_.get(), on_signature);
  SSL_set_async_callback_arg(ssl_.get(), this);
}

int TlsSession::on_signature(SSL*, void* session) {
  static_cast<TlsSession*>(session)->resumable_();
  return 1;
}

void TlsSession::attach(BIO_METHOD* wire_method, std::string& outgoing) {
  wire_.outgoing = &outgoing;
  BIO* bio = make_wire_bio(wire_method, wire_);
  SSL_set_bio(ssl_.get(), bio, bio);
}

TlsStep TlsSession::handshake() {
  clear_openssl_errors();
  paused_ = false;
  const int result = SSL_do_handshake(ssl_.get());
  return result == 1 ? finish_handshake() : judge(result);
}

TlsStep TlsSession::read(std::span<char> into, std::size_t& octets) {
  clear_openssl_errors();
  octets = 0;
  const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &octets);
  return result == 1 ? TlsStep::done : judge(result);
}

TlsStep TlsSession::write(std::string_view plain) {
  if (plain.empty()) return TlsStep::done;
  clear_openssl_errors();
  if (std::exchange(ticket_due_, false)) SSL_new_session_ticket(ssl_.get());
  std::size_t written = 0;
  const int result = SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &written);
  return result == 1 ? TlsStep::done : judge(result);
}

void TlsSession::close() {
  if (SSL_is_init_finished(ssl_.get()) != 1) return;
  SSL_shutdown(ssl_.get());
  clear_openssl_errors();
}

TlsStep TlsSession::judge(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return TlsStep::need_read;
    case SSL_ERROR_ZERO_RETURN:
      return TlsStep::closed;
    case SSL_ERROR_WANT_ASYNC:
      return pause();
    default:
      return fail_by_openssl();
  }
}

// What is fed belongs to the caller and is gone by the time that we go on.
TlsStep TlsSession::pause() {
  paused_ = true;
  unread_ = std::string(wire_.incoming);
  wire_.incoming = unread_;
  return TlsStep::paused;
}

TlsStep TlsSession::fail_by_openssl() {
  const OpensslError error = take_openssl_error();
  failure_ = classify(error);
  if (is_refusal(choice_.outcome)) {
    failure_ = failure_of(choice_.outcome, choice_.server_name);
  } else if (failure_.kind == TlsFailureKind::certificate) {
    failure_.sentence += ": ";
    failure_.sentence += X509_verify_cert_error_string(SSL_get_verify_result(ssl_.get()));
  } else if (error.reason() == SSL_AD_REASON_OFFSET + SSL_AD_CERTIFICATE_EXPIRED &&
             is_over(SSL_get_certificate(ssl_.get()))) {
    failure_.kind = TlsFailureKind::own_certificate;
  }
  return TlsStep::failed;
}

TlsStep TlsSession::finish_handshake() {
  SSL_clear_mode(ssl_.get(), SSL_MODE_ASYNC);
  if (auto failure = take_peer_names()) {
    failure_ = std::move(*failure);
    close();
    return TlsStep::failed;
  }
  facts_.server_name = choice_.server_name;
  facts_.version = SSL_get_version(ssl_.get());
  facts_.cipher = SSL_get_cipher_name(ssl_.get());
  facts_.group = group_of(ssl_.get());
  facts_.resumed = SSL_session_reused(ssl_.get()) == 1;
  ticket_due_ = choice_.tickets != nullptr && SSL_version(ssl_.get()) == TLS1_3_VERSION;
  return TlsStep::done;
}

std::optional<TlsFailure> TlsSession::take_peer_names() {
  if (policy_ && policy_->mode == VerifyMode::none) return std::nullopt;
  X509* certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr) return std::nullopt;
  if (policy_) {
    if (auto ok = check_peer(*certificate, policy_->server_name, policy_->mode); !ok) {
      return TlsFailure{TlsFailureKind::certificate, ok.error().message};
    }
  } else if (SSL_get_verify_result(ssl_.get()) != X509_V_OK || !allows_tls(*certificate)) {
    return std::nullopt;  // RFC 5922 §7.4: not authenticated, and no reason to hang up
  }
  facts_.verified_names = identities_of(*certificate).names;
  return std::nullopt;
}

}  // namespace ringfence::tls_front

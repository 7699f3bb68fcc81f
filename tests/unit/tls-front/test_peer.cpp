#include "tests/unit/tls-front/test_peer.hpp"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "runtime/socket_address.hpp"

namespace ringfence::tls_front {
namespace {

constexpr int kDeadlineSeconds = 5;

struct KernelAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

KernelAddress kernel_address(const std::string& ip, unsigned short port) {
  KernelAddress address;
  address.size = SocketAddress{*IpAddress::parse(ip), port}.to_sockaddr(address.storage);
  return address;
}

void set_deadline(int fd) {
  // OpenSSL writes without MSG_NOSIGNAL, and some peers here are closed on purpose.
  ::signal(SIGPIPE, SIG_IGN);
  const timeval limit{kDeadlineSeconds, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

void use(SSL_CTX* context, const TestPair& pair) {
  const X509Ptr certificate = parse_certificate(pair.certificate);
  const BioPtr bio(BIO_new_mem_buf(pair.key.data(), static_cast<int>(pair.key.size())));
  const PkeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  SSL_CTX_use_certificate(context, certificate.get());
  SSL_CTX_use_PrivateKey(context, key.get());
}

int take_anybody(int, X509_STORE_CTX*) {
  return 1;
}

int note_request(SSL* ssl, void* asked) {
  (void)ssl;
  *static_cast<bool*>(asked) = true;
  return 1;
}

}  // namespace

TestListener::TestListener(const std::string& ip) {
  KernelAddress address = kernel_address(ip, 0);
  fd = Fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  ::bind(fd.get(), address.get(), address.size);
  ::listen(fd.get(), 1024);
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address.storage), &address.size);
  port = SocketAddress::from_sockaddr(address.storage)->port;
}

TestPeer TestPeer::connect_tcp(unsigned short port, const std::string& source) {
  TestPeer peer;
  const KernelAddress to = kernel_address(source.empty() ? "127.0.0.1" : source, port);
  peer.fd_ = Fd(::socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  set_deadline(peer.fd_.get());
  if (!source.empty()) {
    // An address that is local by its route alone must be taken on purpose.
    constexpr int kOn = 1;
    ::setsockopt(peer.fd_.get(), SOL_IP, IP_FREEBIND, &kOn, sizeof kOn);
    const KernelAddress from = kernel_address(source, 0);
    ::bind(peer.fd_.get(), from.get(), from.size);
  }
  peer.ok_ = ::connect(peer.fd_.get(), to.get(), to.size) == 0;
  return peer;
}

TestPeer TestPeer::connect_tls(unsigned short port, const ClientWish& wish) {
  TestPeer peer = connect_tcp(port, wish.source);
  peer.context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* context = peer.context_.get();
  SSL_CTX_set_security_level(context, 0);  // old protocols are for the other side to refuse
  SSL_CTX_set_min_proto_version(context, wish.min_version);
  SSL_CTX_set_max_proto_version(context, wish.max_version);
  if (!wish.ciphers.empty()) SSL_CTX_set_cipher_list(context, wish.ciphers.c_str());
  if (wish.certificate) use(context, *wish.certificate);
  bool asked = false;
  SSL_CTX_set_cert_cb(context, note_request, &asked);
  if (wish.distrustful) SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (!wish.alpn.empty()) {
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(wish.alpn.data()),
                            static_cast<unsigned>(wish.alpn.size()));
  }
  peer.ssl_.reset(SSL_new(context));
  SSL_set_fd(peer.ssl_.get(), peer.fd_.get());
  if (!wish.server_name.empty()) {
    std::string name = wish.server_name;
    SSL_ctrl(peer.ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  }
  peer.handshake(SSL_connect(peer.ssl_.get()));
  peer.asked_for_certificate_ = asked;
  SSL_CTX_set_cert_cb(context, nullptr, nullptr);
  return peer;
}

TestPeer TestPeer::accept_tls(const TestListener& listener, const TestPair& pair) {
  TestPeer peer;
  pollfd waiting{listener.fd.get(), POLLIN, 0};
  if (::poll(&waiting, 1, kDeadlineSeconds * 1000) != 1) return peer;
  peer.fd_ = Fd(::accept4(listener.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
  set_deadline(peer.fd_.get());
  peer.context_.reset(SSL_CTX_new(TLS_server_method()));
  use(peer.context_.get(), pair);
  // As a carrier that wants to know us; who shows nothing is taken as well.
  SSL_CTX_set_verify(peer.context_.get(), SSL_VERIFY_PEER, take_anybody);
  peer.ssl_.reset(SSL_new(peer.context_.get()));
  SSL_set_fd(peer.ssl_.get(), peer.fd_.get());
  peer.handshake(SSL_accept(peer.ssl_.get()));
  const char* name = SSL_get_servername(peer.ssl_.get(), TLSEXT_NAMETYPE_host_name);
  if (name != nullptr) peer.requested_name_ = name;
  return peer;
}

void TestPeer::handshake(int result) {
  ok_ = result == 1;
  const unsigned long error = ERR_get_error();
  if (ERR_GET_REASON(error) >= SSL_AD_REASON_OFFSET) {
    alert_ = ERR_GET_REASON(error) - SSL_AD_REASON_OFFSET;
  }
  ERR_clear_error();
}

std::string TestPeer::peer_common_name() const {
  X509* certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr) return {};
  std::array<char, 256> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(),
                            static_cast<int>(name.size()));
  return name.data();
}

std::string TestPeer::version() const {
  return SSL_get_version(ssl_.get());
}

bool TestPeer::write(std::string_view octets) {
  if (!ssl_) {
    return ::send(fd_.get(), octets.data(), octets.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(octets.size());
  }
  return SSL_write(ssl_.get(), octets.data(), static_cast<int>(octets.size())) ==
         static_cast<int>(octets.size());
}

bool TestPeer::has_answer() const {
  pollfd waiting{fd_.get(), POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 1;
}

bool TestPeer::delivered() const {
  int unacknowledged = 0;
  return ::ioctl(fd_.get(), SIOCOUTQ, &unacknowledged) == 0 && unacknowledged == 0;
}

std::string TestPeer::read(std::size_t octets) {
  std::string all;
  std::array<char, 4096> chunk{};
  while (all.size() < octets) {
    const ssize_t n = ssl_ ? SSL_read(ssl_.get(), chunk.data(), static_cast<int>(chunk.size()))
                           : ::recv(fd_.get(), chunk.data(), chunk.size(), 0);
    if (n <= 0) break;
    all.append(chunk.data(), static_cast<std::size_t>(n));
  }
  ERR_clear_error();
  return all;
}

bool TestPeer::at_end() {
  char octet = 0;
  const ssize_t n = ssl_ ? SSL_read(ssl_.get(), &octet, 1) : ::recv(fd_.get(), &octet, 1, 0);
  const bool timed_out = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  const unsigned long error = ERR_get_error();
  if (ERR_GET_REASON(error) >= SSL_AD_REASON_OFFSET) {
    alert_ = ERR_GET_REASON(error) - SSL_AD_REASON_OFFSET;
  }
  ERR_clear_error();
  return n <= 0 && !timed_out;
}

bool TestPeer::was_reset() {
  char octet = 0;
  return ::recv(fd_.get(), &octet, 1, 0) < 0 && errno == ECONNRESET;
}

Fd TestPeer::leave_open() {
  return std::move(fd_);
}

void TestPeer::close() {
  if (ssl_) SSL_shutdown(ssl_.get());
  fd_.reset();
}

}  // namespace ringfence::tls_front

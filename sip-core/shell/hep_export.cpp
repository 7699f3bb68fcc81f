#include "sip-core/shell/hep_export.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace ringfence::sip_core {
namespace {

constexpr std::size_t kBatch = 32;

std::string text_setting(const Config& config, std::string_view key) {
  const auto found = config.settings.find(key);
  return found == config.settings.end() ? std::string() : found->second;
}

}  // namespace

std::string call_label(std::uint64_t epoch, CallNumber call) {
  return fmt::format("{:x}-{}", epoch, call.value);
}

HepExport::HepExport(Logger& log, Counters& counters, std::uint64_t epoch,
                     const trace::Traces& traces)
    : log_(log),
      sent_(counters.get("hep_sent_total")),
      dropped_(counters.get("hep_dropped_total")),
      epoch_(epoch),
      traces_(traces),
      packets_(kBatch) {}

void HepExport::configure(const Config& config) {
  sender_.capture_id = static_cast<std::uint32_t>(config.setting_number("hep_capture_id", 0));
  sender_.password = text_setting(config, "hep_password");
  const std::string server = text_setting(config, "hep_server");
  if (server == server_) return;
  server_ = server;
  connect_to(server);
}

void HepExport::connect_to(const std::string& server) {
  const bool was_on = is_on();
  socket_.reset();
  next_ = traces_.ring().next();
  const auto address = SocketAddress::parse(server);
  if (!address) {
    if (was_on) log_.info("messages are not sent to a HEP collector any more");
    return;
  }
  address_size_ = address->to_sockaddr(address_);
  socket_ = Fd(::socket(address_.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_) {
    log_.warning("no socket for the HEP collector",
                 {{"server", server}, {"reason", std::strerror(errno)}});
    return;
  }
  log_.info("messages are sent to a HEP collector, secrets masked", {{"server", server}});
}

void HepExport::send_new() {
  const trace::TraceRing& ring = traces_.ring();
  if (!is_on()) return;
  if (next_ < ring.oldest()) {
    dropped_.add(ring.oldest() - next_);
    next_ = ring.oldest();
  }
  for (; next_ < ring.next(); ++next_) {
    const auto message = ring.read(next_);
    if (!message) continue;
    const auto* leg = traces_.index().leg_of(message->call_id);
    std::string& packet = packets_[filled_++];
    packet.clear();
    trace::write_hep3(
        *message, sender_,
        leg == nullptr ? std::string(message->call_id) : call_label(epoch_, leg->call), packet);
    if (filled_ == kBatch) send_batch();
  }
  send_batch();
}

void HepExport::send_batch() {
  std::array<iovec, kBatch> pieces{};
  std::array<mmsghdr, kBatch> headers{};
  for (std::size_t i = 0; i < filled_; ++i) {
    pieces[i] = {packets_[i].data(), packets_[i].size()};
    headers[i].msg_hdr.msg_name = &address_;
    headers[i].msg_hdr.msg_namelen = address_size_;
    headers[i].msg_hdr.msg_iov = &pieces[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  std::size_t done = 0;
  while (done < filled_) {
    const int n = ::sendmmsg(socket_.get(), headers.data() + done,
                             static_cast<unsigned>(filled_ - done), MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) break;
    if (n > 0) {
      sent_.add(static_cast<std::uint64_t>(n));
      done += static_cast<std::size_t>(n);
    } else {  // this one: no way there now, or too long
      dropped_.add();
      ++done;
    }
  }
  dropped_.add(filled_ - done);
  filled_ = 0;
}

}  // namespace ringfence::sip_core

#include "media-worker/port/direct_path.hpp"

#include <cerrno>
#include <utility>

namespace ringfence::media_worker {
namespace {

// Ports come first: beyond this many open descriptors nothing is left for a convenience.
constexpr int kHighestDescriptor = 32768;

}  // namespace

void DirectPath::heard(const SocketAddress& source) noexcept {
  if (socket_ || given_up_) return;
  if (source != source_) in_a_row_ = 0;
  source_ = source;
  if (in_a_row_ < kLasting) ++in_a_row_;
}

bool DirectPath::open(Loop& loop, int own, const SocketAddress& local,
                      std::function<void()> on_readable) {
  auto socket = open_connected_socket(own, local, source_);
  if (!socket || socket->get() > kHighestDescriptor) {
    give_up();
    return false;
  }
  socket_ = std::move(*socket);
  poll_.emplace(loop, socket_.get(), [call = std::move(on_readable)](Readiness) { call(); });
  poll_->watch(Interest::readable);
  return true;
}

void DirectPath::close() noexcept {
  poll_.reset();
  socket_.reset();
  in_a_row_ = 0;
}

void DirectPath::failed(int error) noexcept {
  const bool passes = error == EAGAIN || error == EINTR || error == ENOBUFS || error == ENOMEM;
  if (!passes) give_up();
}

void DirectPath::give_up() noexcept {
  close();
  given_up_ = true;
}

}  // namespace ringfence::media_worker

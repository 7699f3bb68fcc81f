#include "proto/channel/frame_stream.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace ringfence::channel {
namespace {

constexpr std::size_t kReadSize = std::size_t{64} << 10;
constexpr int kReadsPerTurn = 16;
constexpr std::size_t kMostSpare = 2 * kReadSize;

}  // namespace

FrameStream::FrameStream(Loop& loop, Fd socket, OnFrame on_frame, OnClosed on_closed)
    : loop_(loop),
      socket_(std::move(socket)),
      on_frame_(std::move(on_frame)),
      on_closed_(std::move(on_closed)),
      alive_(std::make_shared<bool>(true)) {
  poll_ = Poll(loop_, socket_.get(), [this](Readiness r) { ready(r); });
  poll_.watch(Interest::readable);
}

FrameStream::~FrameStream() {
  *alive_ = false;
  poll_.close();
}

void FrameStream::send(const std::function<void(std::string&)>& write, std::span<const int> fds,
                       Departure departure) {
  if (!socket_) return;
  // One chunk may hold many frames; a frame with descriptors starts a chunk of its own.
  if (chunks_.empty() || !fds.empty() || chunks_.back().octets.size() > kReadSize) {
    add_chunk();
  }
  Chunk& chunk = chunks_.back();
  const std::size_t before = chunk.octets.size();
  chunk.octets.append(kFrameHeaderSize, '\0');
  write(chunk.octets);
  const std::size_t body = chunk.octets.size() - before - kFrameHeaderSize;
  const auto header = frame_header(body, fds.size());
  std::memcpy(chunk.octets.data() + before, header.data(), header.size());
  for (const int fd : fds) {
    Fd borrowed(fd);
    auto copy = duplicate(borrowed);
    borrowed.release();
    if (copy) chunk.fds.push_back(std::move(*copy));
  }
  queued_ += kFrameHeaderSize + body;
  if (body > kMaxFrameBody || queued_ > kLimit) {
    loop_.defer([this, alive = alive_, body] {
      if (*alive)
        close(body > kMaxFrameBody ? "a frame to send is too long" : "the peer does not read");
    });
    return;
  }
  if (over_high_water()) was_over_high_water_ = true;
  schedule_flush(departure);
}

void FrameStream::add_chunk() {
  chunks_.emplace_back().octets.swap(spare_);
}

void FrameStream::keep_memory_of(Chunk& sent) {
  if (sent.octets.capacity() > kMostSpare) return;
  spare_.swap(sent.octets);
  spare_.clear();
}

void FrameStream::schedule_flush(Departure departure) {
  if (flush_scheduled_) return;
  if (departure == Departure::with_the_next) {
    if (waiting_) return;
    waiting_ = true;
    waits_ = loop_.after(kLongestWait, [this] { flush(); });
    return;
  }
  flush_scheduled_ = true;
  loop_.defer([this, alive = alive_] {
    if (*alive) flush();
  });
}

bool FrameStream::write_chunk(Chunk& chunk) {
  while (chunk.sent < chunk.octets.size()) {
    iovec part{chunk.octets.data() + chunk.sent, chunk.octets.size() - chunk.sent};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kMaxFrameFds)];
    if (!chunk.fds.empty()) {
      message.msg_control = control;
      message.msg_controllen = CMSG_SPACE(sizeof(int) * chunk.fds.size());
      std::memset(control, 0, message.msg_controllen);
      cmsghdr* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int) * chunk.fds.size());
      for (std::size_t i = 0; i < chunk.fds.size(); ++i) {
        const int fd = chunk.fds[i].get();
        std::memcpy(CMSG_DATA(header) + i * sizeof(int), &fd, sizeof(int));
      }
    }
    const ssize_t n = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
    if (n < 0) {
      close(std::string("cannot write: ") + std::strerror(errno));
      return false;
    }
    chunk.fds.clear();
    chunk.sent += static_cast<std::size_t>(n);
    queued_ -= static_cast<std::size_t>(n);
  }
  return true;
}

void FrameStream::flush() {
  flush_scheduled_ = false;
  waiting_ = false;
  waits_.stop();
  while (socket_ && !chunks_.empty() && write_chunk(chunks_.front())) {
    keep_memory_of(chunks_.front());
    chunks_.pop_front();
  }
  if (!socket_) return;
  update_interest();
  if (was_over_high_water_ && queued_ < kLowWater) {
    was_over_high_water_ = false;
    if (on_drained_) on_drained_();
  }
}

bool FrameStream::exchange_within(std::chrono::milliseconds limit) {
  flush();
  if (!socket_) return false;
  pollfd waiting{socket_.get(), static_cast<short>(chunks_.empty() ? POLLIN : POLLIN | POLLOUT), 0};
  const int found = ::poll(&waiting, 1, static_cast<int>(limit.count()));
  if (found < 0 && errno == EINTR) return true;
  if (found <= 0) return false;
  if ((waiting.revents & ~POLLOUT) != 0) read_socket();
  return true;
}

void FrameStream::update_interest() {
  const bool writing = !chunks_.empty();
  poll_.watch(reading_ ? (writing ? Interest::both : Interest::readable)
                       : (writing ? Interest::writable : Interest::none));
}

void FrameStream::pause_reading() {
  reading_ = false;
  if (socket_) update_interest();
}

void FrameStream::resume_reading() {
  reading_ = true;
  if (socket_) update_interest();
}

void FrameStream::ready(Readiness readiness) {
  const auto alive = alive_;
  if (readiness.writable) flush();
  if (*alive && socket_ && readiness.readable && reading_) read_socket();
}

void FrameStream::read_socket() {
  const auto alive = alive_;
  for (int round = 0; round < kReadsPerTurn && socket_ && reading_; ++round) {
    const auto [place, size] = reader_.writable(kReadSize);
    iovec part{place, size};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kMaxFrameFds)];
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t n = ::recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (n <= 0) {
      close(n == 0 ? "the peer closed" : std::string("cannot read: ") + std::strerror(errno));
      return;
    }
    for (cmsghdr* h = CMSG_FIRSTHDR(&message); h != nullptr; h = CMSG_NXTHDR(&message, h)) {
      if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS) continue;
      const std::size_t count = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (std::size_t i = 0; i < count; ++i) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(h) + i * sizeof(int), sizeof(int));
        reader_.add_fd(Fd(fd));
      }
    }
    reader_.commit(static_cast<std::size_t>(n));
    if (!deliver() || !*alive) return;
    if (static_cast<std::size_t>(n) < size) return;
  }
}

bool FrameStream::deliver() {
  const auto alive = alive_;
  while (socket_) {
    auto frame = reader_.next();
    if (!frame) {
      close(std::string(describe(frame.error())));
      return false;
    }
    if (!*frame) return true;
    const bool accepted = on_frame_(**frame);
    if (!*alive) return false;
    if (!accepted) {
      close("a frame was refused");
      return false;
    }
  }
  return false;
}

void FrameStream::close(const std::string& reason) {
  if (!socket_) return;
  poll_.close();
  socket_.reset();
  chunks_.clear();
  queued_ = 0;
  loop_.defer([this, alive = alive_, reason] {
    if (*alive && on_closed_) on_closed_(reason);
  });
}

}  // namespace ringfence::channel

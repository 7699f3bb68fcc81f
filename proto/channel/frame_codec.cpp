#include "proto/channel/frame_codec.hpp"

#include <algorithm>
#include <cstring>

namespace ringfence::channel {
namespace {

std::uint8_t octet(char c) {
  return static_cast<std::uint8_t>(c);
}

std::size_t body_size_of(const char* header) {
  return (static_cast<std::size_t>(octet(header[0])) << 24) |
         (static_cast<std::size_t>(octet(header[1])) << 16) |
         (static_cast<std::size_t>(octet(header[2])) << 8) | octet(header[3]);
}

}  // namespace

std::string_view describe(FrameError error) {
  switch (error) {
    case FrameError::too_long:
      return "a frame is longer than the limit";
    case FrameError::reserved_not_zero:
      return "a frame header has octets that must be zero";
    case FrameError::too_many_fds:
      return "a frame announces too many descriptors";
    case FrameError::fds_missing:
      return "a frame came without the descriptors that it announced";
    case FrameError::fds_unannounced:
      return "descriptors came that no frame announced";
  }
  return "unknown";
}

std::array<char, kFrameHeaderSize> frame_header(std::size_t body_size, std::size_t fd_count) {
  return {static_cast<char>(body_size >> 24),
          static_cast<char>(body_size >> 16),
          static_cast<char>(body_size >> 8),
          static_cast<char>(body_size),
          static_cast<char>(fd_count),
          0,
          0,
          0};
}

std::pair<char*, std::size_t> FrameReader::writable(std::size_t at_least) {
  if (start_ == filled_) {
    start_ = filled_ = 0;
  }
  if (buffer_.size() - filled_ < at_least && start_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + start_, filled_ - start_);
    filled_ -= start_;
    start_ = 0;
  }
  if (buffer_.size() - filled_ < at_least) buffer_.resize(filled_ + at_least);
  return {buffer_.data() + filled_, buffer_.size() - filled_};
}

std::expected<std::optional<Frame>, FrameError> FrameReader::next() {
  const std::size_t available = filled_ - start_;
  // Descriptors come with the first octet of their frame: without an octet they are nobody's, and
  // a peer that goes on so would fill our table.
  if (available == 0 && !fds_.empty()) return std::unexpected(FrameError::fds_unannounced);
  if (available < kFrameHeaderSize) return std::nullopt;
  const char* header = buffer_.data() + start_;
  const std::size_t size = body_size_of(header);
  const std::size_t fd_count = octet(header[4]);
  if (size > kMaxFrameBody) return std::unexpected(FrameError::too_long);
  if (header[5] != 0 || header[6] != 0 || header[7] != 0) {
    return std::unexpected(FrameError::reserved_not_zero);
  }
  if (fd_count > kMaxFrameFds) return std::unexpected(FrameError::too_many_fds);
  if (available < kFrameHeaderSize + size) return std::nullopt;
  // Descriptors arrive no later than the first octet of their frame.
  if (fds_.size() < fd_count) return std::unexpected(FrameError::fds_missing);
  Frame frame;
  frame.body = std::string_view(header + kFrameHeaderSize, size);
  for (std::size_t i = 0; i < fd_count; ++i) {
    frame.fds.push_back(std::move(fds_.front()));
    fds_.pop_front();
  }
  start_ += kFrameHeaderSize + size;
  return frame;
}

}  // namespace ringfence::channel

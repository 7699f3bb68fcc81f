// The framing of every link: an 8-octet header (length of the body, big-endian, 4 octets; number of
// descriptors that ride on the frame, 1; zero, 3) and the body, one protobuf message. Pure: octets
// and descriptors in, frames out. A header that breaks the form is an error, after which the link
// is dead.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/fd.hpp"

namespace ringfence::channel {

inline constexpr std::size_t kFrameHeaderSize = 8;
inline constexpr std::size_t kMaxFrameBody = 1 << 20;
inline constexpr std::size_t kMaxFrameFds = 64;

struct Frame {
  std::string_view body;  // valid until the next call of the reader
  std::vector<Fd> fds;
};

enum class FrameError { too_long, reserved_not_zero, too_many_fds, fds_missing, fds_unannounced };
std::string_view describe(FrameError error);

std::array<char, kFrameHeaderSize> frame_header(std::size_t body_size, std::size_t fd_count);

class FrameReader {
 public:
  // Where the next octets from the socket go; commit() says how many came.
  std::pair<char*, std::size_t> writable(std::size_t at_least);
  void commit(std::size_t octets) { filled_ += octets; }
  void add_fd(Fd fd) { fds_.push_back(std::move(fd)); }

  // The next whole frame; nullopt: more octets are needed.
  std::expected<std::optional<Frame>, FrameError> next();

 private:
  std::vector<char> buffer_;
  std::size_t start_ = 0;
  std::size_t filled_ = 0;
  std::deque<Fd> fds_;
};

}  // namespace ringfence::channel

// SipFramer: cuts the octets of one stream connection into SIP messages (RFC 3261 §18.3). Owned by
// its Connection. Pure: octets in, frames out, and the same frames however the octets were split.
// It knows the start line's end, Content-Length with its compact form, folding and CRLF pings, and
// nothing else of SIP. The first error is the last frame: it never looks for a message behind one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ringfence::tls_front {

enum class FramingError : std::uint8_t {
  content_length_missing,
  content_length_invalid,
  content_length_repeated,
  body_too_large,
  start_line_too_long,
  header_too_large,
  not_sip,
};

struct Frame {
  enum class Kind : std::uint8_t {
    message,  // octets: the whole message
    ping,     // CRLF CRLF between messages, to be answered with CRLF (RFC 5626 §4.4.1)
    pong,     // the CRLF that expect_pong() announced
    error,    // octets: what was read of the header
  };
  Kind kind = Kind::message;
  FramingError error{};
  std::string_view octets;  // valid until the next call of the framer
};

class SipFramer {
 public:
  // R032 and R037.
  static constexpr std::size_t kMaxField = 8 * 1024;  // the start line as well
  static constexpr std::size_t kMaxFields = 128;
  static constexpr std::size_t kMaxHeader = 64 * 1024;
  static constexpr std::size_t kMaxBody = 64 * 1024;

  void feed(std::string_view octets);
  // The next frame; nullopt: more octets are needed, or an error was handed out before.
  std::optional<Frame> next();
  // A ping of ours is under way: the next CRLF between messages is its answer and no part of a
  // ping.
  void expect_pong(bool expected) { pong_expected_ = expected; }
  // Octets of an incomplete message are waiting: the message's deadline runs.
  bool in_message() const { return !failed_ && part_ != Part::between; }

 private:
  enum class Part : std::uint8_t { between, start_line, fields, body };

  std::optional<Frame> skip_crlf();
  std::optional<Frame> take_header();
  std::optional<Frame> take_line(std::size_t end);
  std::optional<Frame> take_field(std::string_view line);
  std::optional<Frame> end_header(std::size_t end);
  std::optional<Frame> take_body();
  Frame fail(FramingError error, std::size_t end);
  void compact();

  std::string buffer_;
  std::size_t start_ = 0;    // of the message
  std::size_t scanned_ = 0;  // no line ends before here
  std::size_t line_start_ = 0;
  std::size_t field_start_ = 0;  // folded lines belong to the field that they continue
  std::size_t message_end_ = 0;
  std::size_t fields_ = 0;
  std::size_t content_lengths_ = 0;
  std::string content_length_;  // the value, unfolded
  bool in_content_length_ = false;
  unsigned crlfs_ = 0;  // since the last message or ping
  bool pong_expected_ = false;
  bool failed_ = false;
  Part part_ = Part::between;
};

std::string_view describe(FramingError error);

}  // namespace ringfence::tls_front

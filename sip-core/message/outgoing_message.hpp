// OutgoingMessage: a message of ours being made: a start line, header fields in their order, a
// body. Fields are kept as written lines in one text, and edited by an index of its pieces, so that
// serialize() only puts pieces together. Content-Length is computed there and never set by hand. A
// CR, LF or NUL in anything given is written as a space: no value can become a field of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/message/header_name.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/message/method.hpp"

namespace ringfence::sip_core::sip {

class OutgoingMessage {
 public:
  // A view: lives until the message is changed.
  struct HeaderField {
    HeaderName id = HeaderName::other;
    std::string_view name;
    std::string_view value;
  };

  static OutgoingMessage request(Method method, std::string_view uri);
  static OutgoingMessage request(std::string_view method, std::string_view uri);
  static OutgoingMessage response(int status, std::string_view reason = {});  // "": the table's

  bool is_request() const { return status_ == 0; }
  int status_code() const { return status_; }
  const std::string& method() const { return method_; }
  const std::string& uri() const { return uri_; }
  void set_uri(std::string_view uri) { uri_ = uri; }

  OutgoingMessage& add(HeaderName name, std::string_view value);
  // The value in parts, one behind the other.
  OutgoingMessage& add(HeaderName name, std::initializer_list<std::string_view> parts);
  OutgoingMessage& add(std::string_view name, std::string_view value);
  OutgoingMessage& add_number(HeaderName name, std::uint64_t value);
  OutgoingMessage& set(HeaderName name, std::string_view value);        // replaces all of that name
  OutgoingMessage& add_first(HeaderName name, std::string_view value);  // above all: Via
  OutgoingMessage& remove(HeaderName name);
  // Every field of that name, as it stands in the parsed message.
  OutgoingMessage& copy(const Message& from, HeaderName name);
  OutgoingMessage& body(std::string_view content_type, std::string bytes);

  std::optional<std::string_view> header(HeaderName name) const;  // the first
  std::vector<HeaderField> fields() const;
  const std::string& body() const { return body_; }

  std::string serialize() const;

 private:
  // Where a field's line lies in lines_.
  struct Piece {
    HeaderName id = HeaderName::other;
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    std::uint32_t name_size = 0;
  };

  Piece write_line(HeaderName id, std::string_view name, std::span<const std::string_view> value);
  Piece write_line(HeaderName id, std::string_view value);
  HeaderField field_of(const Piece& piece) const;
  void append_start_line(std::string& out) const;
  void append_lines(std::string& out) const;

  int status_ = 0;
  std::string method_;
  std::string uri_;
  std::string reason_;
  std::string lines_;
  std::vector<Piece> pieces_;
  std::string body_;
};

}  // namespace ringfence::sip_core::sip

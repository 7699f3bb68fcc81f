// Message: one parsed SIP message that owns its octets; fields are offsets into them, so that it
// may be moved freely. Views handed out live as long as the message stays where it is. Typed
// accessors read in place when asked, without allocating, and give nullopt for a field that is
// absent or malformed; validate_request() tells these apart. Immutable: what we send is an
// OutgoingMessage.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/message/cseq.hpp"
#include "sip-core/message/header_name.hpp"
#include "sip-core/message/limits.hpp"
#include "sip-core/message/method.hpp"
#include "sip-core/message/name_addr.hpp"
#include "sip-core/message/via.hpp"

namespace ringfence::sip_core::sip {

struct Field {
  HeaderName id = HeaderName::other;
  std::string_view name;   // as written
  std::string_view value;  // trimmed, unfolded
};

class ValueRange;
class Parser;

class Message {
 public:
  Message() = default;
  Message(Message&&) = default;
  Message& operator=(Message&&) = default;
  Message(const Message&) = delete;  // what was read ahead lies in the octets
  Message& operator=(const Message&) = delete;
  ~Message() = default;

  bool is_request() const { return status_ == 0; }
  bool is_response() const { return status_ != 0; }
  Method method() const { return method_; }  // of a response: the CSeq's
  std::string_view method_text() const;      // likewise
  std::string_view request_uri_text() const { return view(uri_); }
  std::expected<UriView, UriError> request_uri() const { return UriView::parse(view(uri_)); }
  int status_code() const { return status_; }
  std::string_view reason() const { return view(reason_); }

  std::size_t field_count() const { return fields_.size(); }
  Field field(std::size_t index) const;  // in the order of the message
  std::size_t count(HeaderName name) const;
  bool has(HeaderName name) const { return first(name) != kNone; }
  std::optional<std::string_view> header(HeaderName name) const;  // the first field's whole value
  std::optional<std::string_view> header(std::string_view name) const;
  // All values of all fields of that name, lists split at their commas (RFC 3261 §7.3.1):
  //   for (std::string_view value : message.values(HeaderName::route)) …
  ValueRange values(HeaderName name) const;
  // Whether a list of tokens (Require, Supported, Allow …) holds one, compared without case.
  bool lists(HeaderName name, std::string_view token) const;

  std::string_view body() const { return view(body_); }
  std::string_view bytes() const { return buffer_; }  // folds replaced by spaces

  const std::optional<Via>& via() const { return via_; }  // the topmost
  const std::optional<CSeq>& cseq() const { return cseq_; }
  std::string_view call_id() const { return header(HeaderName::call_id).value_or(""); }
  std::optional<NameAddrView> from() const;
  std::optional<NameAddrView> to() const;
  std::string_view from_tag() const { return from_tag_; }  // "" when absent
  std::string_view to_tag() const { return to_tag_; }
  std::optional<Contacts> contacts() const;     // empty list when there is no Contact
  std::optional<NameAddrView> contact() const;  // the first
  std::optional<std::vector<NameAddr>> addresses(HeaderName name) const;  // Route, Path, …
  std::optional<std::uint32_t> max_forwards() const { return number(HeaderName::max_forwards); }
  std::optional<std::uint32_t> expires() const { return number(HeaderName::expires); }
  // delta-seconds and other plain numbers, capped at 2^32-1; parameters after it are ignored.
  std::optional<std::uint32_t> number(HeaderName name) const;
  std::string_view content_type() const;  // "application/sdp", without parameters

 private:
  friend class Parser;
  friend class ValueRange;
  static constexpr std::uint8_t kNone = 0xff;
  static_assert(kMaxHeaderFields < kNone);

  struct Slice {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
  };
  struct IndexedField {
    Slice name;
    Slice value;
    HeaderName id = HeaderName::other;
    std::uint8_t next = kNone;  // the next field of the same name
  };
  static constexpr std::array<std::uint8_t, kHeaderNames> none() {
    std::array<std::uint8_t, kHeaderNames> all{};
    all.fill(kNone);
    return all;
  }

  std::string_view view(Slice s) const {
    return std::string_view(buffer_).substr(s.offset, s.size);
  }
  std::uint8_t first(HeaderName name) const { return first_[static_cast<std::size_t>(name)]; }
  // Once all fields are there: what transactions and dialogs ask for again and again.
  void read_ahead();

  std::string buffer_;
  std::vector<IndexedField> fields_;
  std::array<std::uint8_t, kHeaderNames> first_ = none();
  Slice method_text_;
  Slice uri_;
  Slice reason_;
  Slice body_;
  int status_ = 0;
  Method method_ = Method::other;
  std::optional<Via> via_;
  std::optional<CSeq> cseq_;
  std::string_view from_tag_;
  std::string_view to_tag_;
};

// An input range over values of one name; it must not outlive its message.
class ValueRange {
 public:
  class Iterator {
   public:
    using value_type = std::string_view;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    Iterator(const Message* message, std::uint8_t field, bool list);
    std::string_view operator*() const { return value_; }
    Iterator& operator++();
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return at_end_; }

   private:
    void enter_field();

    const Message* message_ = nullptr;
    std::string_view rest_;
    std::string_view value_;
    std::uint8_t field_ = Message::kNone;
    bool list_ = false;
    bool at_end_ = true;
  };

  ValueRange(const Message& message, HeaderName name) : message_(&message), name_(name) {}
  Iterator begin() const { return {message_, message_->first(name_), is_list(name_)}; }
  std::default_sentinel_t end() const { return {}; }

 private:
  const Message* message_;
  HeaderName name_;
};

// Takes the next value off a comma-separated list, quoted strings and angle brackets respected.
std::string_view take_list_value(std::string_view& rest);

}  // namespace ringfence::sip_core::sip

#include "sip-core/transaction/transaction_key.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <memory_resource>

#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core {

namespace {

constexpr char kSeparator = '\n';  // in no value of a parsed message

// What is hashed: short as a rule, and then it never leaves the stack.
class KeyText {
 public:
  KeyText() { text_.reserve(kUsual); }

  KeyText& add(std::string_view part) {
    text_ += part;
    text_ += kSeparator;
    return *this;
  }
  KeyText& add_lower(std::string_view part) {
    const std::size_t start = text_.size();
    text_.resize(start + part.size());
    std::ranges::transform(part, text_.data() + start, sip::to_lower);
    text_ += kSeparator;
    return *this;
  }
  KeyText& add(std::uint32_t number) {
    std::array<char, 10> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return add({digits.data(), end});
  }
  KeyText& add(const IpAddress& ip) {
    const auto* octets = reinterpret_cast<const char*>(ip.octets().data());
    return add({octets, ip.is_v6() ? 16u : 4u});
  }
  KeyText& add_identity(const sip::Message& request, std::string_view method) {
    return add(request.call_id())
        .add(request.from_tag())
        .add(request.cseq() ? request.cseq()->number : 0)
        .add(method);
  }
  TransactionKey key(const SipHash::Key& secret) const {
    const auto [high, low] = SipHash(secret).long_of(text_);
    return {high, low};
  }

 private:
  static constexpr std::size_t kUsual = 256;

  std::array<std::byte, 2 * kUsual> room_;
  std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};
  std::pmr::string text_{&memory_};
};

}  // namespace

TransactionKey TransactionKeys::of_request(const sip::Message& request,
                                           const MessageSource& source) const {
  const bool ack = request.method() == sip::Method::ack;
  return of_request(request, source, ack ? "INVITE" : request.method_text());
}

TransactionKey TransactionKeys::of_request(const sip::Message& request, const MessageSource& source,
                                           std::string_view method) const {
  KeyText text;
  const auto& via = request.via();
  if (via && via->has_rfc3261_branch()) {
    text.add_lower(via->branch).add_lower(via->host).add(via->sent_by_port());
  } else {
    text.add(request.header(sip::HeaderName::via).value_or("")).add_identity(request, method);
  }
  return text.add(source.remote.ip).add(method).key(secret_);
}

TransactionKey TransactionKeys::of_identity(const sip::Message& request,
                                            std::string_view method) const {
  return KeyText().add_identity(request, method).key(secret_);
}

TransactionKey TransactionKeys::of_client(std::string_view branch, std::string_view method) const {
  return KeyText().add_lower(branch).add(method).key(secret_);
}

}  // namespace ringfence::sip_core

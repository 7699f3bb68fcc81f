#include "sip-core/transaction/transaction_key.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core {

namespace {

constexpr char kSeparator = '\n';    // in no value of a parsed message
constexpr std::size_t kAround = 32;  // numbers, an address and separators

void append(std::string& key, std::string_view part) {
  key += part;
  key += kSeparator;
}

void append_lower(std::string& key, std::string_view part) {
  const std::size_t start = key.size();
  key.resize(start + part.size());
  std::ranges::transform(part, key.data() + start, sip::to_lower);
  key += kSeparator;
}

void append_number(std::string& key, std::uint32_t number) {
  std::array<char, 10> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  append(key, {digits.data(), end});
}

void append_octets(std::string& key, const IpAddress& ip) {
  const auto* octets = reinterpret_cast<const char*>(ip.octets().data());
  append(key, {octets, ip.is_v6() ? 16u : 4u});
}

}  // namespace

std::string server_transaction_key(const sip::Message& request, const MessageSource& source) {
  const bool ack = request.method() == sip::Method::ack;
  return server_transaction_key(request, source, ack ? "INVITE" : request.method_text());
}

std::string server_transaction_key(const sip::Message& request, const MessageSource& source,
                                   std::string_view method) {
  std::string key;
  const auto& via = request.via();
  if (via && via->has_rfc3261_branch()) {
    key.reserve(via->branch.size() + via->host.size() + method.size() + kAround);
    append_lower(key, via->branch);
    append_lower(key, via->host);
    append_number(key, via->sent_by_port());
  } else {
    append(key, request.header(sip::HeaderName::via).value_or(""));
    append(key, request_identity(request, method));
  }
  append_octets(key, source.remote.ip);
  append(key, method);
  return key;
}

std::string request_identity(const sip::Message& request, std::string_view method) {
  std::string key;
  key.reserve(request.call_id().size() + request.from_tag().size() + method.size() + kAround);
  append(key, request.call_id());
  append(key, request.from_tag());
  append_number(key, request.cseq() ? request.cseq()->number : 0);
  append(key, method);
  return key;
}

std::string client_transaction_key(std::string_view branch, std::string_view method) {
  std::string key;
  key.reserve(branch.size() + method.size() + 2);
  append_lower(key, branch);
  append(key, method);
  return key;
}

}  // namespace ringfence::sip_core

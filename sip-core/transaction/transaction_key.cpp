#include "sip-core/transaction/transaction_key.hpp"

#include <algorithm>

#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core {

namespace {

constexpr char kSeparator = '\n';  // in no value of a parsed message

void append(std::string& key, std::string_view part) {
  key += part;
  key += kSeparator;
}

void append_lower(std::string& key, std::string_view part) {
  std::ranges::transform(part, std::back_inserter(key), sip::to_lower);
  key += kSeparator;
}

}  // namespace

std::string server_transaction_key(const sip::Message& request, const MessageSource& source,
                                   std::string_view method) {
  std::string key;
  const auto via = request.via();
  if (via && via->has_rfc3261_branch()) {
    append_lower(key, via->branch);
    append_lower(key, via->host);
    append(key, std::to_string(via->sent_by_port()));
  } else {
    append(key, request.header(sip::HeaderName::via).value_or(""));
    append(key, request_identity(request, method));
  }
  append(key, source.remote.ip.to_string());
  append(key, method);
  return key;
}

std::string request_identity(const sip::Message& request, std::string_view method) {
  std::string key;
  append(key, request.call_id());
  append(key, request.from_tag());
  const auto cseq = request.cseq();
  append(key, std::to_string(cseq ? cseq->number : 0));
  append(key, method);
  return key;
}

std::string client_transaction_key(std::string_view branch, std::string_view method) {
  std::string key;
  append_lower(key, branch);
  append(key, method);
  return key;
}

}  // namespace ringfence::sip_core

#include "sip-core/b2bua/transfer.hpp"

#include <charconv>
#include <utility>

#include "sip-core/message/characters.hpp"
#include "sip-core/message/escape.hpp"
#include "sip-core/message/name_addr.hpp"
#include "sip-core/message/parameters.hpp"
#include "sip-core/message/status.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

// Call-ID and tags of ours and of any sane peer are far below.
constexpr std::size_t kLongestReplaces = 1024;

bool takes_invite(const sip::Uri& uri) {
  const auto method = uri.parameters.value("method");
  return !method || *method == "INVITE";  // RFC 3261 §19.1.1: names of methods have case
}

}  // namespace

std::optional<Replaces> parse_replaces(std::string_view value) {
  if (value.size() > kLongestReplaces) return std::nullopt;
  Replaces replaces;
  const std::size_t end = std::min(value.find(';'), value.size());
  replaces.call_id = sip::trim(value.substr(0, end));
  value.remove_prefix(end);
  while (const auto parameter = sip::take_parameter(value, sip::ParameterGrammar::header)) {
    const std::string_view given = parameter->value.value_or("");
    if (sip::equal_without_case(parameter->name, "to-tag")) replaces.to_tag = given;
    if (sip::equal_without_case(parameter->name, "from-tag")) replaces.from_tag = given;
    if (sip::equal_without_case(parameter->name, "early-only")) {
      replaces.which = Replaces::Which::early_only;
    }
  }
  const bool whole =
      !replaces.call_id.empty() && !replaces.to_tag.empty() && !replaces.from_tag.empty();
  if (!value.empty() || !whole) return std::nullopt;
  return replaces;
}

std::expected<TransferTarget, int> read_refer_to(const sip::Message& refer) {
  if (refer.count(HeaderName::refer_to) != 1) return std::unexpected(400);  // RFC 3515 §2.4.2
  auto refer_to = sip::NameAddr::parse(*refer.header(HeaderName::refer_to));
  if (!refer_to) return std::unexpected(400);
  sip::Uri& uri = refer_to->uri;
  if (!uri.is_sip() && uri.scheme != sip::Scheme::tel) return std::unexpected(416);
  if (!takes_invite(uri)) return std::unexpected(501);
  TransferTarget target;
  std::string_view headers = uri.headers;
  while (const auto header = sip::take_uri_header(headers)) {
    if (!sip::equal_without_case(header->name, "Replaces")) continue;
    const auto plain = sip::unescape(header->value.value_or(""));
    if (plain) target.replaces = parse_replaces(*plain);
    if (!target.replaces) return std::unexpected(400);
  }
  uri.headers.clear();
  uri.parameters = sip::Parameters(sip::ParameterGrammar::uri);
  target.uri = std::move(uri);
  return target;
}

ReferSubscription refer_subscription(const sip::Message& refer) {
  const std::string_view value = refer.header(HeaderName::refer_sub).value_or("true");
  const bool unwanted =
      sip::equal_without_case(sip::trim(value.substr(0, value.find(';'))), "false");
  return unwanted ? ReferSubscription::unwanted : ReferSubscription::wanted;
}

std::string status_fragment(int status) {
  return "SIP/2.0 " + std::to_string(status) + ' ' + std::string(sip::reason_phrase(status)) +
         "\r\n";
}

std::optional<int> status_of_fragment(std::string_view body) {
  constexpr std::string_view kVersion = "SIP/2.0 ";
  if (!body.starts_with(kVersion)) return std::nullopt;
  body.remove_prefix(kVersion.size());
  int status = 0;
  const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), status);
  if (error != std::errc{} || status < 100 || status > 699) return std::nullopt;
  return status;
}

}  // namespace ringfence::sip_core

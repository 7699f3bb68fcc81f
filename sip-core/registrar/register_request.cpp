#include "sip-core/registrar/register_request.hpp"

#include <algorithm>
#include <utility>

#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core {
namespace {

constexpr std::size_t kMaxContactsInRequest = 32;
constexpr std::size_t kMaxUserAgent = 128;
// What one binding may hold, so that no phone costs the memory of many. Contacts of phones that are
// woken by push messages take some 600 octets (RFC 8599).
constexpr std::size_t kMaxContactText = 1024;
constexpr std::size_t kMaxInstance = 256;
constexpr std::size_t kMaxCallId = 256;
constexpr std::size_t kMaxPathText = 1024;

using Read = std::expected<RegisterRequest, RegisterRejection>;

std::unexpected<RegisterRejection> reject(int status, std::string_view reason) {
  return std::unexpected(RegisterRejection{status, reason, std::nullopt});
}

std::string without_quotes(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  return std::string(text);
}

bool is_sips(const sip::UriView& uri) {
  return uri.scheme == sip::Scheme::sips;
}

// RFC 5630 §5.2: a SIPS contact is taken only where everything on its way is SIPS (R012).
bool sips_all_along(const sip::Message& request, const std::vector<sip::NameAddr>& contacts,
                    const std::vector<sip::NameAddr>& path) {
  const auto uri = request.request_uri();
  const auto secure = [](const sip::NameAddr& address) { return is_sips(address.uri); };
  return uri && is_sips(*uri) && std::ranges::all_of(contacts, secure) &&
         std::ranges::all_of(path, secure);
}

std::optional<RegisterRejection> check_uris(const sip::Message& request,
                                            const std::vector<sip::NameAddr>& contacts,
                                            const std::vector<sip::NameAddr>& path) {
  bool any_sips = false;
  for (const sip::NameAddr& contact : contacts) {
    if (!contact.uri.is_sip()) return RegisterRejection{400, "Contact Is No SIP URI", {}};
    if (!is_sips(contact.uri)) continue;
    any_sips = true;
    // RFC 3261 §19.1.1: there is no TLS over UDP (R017).
    const auto transport = contact.uri.transport();
    if (transport && sip::equal_without_case(*transport, "udp")) {
      return RegisterRejection{400, "SIPS Contact Over UDP", {}};
    }
  }
  if (any_sips && !sips_all_along(request, contacts, path)) {
    return RegisterRejection{400, "SIPS Contact Without SIPS All Along", {}};
  }
  return std::nullopt;
}

// RFC 3261 §10.3 step 7: the contact's own interval, else the request's, else ours. Too brief is
// only what is less than an hour, too (R063).
std::optional<std::uint32_t> interval_of(const sip::NameAddr& contact, const sip::Message& request,
                                         const RegistrationLimits& limits) {
  const std::uint32_t wanted =
      contact.expires().value_or(request.expires().value_or(limits.default_expires_s));
  constexpr std::uint32_t kHour = 3600;
  if (wanted != 0 && wanted < limits.min_expires_s && wanted < kHour) return std::nullopt;
  return std::min(wanted, limits.max_expires_s);
}

// RFC 5626 §6: reg-id counts with an instance, and through a path only where its first hop has ob.
std::uint32_t reg_id_of(const sip::NameAddr& contact, std::string_view instance,
                        const std::vector<sip::NameAddr>& path) {
  const auto text = contact.parameters.value("reg-id");
  if (!text || instance.empty()) return 0;
  if (!path.empty() && !path.back().uri.parameters.has("ob")) return 0;
  return static_cast<std::uint32_t>(sip::parse_number(*text, 0x7fff'ffff).value_or(0));
}

std::expected<RequestedContact, RegisterRejection> read_contact(
    const sip::NameAddr& contact, const sip::Message& request,
    const std::vector<sip::NameAddr>& path, const RegistrationLimits& limits) {
  RequestedContact wanted;
  wanted.uri = contact.uri;
  wanted.uri.headers.clear();
  wanted.text = wanted.uri.to_string();
  wanted.instance_id =
      without_quotes(contact.parameters.value("+sip.instance").value_or(std::string_view()));
  wanted.reg_id = reg_id_of(contact, wanted.instance_id, path);
  if (wanted.text.size() > kMaxContactText || wanted.instance_id.size() > kMaxInstance) {
    return reject(400, "Contact Too Long");
  }
  const auto q = contact.q();
  if (!q) return reject(400, "Malformed q");
  wanted.q = *q;
  const auto interval = interval_of(contact, request, limits);
  if (!interval) return std::unexpected(RegisterRejection{423, {}, limits.min_expires_s});
  wanted.expires_s = *interval;
  return wanted;
}

std::optional<RegisterRejection> check_outbound(const RegisterRequest& wanted,
                                                const sip::Message& request) {
  std::size_t kept = 0;
  for (const RequestedContact& contact : wanted.contacts)
    kept += contact.expires_s != 0 ? 1 : 0;
  if (wanted.uses_outbound && kept > 1) {
    return RegisterRejection{400, "reg-id With Several Contacts", {}};  // RFC 5626 §6 (R089)
  }
  const bool required = request.lists(sip::HeaderName::require, "outbound");
  if (required && !wanted.uses_outbound && !wanted.path.empty()) {
    return RegisterRejection{439, "First Hop Lacks Outbound Support", {}};  // (R088)
  }
  return std::nullopt;
}

Read read_contacts(RegisterRequest wanted, const sip::Message& request,
                   const std::vector<sip::NameAddr>& contacts,
                   const std::vector<sip::NameAddr>& path, const RegistrationLimits& limits) {
  if (contacts.size() > kMaxContactsInRequest) return reject(403, "Too Many Contacts");
  if (const auto rejection = check_uris(request, contacts, path)) {
    return std::unexpected(*rejection);
  }
  for (const sip::NameAddr& contact : contacts) {
    auto one = read_contact(contact, request, path, limits);
    if (!one) return std::unexpected(one.error());
    wanted.uses_outbound = wanted.uses_outbound || one->reg_id != 0;
    wanted.contacts.push_back(std::move(*one));
  }
  if (const auto rejection = check_outbound(wanted, request)) return std::unexpected(*rejection);
  return wanted;
}

}  // namespace

Read read_register(const sip::Message& request, const RegistrationLimits& limits) {
  const auto cseq = request.cseq();
  const auto contacts = request.contacts();
  const auto path = request.addresses(sip::HeaderName::path);
  if (!cseq) return reject(400, "Malformed CSeq");
  if (!contacts) return reject(400, "Malformed Contact");
  if (!path) return reject(400, "Malformed Path");
  RegisterRequest wanted;
  wanted.call_id = request.call_id();
  wanted.cseq = cseq->number;
  wanted.user_agent =
      request.header(sip::HeaderName::user_agent).value_or("").substr(0, kMaxUserAgent);
  if (wanted.call_id.size() > kMaxCallId) return reject(400, "Call-ID Too Long");
  std::size_t path_size = 0;
  for (const sip::NameAddr& hop : *path)
    path_size += wanted.path.emplace_back(hop.to_string()).size();
  if (path_size > kMaxPathText) return reject(400, "Path Too Long");
  if (!contacts->asterisk)
    return read_contacts(std::move(wanted), request, contacts->list, *path, limits);
  // RFC 3261 §10.2.2: the asterisk only removes (R062).
  if (request.expires() != 0U) return reject(400, "Asterisk Without Expires 0");
  wanted.remove_all = true;
  return wanted;
}

}  // namespace ringfence::sip_core

#include "tls-front/certificate/peer_identity.hpp"

#include <algorithm>
#include <optional>

#include "tls-front/tls/server_name.hpp"

namespace ringfence::tls_front {
namespace {

constexpr std::size_t kNamesInSentence = 4;

std::string_view text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

bool is_name_octet(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

// R074: a NUL, a U-label or a trailing dot makes a name that nobody was meant to match.
std::optional<std::string> usable_name(std::string_view raw) {
  if (raw.empty() || raw.size() > 253 || raw.ends_with('.')) return std::nullopt;
  std::string name = normalised_name(raw);
  const std::string_view plain = name.starts_with("*.") ? std::string_view(name).substr(2) : name;
  if (plain.empty() || !std::ranges::all_of(plain, is_name_octet)) return std::nullopt;
  return name;
}

// RFC 5922 §7.1: `sip:` with a host and no user part; sips: and others are no domain identity.
std::optional<std::string> host_of_sip_uri(std::string_view uri) {
  constexpr std::string_view kScheme = "sip:";
  if (uri.size() <= kScheme.size() || normalised_name(uri.substr(0, 4)) != kScheme) {
    return std::nullopt;
  }
  uri.remove_prefix(kScheme.size());
  if (uri.find('@') != std::string_view::npos) return std::nullopt;
  auto host = usable_name(uri.substr(0, uri.find_first_of(":;?")));
  return host && !host->starts_with('*') ? host : std::nullopt;
}

void take_common_name(X509& certificate, PeerIdentities& identities) {
  X509_NAME* subject = X509_get_subject_name(&certificate);
  int last = -1;
  for (int i = -1; (i = X509_NAME_get_index_by_NID(subject, NID_commonName, i)) >= 0;)
    last = i;
  if (last < 0) return;
  const ASN1_STRING* value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last));
  if (auto name = usable_name(text_of(value))) identities.names.push_back(std::move(*name));
}

void take_address(const ASN1_STRING* value, PeerIdentities& identities) {
  const std::string_view octets = text_of(value);
  const auto family = octets.size() == 4 ? IpAddress::Family::v4 : IpAddress::Family::v6;
  if (octets.size() != 4 && octets.size() != 16) return;
  const auto* data = ASN1_STRING_get0_data(value);
  if (auto ip = IpAddress::from_bytes(family, data)) identities.addresses.push_back(*ip);
}

// One label in the wildcard's place, never more, and never a bare "*.net".
bool wildcard_covers(std::string_view pattern, std::string_view wanted) {
  if (!pattern.starts_with("*.")) return false;
  const std::string_view suffix = pattern.substr(1);  // ".example.net"
  const std::size_t dot = wanted.find('.');
  return suffix.find('.', 1) != std::string_view::npos && dot != std::string_view::npos &&
         dot > 0 && wanted.substr(dot) == suffix;
}

std::string listed(const PeerIdentities& identities) {
  std::string list;
  std::size_t count = 0;
  for (const std::string& name : identities.names) {
    if (count++ == kNamesInSentence) return list + ", …";
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

}  // namespace

VerifyMode parse_verify_mode(std::string_view text) {
  if (text == "wildcard") return VerifyMode::wildcard;
  if (text == "ca") return VerifyMode::ca;
  if (text == "none") return VerifyMode::none;
  return VerifyMode::full;
}

PeerIdentities identities_of(X509& certificate) {
  PeerIdentities identities;
  if (X509_get_ext_by_NID(&certificate, NID_subject_alt_name, -1) < 0) {
    take_common_name(certificate, identities);
    return identities;
  }
  const GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> dns_names;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_URI) {
      auto host = host_of_sip_uri(text_of(name->d.uniformResourceIdentifier));
      if (host) identities.names.push_back(std::move(*host));
    } else if (name->type == GEN_DNS) {
      if (auto host = usable_name(text_of(name->d.dNSName))) dns_names.push_back(std::move(*host));
    } else if (name->type == GEN_IPADD) {
      take_address(name->d.iPAddress, identities);
    }
  }
  // RFC 5922 §7.1: where a SIP URI names the domain, DNS names do not count.
  if (identities.names.empty()) identities.names = std::move(dns_names);
  return identities;
}

bool speaks_for(const PeerIdentities& identities, std::string_view wanted, VerifyMode mode) {
  if (mode == VerifyMode::ca || mode == VerifyMode::none) return true;
  if (const auto ip = IpAddress::parse(wanted)) {
    return std::ranges::find(identities.addresses, *ip) != identities.addresses.end();
  }
  const std::string name = normalised_name(wanted);
  return !name.empty() && std::ranges::any_of(identities.names, [&](const std::string& own) {
    return own == name || (mode == VerifyMode::wildcard && wildcard_covers(own, name));
  });
}

bool allows_tls(X509& certificate) {
  const std::uint32_t usage = X509_get_extended_key_usage(&certificate);
  return usage == UINT32_MAX || (usage & (XKU_SSL_SERVER | XKU_SSL_CLIENT | XKU_ANYEKU)) != 0;
}

Result<void> check_peer(X509& certificate, std::string_view wanted, VerifyMode mode) {
  const PeerIdentities identities = identities_of(certificate);
  if (speaks_for(identities, wanted, mode)) return {};
  const std::string names = listed(identities);
  return fail("the certificate of " + std::string(wanted) +
              (names.empty() ? " names no domain" : " is for " + names));
}

}  // namespace ringfence::tls_front

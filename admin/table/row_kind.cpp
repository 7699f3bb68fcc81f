#include "admin/table/row_kind.hpp"

#include <algorithm>
#include <array>

namespace ringfence::admin {
namespace {

using enum ColumnType;

constexpr std::string_view kTenantName = "(SELECT name FROM tenants WHERE id = t.tenant_id)";

constexpr Column kTenantColumn{"tenant",       reference,   "the tenant that it belongs to",
                               Shown::in_list, "tenant_id", kTenantName,
                               "tenant"};
constexpr Column kEnabled{"enabled", flag, "0: kept and not used", Shown::in_list};

constexpr std::array kTenant = {
    Column{"name", text, "what people call it", Shown::in_list},
    Column{"domain", text, "SIP domain and digest realm, in lower case", Shown::in_list},
    Column{"sips_policy", text, "bridge or strict", Shown::in_list},
    Column{"refer_policy", text, "transfers: handle, pass or refuse"},
    Column{"max_calls", number, "calls at once; empty: no limit", Shown::in_list},
    kEnabled,
};

constexpr std::array kListener = {
    Column{"name", text, "what people call it", Shown::in_list},
    Column{"side", text, "trunk or public", Shown::in_list},
    Column{"transport", text, "udp, tcp or tls", Shown::in_list},
    Column{"address", text, "numeric address to bind", Shown::in_list},
    Column{"port", number, "1 to 65535", Shown::in_list},
    Column{"advertised_address", text, "what peers are told instead of address"},
    Column{"media_address", text, "where RTP is bound, if not at address"},
    Column{"media_advertised_address", text, "what SDP says instead of media_address"},
    kEnabled,
};

constexpr std::array kTrunk = {
    Column{"label", text, "what people call it", Shown::in_list},
    kTenantColumn,
    Column{"host", text, "host name or address of the carrier", Shown::in_list},
    Column{"profile", text,
           "generic, teams, twilio, telnyx, telekom-companyflex or fritzbox: fills in"
           " what is not set"},
    Column{"port", number, "port for udp and tcp", Shown::in_list},
    Column{"transport", text, "udp or tcp, where tls is 0", Shown::in_list},
    Column{"tls", flag, "1: register and dial over TLS", Shown::in_list},
    Column{"tls_port", number, "port for TLS", Shown::in_list},
    Column{"tls_host", text, "host for TLS, if not host"},
    Column{"tls_verify", text, "full, wildcard, ca or none"},
    Column{"uri_style", text, "sips-transport-tls, sips or sip-transport-tls"},
    Column{"contact_host", text, "our name in Via and Contact, if not the listener's"},
    Column{"outbound_proxy", text, "host or host:port that requests go through"},
    Column{"srtp", flag, "1: media is encrypted or there is no call", Shown::in_list},
    Column{"srtp_inbound", text, "required or offered"},
    Column{"srtp_suites", text, "crypto suites, best first; empty: AES_CM_128_HMAC_SHA1_80"},
    Column{"srtp_lifetime", text, "key lifetime that our offers name, such as 2^31"},
    Column{"srtp_quirks", text, "renumbered_tag, unpadded_keys: what it needs of keys"},
    Column{"codecs", text, "codecs, best first, such as PCMA G722; empty: what is offered"},
    Column{"username", text, "user of the registration", Shown::in_list},
    Column{"auth_username", text, "user of the digest, if not username"},
    Column{"password", secret, "password of the digest", Shown::in_list, "",
           "CASE WHEN t.password IS NOT NULL THEN 'set' END"},
    Column{"register", flag, "1: register there", Shown::in_list},
    Column{"source_cidrs", text, "networks that its requests come from"},
    Column{"listener", reference, "trunk listener to use", Shown::alone, "listener_id",
           "(SELECT name FROM listeners WHERE id = t.listener_id)", "listener"},
    Column{"identity_trust", flag, "1: believe its P-Asserted-Identity"},
    Column{"identity_send", text, "pai, ppi or from"},
    Column{"caller_id", text, "the number that every call shows; empty: the caller's"},
    Column{"privacy", text, "as-asked, always or ignore: hiding the caller's number"},
    Column{"number_format", text, "as-is, e164 or national"},
    Column{"country_code", text, "of numbers without one, such as 49"},
    Column{"options_interval_s", number, "seconds between OPTIONS to it; 0: none"},
    Column{"session_timer", text, "offer, accept or off"},
    Column{"mediasec", flag, "1: agree on media security by REGISTER, as CompanyFlex wants"},
    Column{"client_certificate", text, "folder below --certs whose certificate is shown to it"},
    Column{"diversion", text, "pass or strip: Diversion, History-Info and Referred-By"},
    Column{"max_calls", number, "calls at once; empty: no limit"},
    Column{"max_cps", number, "new calls per second; empty: no limit"},
    kEnabled,
};

constexpr std::array kExtension = {
    Column{"username", text, "user part of its address", Shown::in_list},
    kTenantColumn,
    Column{"domain", text, "", Shown::in_list, kReadOnly,
           "(SELECT domain FROM tenants WHERE id = t.tenant_id)"},
    Column{"srtp", text, "required, preferred or off", Shown::in_list},
    Column{"srtp_suites", text, "crypto suites, best first; empty: AES_CM_128_HMAC_SHA1_80"},
    Column{"password", secret, "password of the phone", Shown::in_list, "",
           "CASE WHEN coalesce(t.password, t.ha1_md5, t.ha1_sha256) IS NOT NULL THEN 'set' END"},
    Column{"max_contacts", number, "phones at once; empty: no limit", Shown::in_list},
    Column{"max_calls", number, "calls at once; empty: no limit", Shown::in_list},
    kEnabled,
};

constexpr std::array kDid = {
    Column{"number", text, "the number that is called", Shown::in_list},
    kTenantColumn,
    Column{"target", text, "ext:NAME, group:NAME or trunk:LABEL", Shown::in_list},
};

constexpr std::array kGroup = {
    Column{"name", text, "what people call it", Shown::in_list},
    kTenantColumn,
    Column{"mode", text, "all: everybody rings at once; order: one after the other",
           Shown::in_list},
    Column{"timeout_s", number, "seconds that each member, or all together, ring", Shown::in_list},
    Column{"members", members, "extensions in order, such as alice,bob", Shown::in_list, "",
           "(SELECT group_concat(username, ',') FROM (SELECT e.username FROM group_members m "
           "JOIN extensions e ON e.id = m.extension_id WHERE m.group_id = t.id "
           "ORDER BY m.position, e.id))"},
};

constexpr std::array kRoute = {
    kTenantColumn,
    Column{"priority", number, "the lowest is tried first", Shown::in_list},
    Column{"pattern", text, "glob over the whole dialled number", Shown::in_list},
    Column{"trunk", reference, "where the call goes", Shown::in_list, "trunk_id",
           "(SELECT label FROM trunks WHERE id = t.trunk_id)", "trunk"},
    Column{"strip", number, "characters removed in front", Shown::in_list},
    Column{"prepend", text, "what is put in front afterwards", Shown::in_list},
    kEnabled,
};

constexpr std::array kAcl = {
    Column{"tenant", reference, "empty: every tenant", Shown::in_list, "tenant_id", kTenantName,
           "tenant"},
    Column{"priority", number, "the lowest is tried first", Shown::in_list},
    Column{"action", text, "allow or deny", Shown::in_list},
    Column{"kind", text, "ip, cidr, glob, sip-user, sip-from, sip-did or tenant", Shown::in_list},
    Column{"pattern", text, "what it is compared with", Shown::in_list},
    Column{"force", flag, "1: a deny by address holds for private sources too", Shown::in_list},
    Column{"comment", text, "for people", Shown::in_list},
    kEnabled,
};

constexpr std::array kSetting = {
    Column{"key", text, "its name", Shown::in_list},
    Column{"value", text, "its value; a password is shown as \"set\"", Shown::in_list, "",
           "CASE WHEN t.key LIKE '%password' AND t.value <> '' THEN 'set' ELSE t.value END"},
    Column{"default", text, "", Shown::in_list, kReadOnly, "i.default_value"},
    Column{"minimum", number, "", Shown::alone, kReadOnly, "i.minimum"},
    Column{"maximum", number, "", Shown::alone, kReadOnly, "i.maximum"},
    Column{"description", text, "", Shown::in_list, kReadOnly, "i.description"},
};

constexpr std::array kRowKinds = {
    RowKind{"tenant", "tenants", "organisations and their SIP domains", "tenants t", KeyForm::name,
            "name", "t.name", "t.name = ?1 OR t.domain = lower(?1)", "t.name", PasswordForm::none,
            "", kTenant},
    RowKind{"trunk", "trunks", "carriers", "trunks t", KeyForm::tenant_and_name, "label",
            "(SELECT name FROM tenants WHERE id = t.tenant_id) || '/' || t.label", "t.label = ?1",
            "t.tenant_id, t.label", PasswordForm::as_given, "", kTrunk},
    RowKind{"extension", "extensions", "phones", "extensions t", KeyForm::user_at_domain,
            "username", "t.username || '@' || (SELECT domain FROM tenants WHERE id = t.tenant_id)",
            "t.username = ?1", "t.tenant_id, t.username", PasswordForm::hashed, "", kExtension},
    RowKind{"did", "dids", "inbound numbers", "dids t", KeyForm::tenant_and_name, "number",
            "(SELECT name FROM tenants WHERE id = t.tenant_id) || '/' || t.number", "t.number = ?1",
            "t.tenant_id, t.number", PasswordForm::none, "", kDid},
    RowKind{"group", "groups", "extensions that ring for one number", "groups t",
            KeyForm::tenant_and_name, "name",
            "(SELECT name FROM tenants WHERE id = t.tenant_id) || '/' || t.name", "t.name = ?1",
            "t.tenant_id, t.name", PasswordForm::none, "", kGroup},
    RowKind{"route", "routes", "where outbound numbers go", "routes t", KeyForm::number, "", "t.id",
            "t.id = ?1", "t.tenant_id, t.priority, t.id", PasswordForm::none, "", kRoute},
    RowKind{"acl", "acl_rules", "who may and who may not", "acl_rules t", KeyForm::number, "",
            "t.id", "t.id = ?1", "t.priority, t.id", PasswordForm::none, "", kAcl},
    RowKind{"listener", "listeners", "addresses and ports", "listeners t", KeyForm::name, "name",
            "t.name", "t.name = ?1", "t.side, t.name", PasswordForm::none, "", kListener},
    RowKind{"setting", "settings", "numbers that hold for everything",
            "settings t LEFT JOIN setting_info i ON i.key = t.key", KeyForm::name, "key", "t.key",
            "t.key = ?1", "t.key", PasswordForm::none, "value", kSetting},
};

}  // namespace

const Column* RowKind::find(std::string_view name) const {
  const auto found = std::ranges::find(columns, name, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

std::string RowKind::with_article() const {
  const bool vowel = std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + std::string(noun);
}

std::span<const RowKind> row_kinds() {
  return kRowKinds;
}

const RowKind* find_row_kind(std::string_view noun) {
  const auto found = std::ranges::find(kRowKinds, noun, &RowKind::noun);
  return found == kRowKinds.end() ? nullptr : &*found;
}

}  // namespace ringfence::admin

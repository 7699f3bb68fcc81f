#include "sip-core/message/uri.hpp"

#include "sip-core/message/characters.hpp"
#include "sip-core/message/escape.hpp"

namespace ringfence::sip_core::sip {

namespace {

void append_port(std::string& out, std::uint16_t port) {
  out += ':';
  out += std::to_string(port);
}

std::string_view scheme_prefix(Scheme scheme) {
  switch (scheme) {
    case Scheme::sip:
      return "sip:";
    case Scheme::sips:
      return "sips:";
    case Scheme::tel:
      return "tel:";
    case Scheme::other:
      return "";
  }
  return "";
}

void append_headers(std::string& out, const std::vector<Parameters::Item>& headers) {
  char separator = '?';
  for (const Parameters::Item& header : headers) {
    out += separator;
    out += header.name;
    out += '=';
    if (header.value) out += *header.value;
    separator = '&';
  }
}

}  // namespace

Uri::Uri(Scheme scheme_, std::string_view user_, std::string_view host_,
         std::optional<std::uint16_t> port_)
    : scheme(scheme_), user(escape_user(user_)), host(host_), port(port_) {}

std::string Uri::decoded_user() const {
  return unescape(user).value_or(user);
}

void Uri::set_user(std::string_view plain) {
  user = escape_user(plain);
}

std::uint16_t Uri::port_or_default() const {
  if (port) return *port;
  const auto by = transport();
  const bool secure = scheme == Scheme::sips || (by && equal_without_case(*by, "tls"));
  return secure ? 5061 : 5060;
}

std::string Uri::address_of_record() const {
  if (scheme == Scheme::other) return opaque;
  std::string key = decoded_user();
  if (scheme == Scheme::tel) return key;
  if (!key.empty()) key += '@';
  for (const char c : host)
    key += to_lower(c);
  if (port) append_port(key, *port);
  return key;
}

std::string Uri::to_string() const {
  std::string out;
  out.reserve(opaque.size() + user.size() + host.size() + 32);
  append_to(out);
  return out;
}

void Uri::append_to(std::string& out) const {
  if (scheme == Scheme::other) {
    out += opaque;
    return;
  }
  out += scheme_prefix(scheme);
  out += user;
  if (scheme == Scheme::tel) {
    parameters.append_to(out);
    return;
  }
  if (password) {
    out += ':';
    out += *password;
  }
  if (!user.empty()) out += '@';
  out += host;
  if (port) append_port(out, *port);
  parameters.append_to(out);
  append_headers(out, headers);
}

}  // namespace ringfence::sip_core::sip

#include "sip-core/message/uri_view.hpp"

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

}  // namespace

std::string UriView::decoded_user() const {
  return unescape(user).value_or(std::string(user));
}

std::uint16_t UriView::port_or_default() const {
  if (port) return *port;
  const auto by = transport();
  const bool secure = scheme == Scheme::sips || (by && equal_without_case(*by, "tls"));
  return secure ? 5061 : 5060;
}

std::string UriView::address_of_record() const {
  if (scheme == Scheme::other) return std::string(opaque);
  std::string key = decoded_user();
  if (scheme == Scheme::tel) return key;
  if (!key.empty()) key += '@';
  for (const char c : host)
    key += to_lower(c);
  if (port) append_port(key, *port);
  return key;
}

std::string UriView::to_string() const {
  constexpr std::size_t kSigns = 16;  // scheme, separators and port
  std::string out;
  out.reserve(opaque.size() + user.size() + password.value_or("").size() + host.size() +
              parameters.text().size() + headers.size() + kSigns);
  append_to(out);
  return out;
}

void UriView::append_to(std::string& out) const {
  if (scheme == Scheme::other) {
    out += opaque;
    return;
  }
  out += scheme_prefix(scheme);
  out += user;
  if (scheme == Scheme::tel) {
    out += parameters.text();
    return;
  }
  if (password) {
    out += ':';
    out += *password;
  }
  if (!user.empty()) out += '@';
  out += host;
  if (port) append_port(out, *port);
  out += parameters.text();
  if (headers.empty()) return;
  out += '?';
  out += headers;
}

}  // namespace ringfence::sip_core::sip

#include "sip-core/message/uri.hpp"

#include "sip-core/message/escape.hpp"

namespace ringfence::sip_core::sip {

Uri::Uri(Scheme scheme_, std::string_view user_, std::string_view host_,
         std::optional<std::uint16_t> port_)
    : scheme(scheme_), port(port_), user(escape_user(user_)), host(host_) {}

Uri::Uri(const UriView& view)
    : scheme(view.scheme),
      port(view.port),
      user(view.user),
      password(view.password),
      host(view.host),
      parameters(view.parameters),
      headers(view.headers),
      opaque(view.opaque) {}

std::expected<Uri, UriError> Uri::parse(std::string_view text) {
  const auto view = UriView::parse(text);
  if (!view) return std::unexpected(view.error());
  return Uri(*view);
}

UriView Uri::view() const {
  return {scheme, port, user, password, host, parameters.view(), headers, opaque};
}

void Uri::set_user(std::string_view plain) {
  user = escape_user(plain);
}

}  // namespace ringfence::sip_core::sip

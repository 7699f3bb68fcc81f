// Uri: a URI that owns its text, for whoever keeps or edits one; what it says is read by its
// UriView. Parts keep their escapes as written, set_user() and the constructor escape plain text.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "sip-core/message/uri_view.hpp"

namespace ringfence::sip_core::sip {

class Uri {
 public:
  Uri() = default;
  // `user` is plain text and gets escaped; an empty one means a URI without a user part.
  Uri(Scheme scheme, std::string_view user, std::string_view host,
      std::optional<std::uint16_t> port = std::nullopt);
  explicit Uri(const UriView& view);
  static std::expected<Uri, UriError> parse(std::string_view text);

  UriView view() const;
  // As with a string: whoever reads one takes a view.
  operator UriView() const { return view(); }

  Scheme scheme = Scheme::sip;
  std::optional<std::uint16_t> port;
  std::string user;  // escaped; of tel: the number
  std::optional<std::string> password;
  std::string host;  // a name, an IPv4 address, or IPv6 in brackets
  Parameters parameters{ParameterGrammar::uri};
  std::string headers;  // behind '?'
  std::string opaque;   // scheme other: the whole URI

  bool is_sip() const { return scheme == Scheme::sip || scheme == Scheme::sips; }
  std::string decoded_user() const { return view().decoded_user(); }
  void set_user(std::string_view plain);
  std::optional<std::string_view> transport() const { return parameters.value("transport"); }
  bool is_loose_route() const { return parameters.has("lr"); }
  std::uint16_t port_or_default() const { return view().port_or_default(); }
  std::string address_of_record() const { return view().address_of_record(); }
  std::string to_string() const { return view().to_string(); }
  void append_to(std::string& out) const { view().append_to(out); }
};

}  // namespace ringfence::sip_core::sip

// NameAddrView: the value of From, To, Contact, Route, Refer-To and their like (RFC 3261 §20.10)
// read in place: a display name, a URI and header parameters. It must not outlive its text.
// Without angle brackets all parameters belong to the header field, not to the URI.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sip-core/message/parameters.hpp"
#include "sip-core/message/uri_view.hpp"

namespace ringfence::sip_core::sip {

struct NameAddrView {
  std::string_view display_text;  // as written, with its quotes
  UriView uri;
  ParametersView parameters;

  static std::optional<NameAddrView> parse(std::string_view text);

  std::string display_name() const;  // without quotes and backslashes
  std::optional<std::string_view> tag() const { return parameters.value("tag"); }
  // Contact: delta-seconds (R063). RFC 3261 §20.10: malformed means 3600; nullopt when absent.
  std::optional<std::uint32_t> expires() const;
  // Contact: q in thousandths, 1000 when absent; nullopt when malformed.
  std::optional<std::uint16_t> q() const;
};

// The value of the tag parameter of a From or To value, without parsing the URI; nullopt when there
// is none.
std::optional<std::string_view> find_tag(std::string_view name_addr_text);

}  // namespace ringfence::sip_core::sip

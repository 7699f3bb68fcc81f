// NameAddr: the value of From, To, Contact, Route, Refer-To and their like (RFC 3261 §20.10):
// a display name, a URI and header parameters. Owning, so that dialogs may keep and edit it.
// Without angle brackets all parameters belong to the header, not to the URI.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/message/parameters.hpp"
#include "sip-core/message/uri.hpp"

namespace ringfence::sip_core::sip {

struct NameAddr {
  std::string display_name;  // without quotes and backslashes
  Uri uri;
  Parameters parameters;

  static std::optional<NameAddr> parse(std::string_view text);

  std::optional<std::string_view> tag() const { return parameters.value("tag"); }
  void set_tag(std::string_view tag) { parameters.set("tag", tag); }
  // Contact: delta-seconds (R063). RFC 3261 §20.10: malformed means 3600; nullopt when absent.
  std::optional<std::uint32_t> expires() const;
  // Contact: q in thousandths, 1000 when absent; nullopt when malformed.
  std::optional<std::uint16_t> q() const;

  std::string to_string() const;  // the URI always in angle brackets
};

// The Contact fields of one message: a list, or the asterisk alone.
struct Contacts {
  bool asterisk = false;
  std::vector<NameAddr> list;
};

// The value of the tag parameter of a From or To value, without a copy and without parsing the
// URI; nullopt when there is none.
std::optional<std::string_view> find_tag(std::string_view name_addr_text);

}  // namespace ringfence::sip_core::sip

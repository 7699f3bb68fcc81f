// NameAddr: a name-addr that owns its text, for whoever keeps, edits or writes one. Without angle
// brackets in what was read, all parameters belong to the header field, not to the URI.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/message/name_addr_view.hpp"
#include "sip-core/message/uri.hpp"

namespace ringfence::sip_core::sip {

struct NameAddr {
  std::string display_name;  // without quotes and backslashes
  Uri uri;
  Parameters parameters{ParameterGrammar::header};

  NameAddr() = default;
  explicit NameAddr(const NameAddrView& view);
  static std::optional<NameAddr> parse(std::string_view text);

  std::optional<std::string_view> tag() const { return parameters.value("tag"); }
  void set_tag(std::string_view tag) { parameters.set("tag", tag); }
  // As NameAddrView has them.
  std::optional<std::uint32_t> expires() const;
  std::optional<std::uint16_t> q() const;

  std::string to_string() const;  // the URI always in angle brackets
};

// The Contact fields of one message: a list, or the asterisk alone.
struct Contacts {
  bool asterisk = false;
  std::vector<NameAddr> list;
};

}  // namespace ringfence::sip_core::sip

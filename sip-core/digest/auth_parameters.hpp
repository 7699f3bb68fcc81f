// AuthParameters: "Digest name=value, name=\"value\"" taken apart (RFC 3261 §25.1 credentials and
// challenge) as views into the text, which must outlive it. Names are compared without case, values
// come unquoted and unescaped. A name given twice, an unterminated string, control octets or an
// empty list are refused (R149).
#pragma once

#include <cstdint>
#include <expected>
#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core::digest {

enum class DigestError : std::uint8_t {
  scheme,  // not Digest; Basic is never accepted (R141)
  syntax,
  duplicate,  // a parameter given twice
  missing,    // a mandatory parameter is absent
  algorithm,  // not supported here
  username,   // username* or userhash (R148)
  qop,
  nonce_count,
  response_length,
};
std::string_view describe(DigestError error);

class AuthParameters {
 public:
  AuthParameters() = default;
  AuthParameters(AuthParameters&&) = default;
  AuthParameters& operator=(AuthParameters&&) = default;
  AuthParameters(const AuthParameters&) = delete;  // values may lie in unescaped_
  AuthParameters& operator=(const AuthParameters&) = delete;
  ~AuthParameters() = default;

  static std::expected<AuthParameters, DigestError> parse(std::string_view header_value);

  std::optional<std::string_view> get(std::string_view name) const;

 private:
  struct Item {
    std::string_view name;
    std::string_view value;
  };
  std::optional<std::string_view> take_value(std::string_view& rest);
  std::optional<std::string_view> take_quoted(std::string_view& rest);

  std::vector<Item> items_;
  std::forward_list<std::string> unescaped_;  // the values that are not in the text as they are
};

using sip::equal_without_case;

// `before`, then `text` in double quotes, its quotes and backslashes escaped, control octets left
// out.
void append_quoted(std::string& out, std::string_view before, std::string_view text);

}  // namespace ringfence::sip_core::digest

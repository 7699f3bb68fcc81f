// AuthParameters: "Digest name=value, name=\"value\"" taken apart (RFC 3261 §25.1 credentials and
// challenge). Names are compared without case, values come unquoted and unescaped. A name given
// twice, an unterminated string or an empty list is refused (R149).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  static std::expected<AuthParameters, DigestError> parse(std::string_view header_value);

  std::optional<std::string_view> get(std::string_view name) const;

 private:
  struct Item {
    std::string name;
    std::string value;
  };
  std::vector<Item> items_;
};

// `text` in double quotes, with its quotes and backslashes escaped and control octets left out.
std::string quoted(std::string_view text);

}  // namespace ringfence::sip_core::digest

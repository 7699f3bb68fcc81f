// The digest hashes that stand in the database instead of an extension's password (RFC 7616
// §3.4.2), and passwords that nobody has to think up.
#pragma once

#include <string>
#include <string_view>

#include "runtime/random.hpp"

namespace ringfence::admin {

struct PasswordHashes {
  std::string ha1_md5;     // lower-case hexadecimal
  std::string ha1_sha256;  // likewise
};

PasswordHashes hash_password(std::string_view username, std::string_view realm,
                             std::string_view password);

// 20 letters and digits that cannot be taken for one another: over 110 bits.
std::string generate_password(Random& random);

}  // namespace ringfence::admin

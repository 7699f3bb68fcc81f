#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {

std::string normalise_number(std::string_view dialled) {
  dialled = dialled.substr(0, dialled.find(';'));
  std::string number;
  number.reserve(dialled.size());
  for (const char c : dialled) {
    // RFC 3966 §3 visual-separator, and the space that people type.
    if (c == '-' || c == '.' || c == '(' || c == ')' || c == ' ') continue;
    number.push_back(c);
  }
  if (number.starts_with('+')) number.erase(0, 1);
  return number;
}

}  // namespace ringfence::sip_core

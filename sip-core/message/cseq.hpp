// CSeq (RFC 3261 §20.16): a number below 2^31 and a method; views into the text it came from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sip-core/message/method.hpp"

namespace ringfence::sip_core::sip {

struct CSeq {
  std::uint32_t number = 0;
  Method method = Method::other;
  std::string_view method_text;

  // nullopt also for a number of 2^31 or more (R039).
  static std::optional<CSeq> parse(std::string_view text);
};

std::string make_cseq(std::uint32_t number, std::string_view method);

}  // namespace ringfence::sip_core::sip

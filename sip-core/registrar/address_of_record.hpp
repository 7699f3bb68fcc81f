// AddressOfRecord: whose bindings (RFC 3261 §10): the tenant and the extension's user part in plain
// text. sip: and sips: are one (R013), and so are all spellings (R064): whoever makes one has
// undone the escapes. A view looks up without a copy.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "sip-core/engine/flow.hpp"

namespace ringfence::sip_core {

using AddressOfRecord = std::pair<TenantId, std::string>;
using AddressOfRecordView = std::pair<TenantId, std::string_view>;

struct AddressOfRecordLess {
  using is_transparent = void;
  static AddressOfRecordView view(const AddressOfRecord& address) {
    return {address.first, address.second};
  }
  static AddressOfRecordView view(const AddressOfRecordView& address) { return address; }
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    return view(a) < view(b);
  }
};

}  // namespace ringfence::sip_core

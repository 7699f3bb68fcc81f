// Which bindings share a row of the store: those that row_of() names alike, told without naming.
#pragma once

#include "sip-core/store/records.hpp"

namespace ringfence::sip_core {

// Of one address of record.
inline bool is_same_row(const BindingRecord& a, const BindingRecord& b) {
  return a.contact == b.contact && a.reg_id == b.reg_id &&
         (a.reg_id == 0 || a.instance_id == b.instance_id);
}

}  // namespace ringfence::sip_core

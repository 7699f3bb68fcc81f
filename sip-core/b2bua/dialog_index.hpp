// DialogIndex: whose a dialog is, found by its Call-ID and our tag, which together are one dialog's
// alone. By 64 bits of a hash under a secret of this process: two dialogs share one by chance only,
// and no peer can look for Call-IDs that do.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "runtime/random.hpp"
#include "runtime/siphash.hpp"
#include "sip-core/dialog/dialog.hpp"
#include "sip-core/engine/call_number.hpp"

namespace ringfence::sip_core {

struct DialogOwner {
  CallNumber call;
  CallSide side = CallSide::a;
};

class DialogIndex {
 public:
  explicit DialogIndex(Random& random) : secret_{random.number(), random.number()} {}

  void set(std::string_view call_id, std::string_view local_tag, DialogOwner owner) {
    owners_.insert_or_assign(key_of(call_id, local_tag), owner);
  }
  void set(const Dialog& dialog, DialogOwner owner) {
    set(dialog.call_id(), dialog.local_tag(), owner);
  }
  // nullptr: no dialog of ours.
  const DialogOwner* find(std::string_view call_id, std::string_view local_tag) const {
    const auto found = owners_.find(key_of(call_id, local_tag));
    return found == owners_.end() ? nullptr : &found->second;
  }
  // Harmless when it is not there.
  void erase(std::string_view call_id, std::string_view local_tag) {
    owners_.erase(key_of(call_id, local_tag));
  }
  void erase(const Dialog& dialog) { erase(dialog.call_id(), dialog.local_tag()); }
  std::size_t size() const { return owners_.size(); }

 private:
  std::uint64_t key_of(std::string_view call_id, std::string_view local_tag) const {
    return SipHash({secret_[1], SipHash(secret_).of(call_id)}).of(local_tag);
  }

  SipHash::Key secret_;
  std::unordered_map<std::uint64_t, DialogOwner> owners_;
};

}  // namespace ringfence::sip_core

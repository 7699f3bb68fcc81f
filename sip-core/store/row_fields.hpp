// How values that are no plain text or number stand in a row: flows, lists, times, transports.
#pragma once

#include <string>
#include <vector>

#include "runtime/clock.hpp"
#include "sip-core/engine/flow.hpp"
#include "sip-core/store/sqlite.hpp"

namespace ringfence::sip_core {

// Four columns; an empty flow_remote means a connection.
class FlowColumns {
 public:
  explicit FlowColumns(const Flow& flow);
  void bind(Binder& binder) const;  // must outlive the statement's step

 private:
  std::uint64_t listener_ = 0;
  std::string remote_;
  ConnectionId connection_;
};
Flow read_flow(RowReader& row);
TransportKind read_transport(RowReader& row);

std::string join_list(const std::vector<std::string>& list);
std::vector<std::string> split_list(const std::string& joined);

std::int64_t to_milliseconds(WallTime time);
WallTime from_milliseconds(std::int64_t milliseconds);

}  // namespace ringfence::sip_core

#include "sip-core/store/row_fields.hpp"

#include <chrono>

namespace ringfence::sip_core {

FlowColumns::FlowColumns(const Flow& flow) {
  if (const auto* udp = std::get_if<UdpFlow>(&flow)) {
    listener_ = udp->listener.value;
    remote_ = udp->remote.to_string();
  } else {
    connection_ = std::get<ConnectionId>(flow);
  }
}

void FlowColumns::bind(Binder& binder) const {
  binder.unsigned_number(listener_)
      .text(remote_)
      .unsigned_number(connection_.epoch)
      .unsigned_number(connection_.number);
}

Flow read_flow(RowReader& row) {
  const ListenerId listener(row.unsigned_number());
  const std::string remote = row.text();
  ConnectionId connection;
  connection.epoch = row.unsigned_number();
  connection.number = row.unsigned_number();
  if (remote.empty()) return connection;
  return UdpFlow{listener, SocketAddress::parse(remote).value_or(SocketAddress{})};
}

TransportKind read_transport(RowReader& row) {
  switch (row.number()) {
    case static_cast<int>(TransportKind::tcp):
      return TransportKind::tcp;
    case static_cast<int>(TransportKind::tls):
      return TransportKind::tls;
    default:
      return TransportKind::udp;
  }
}

std::string join_list(const std::vector<std::string>& list) {
  std::string joined;
  for (const std::string& item : list) {
    if (!joined.empty()) joined.push_back('\n');
    joined.append(item);
  }
  return joined;
}

std::vector<std::string> split_list(const std::string& joined) {
  std::vector<std::string> list;
  for (std::size_t start = 0; start < joined.size();) {
    const std::size_t end = std::min(joined.find('\n', start), joined.size());
    list.push_back(joined.substr(start, end - start));
    start = end + 1;
  }
  return list;
}

std::int64_t to_milliseconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

WallTime from_milliseconds(std::int64_t milliseconds) {
  return WallTime(std::chrono::milliseconds(milliseconds));
}

}  // namespace ringfence::sip_core

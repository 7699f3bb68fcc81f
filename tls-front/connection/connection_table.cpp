#include "tls-front/connection/connection_table.hpp"

namespace ringfence::tls_front {

void ConnectionTable::add(std::unique_ptr<ByteStream> stream, ConnectionFacts facts,
                          bool may_read) {
  const ConnectionNumber number(++last_number_);
  auto connection = std::make_unique<Connection>(number, std::move(facts), std::move(stream), loop_,
                                                 settings_, random_, *this);
  Connection& added = *connection;
  connections_.emplace(number, std::move(connection));
  observer_.on_opened(added);
  added.let_read(may_read);
}

Connection* ConnectionTable::find(ConnectionNumber number) {
  const auto found = connections_.find(number);
  return found == connections_.end() ? nullptr : found->second.get();
}

void ConnectionTable::close(Connection& connection, const std::string& reason) {
  connection.finish();
  on_connection_over(connection, {StreamEnd::Kind::ordered, reason, {}});
}

void ConnectionTable::for_each(const std::function<void(Connection&)>& call) {
  for (auto& [number, connection] : connections_)
    call(*connection);
}

void ConnectionTable::on_connection_over(Connection& connection, const StreamEnd& end) {
  const auto found = connections_.find(connection.number());
  if (found == connections_.end()) return;
  over_.push_back(std::move(found->second));
  connections_.erase(found);
  observer_.on_over(connection, end);
  if (over_.size() == 1) loop_.defer([this] { over_.clear(); });
}

}  // namespace ringfence::tls_front

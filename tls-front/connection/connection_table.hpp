// ConnectionTable: every established connection of the process by its number. Numbers are never
// used twice, so an order for a connection that is gone finds nothing instead of a stranger
// (R092). Owned by TlsFront, whose observer is told of each beginning and end, once.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "tls-front/connection/connection.hpp"

namespace ringfence::tls_front {

class ConnectionObserver {
 public:
  virtual ~ConnectionObserver() = default;
  virtual void on_opened(Connection& connection) = 0;
  virtual void on_received(Connection& connection) = 0;
  virtual void on_over(const Connection& connection, const StreamEnd& end) = 0;
};

class ConnectionTable final : public ConnectionOwner {
 public:
  ConnectionTable(Loop& loop, const FrontSettings& settings, Random& random,
                  ConnectionObserver& observer)
      : loop_(loop), settings_(settings), random_(random), observer_(observer) {}
  ConnectionTable(const ConnectionTable&) = delete;
  ConnectionTable& operator=(const ConnectionTable&) = delete;

  // `may_read`: whether sip-core takes messages at the moment.
  void add(std::unique_ptr<ByteStream> stream, ConnectionFacts facts, bool may_read);
  Connection* find(ConnectionNumber number);
  // Lets what is queued go out first.
  void close(Connection& connection, const std::string& reason);
  void for_each(const std::function<void(Connection&)>& call);
  std::size_t size() const { return connections_.size(); }

  void on_messages(Connection& connection) override { observer_.on_received(connection); }
  void on_connection_over(Connection& connection, const StreamEnd& end) override;

 private:
  Loop& loop_;
  const FrontSettings& settings_;
  Random& random_;
  ConnectionObserver& observer_;
  std::uint64_t last_number_ = 0;
  std::unordered_map<ConnectionNumber, std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> over_;  // destroyed once no call of theirs is running
};

}  // namespace ringfence::tls_front

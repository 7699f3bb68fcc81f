// Stands in for tls-front, sip-core, key-keeper or a media worker, after the name that it is
// started by: it says Hello, holds what it is given, applies snapshots, tells each thing in a log
// line, and does what FAKE_CHILD_FAULT asks ("NAME:exit" dies at once, "NAME:newer" as well because
// its state is newer than it, "NAME:mute" never becomes ready, "sip-core:rebuilt" has lost
// state.db).
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "proto/channel/child_process.hpp"

namespace ringfence {
namespace {

struct Role {
  proto::ProcessKind kind;
  std::string name;
};

Role role_of(std::string_view program) {
  if (program.ends_with("sip-core")) return {proto::SIP_CORE, "sip-core"};
  if (program.ends_with("tls-front")) return {proto::TLS_FRONT, "tls-front"};
  if (program.ends_with("key-keeper")) return {proto::KEY_KEEPER, "key-keeper"};
  return {proto::MEDIA_WORKER, "media-worker"};
}

class FakeChild {
 public:
  FakeChild(channel::ChildProcess& child, std::string fault)
      : child_(child), fault_(std::move(fault)) {}

  int run() {
    if (child_.welcome().process() == proto::KEY_KEEPER) {
      ready_ = child_.loop().after(Duration::zero(), [this] { child_.ready(); });
    }
    return child_.run(
        media_worker_profile(), [this](auto& message, auto& fds) { return receive(message, fds); },
        [this](auto) { child_.stop(); });
  }

 private:
  bool receive(proto::FromSupervisor& message, std::vector<Fd>& fds) {
    using Kind = proto::FromSupervisor::KindCase;
    switch (message.kind_case()) {
      case Kind::kListenerSocket:
        tell("listener", message.listener_socket().listener_id());
        sockets_[message.listener_socket().listener_id()] = std::move(fds.at(0));
        return true;
      case Kind::kListenerClosed:
        tell("closed", message.listener_closed().listener_id());
        sockets_.erase(message.listener_closed().listener_id());
        return true;
      case Kind::kPeerLink:
        tell("peer", message.peer_link().peer());
        peers_.push_back(std::move(fds.at(0)));
        return true;
      case Kind::kCertificate:
        child_.log().info("fake certificate", {{"sni", message.certificate().sni()}});
        return fds.size() == 1;
      case Kind::kPrivateKey:
        tell("key", message.private_key().key());
        return fds.size() == 1;
      case Kind::kSuspectPage:
        return count_lives(fds);
      case Kind::kDrain:
        drain();
        return true;
      case Kind::kTicketKeys:
        child_.log().info("fake ticket key",
                          {{"hash", std::hash<std::string>{}(message.ticket_keys().keys(0))}});
        return true;
      case Kind::kCertificateRemoved:
        child_.log().info("fake removed", {{"sni", message.certificate_removed().sni()}});
        return true;
      case Kind::kSnapshotRow:
        ++rows_;
        return true;
      case Kind::kSnapshotCommit:
        apply(message.snapshot_commit().revision());
        return true;
      case Kind::kBlocklist:
        tell("blocked", static_cast<std::uint64_t>(message.blocklist().sources_size()));
        return true;
      case Kind::kTrustAnchors:
        tell("trust", fds.size());
        return true;
      case Kind::kBlocklistOrder:
        answer(message.blocklist_order());
        return true;
      default:
        return true;
    }
  }

  // In the page that outlives us.
  bool count_lives(const std::vector<Fd>& fds) {
    std::uint64_t lives = 0;
    if (fds.size() != 1 || ::pread(fds[0].get(), &lives, sizeof lives, 0) != sizeof lives) {
      return false;
    }
    tell("lives before", lives);
    ++lives;
    return ::pwrite(fds[0].get(), &lives, sizeof lives, 0) == sizeof lives;
  }

  void answer(const proto::BlocklistOrder& order) {
    proto::FromChild message;
    message.mutable_blocklist_answer()->set_request(order.request());
    if (order.release().empty()) {
      message.mutable_blocklist_answer()->mutable_blocklist()->add_sources()->set_source(
          "198.51.100.1");
    } else {
      message.mutable_blocklist_answer()->set_error(order.release() + " is not blocked");
    }
    child_.send(message);
  }

  // All seven calls end with the order.
  void drain() {
    proto::FromChild health;
    health.mutable_sip_core_health()->set_draining(true);
    child_.send(health);
  }

  void apply(std::uint64_t revision) {
    tell("rows", rows_);
    rows_ = 0;
    if (fault_ == "mute") return;
    proto::FromChild applied;
    applied.mutable_snapshot_applied()->set_revision(revision);
    child_.send(applied);
    child_.ready();
    proto::FromChild health;
    if (child_.welcome().process() == proto::SIP_CORE) {
      health.mutable_sip_core_health()->set_calls_active(7);
      if (fault_ == "rebuilt") {
        (*health.mutable_sip_core_health()->mutable_counters())["reg_store_rebuilds_total"] = 1;
      }
      child_.send(health);
    } else if (child_.welcome().process() == proto::TLS_FRONT) {
      auto& source = *health.mutable_blocklist()->add_sources();
      source.set_source("198.51.100.1");
      source.set_failures(16);
      child_.send(health);
    }
  }

  void tell(const char* what, std::uint64_t value) {
    child_.log().info(std::string("fake ") + what, {{"value", value}});
  }

  channel::ChildProcess& child_;
  std::string fault_;
  std::map<std::uint64_t, Fd> sockets_;
  std::vector<Fd> peers_;
  std::uint64_t rows_ = 0;
  Timer ready_;
};

}  // namespace
}  // namespace ringfence

int main(int, char** argv) {
  using namespace ringfence;
  const Role role = role_of(argv[0]);
  const char* asked = std::getenv("FAKE_CHILD_FAULT");
  const std::string_view fault = asked == nullptr ? "" : asked;
  const bool mine = fault.starts_with(role.name + ":");
  if (mine && fault.ends_with(":exit")) return 3;
  if (mine && fault.ends_with(":newer")) return channel::kExitNewerState;
  const auto child = channel::ChildProcess::start(role.kind, role.name);
  if (!child) {
    std::fprintf(stderr, "%s\n", child.error().message.c_str());
    return 1;
  }
  return FakeChild(**child, std::string(mine ? fault.substr(role.name.size() + 1) : "")).run();
}

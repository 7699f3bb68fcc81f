#include "media-worker/link/supervisor_orders.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace ringfence::media_worker {
namespace {

// How long a packet of a thick stream may wait for the next: little beside what a network adds, and
// it halves the work, for a wake-up costs more than carrying a packet.
constexpr std::chrono::microseconds kLeastGather{150};
// After which sessions that went on over a death count as sound.
constexpr std::chrono::seconds kSettled{10};

}  // namespace

SupervisorOrders::SupervisorOrders(channel::ChildProcess& process, Carrier& carrier)
    : process_(process),
      carrier_(carrier),
      sip_core_(process.loop(), process.log(), carrier, process.welcome().epoch(),
                process.welcome().index()),
      health_(process.loop(), process.log(), carrier,
              [&process](const proto::FromChild& message) { process.send(message); }) {}

bool SupervisorOrders::receive(proto::FromSupervisor& message, std::vector<Fd>& fds) {
  switch (message.kind_case()) {
    case proto::FromSupervisor::kPeerLink:
      if (message.peer_link().peer() != proto::SIP_CORE || fds.size() != 1) return false;
      sip_core_.adopt(std::move(fds.front()));
      return true;
    case proto::FromSupervisor::kSessionPage:
      if (fds.size() != 1) return false;
      take_up(fds.front());
      return true;
    case proto::FromSupervisor::kSnapshotBegin:
      return true;
    case proto::FromSupervisor::kSnapshotRow:
      set(message.snapshot_row().setting());
      return true;
    case proto::FromSupervisor::kSnapshotCommit:
      apply(message.snapshot_commit().revision());
      return true;
    default:
      return false;
  }
}

// Without a page calls are carried all the same; they end with this process.
void SupervisorOrders::take_up(const Fd& memory) {
  settled_ = process_.loop().after(kSettled, [this] { carrier_.settle(); });
  auto page = SessionPage::map(memory);
  if (!page) {
    process_.log().error("calls of this process will not survive it",
                         {{"reason", page.error().message}});
    return;
  }
  const std::size_t lost = carrier_.resume(std::move(*page));
  if (carrier_.session_count() == 0 && lost == 0) return;
  process_.log().info("goes on with the sessions of the process before",
                      {{"sessions", carrier_.session_count()}, {"lost", lost}});
}

void SupervisorOrders::set(const proto::Setting& setting) {
  if (setting.key() != "media_gather_us") return;
  std::uint32_t microseconds = 0;
  const std::string& text = setting.value();
  const auto read = std::from_chars(text.data(), text.data() + text.size(), microseconds);
  if (read.ec == std::errc{}) gather_ = std::chrono::microseconds(microseconds);
}

void SupervisorOrders::apply(std::uint64_t revision) {
  process_.loop().pace(std::max(gather_, kLeastGather));
  proto::FromChild applied;
  applied.mutable_snapshot_applied()->set_revision(revision);
  process_.send(applied);
  process_.ready();
  health_.start();
}

}  // namespace ringfence::media_worker

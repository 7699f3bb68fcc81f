// Calls: every call of the box, each a back-to-back user agent of two legs (RFC 7092). Routes what
// comes up from the transaction layer and from the media workers to the call that it belongs to.
// Owned by the engine; pure. Entry points that return bool say whether the event was ours.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "sip-core/engine/call_view.hpp"
#include "sip-core/engine/census.hpp"
#include "sip-core/engine/context.hpp"
#include "sip-core/engine/event.hpp"
#include "sip-core/routing/dial_plan.hpp"
#include "sip-core/store/records.hpp"

namespace ringfence::sip_core {

// Who calls: authenticated, or identified as a trunk.
struct Caller {
  TenantId tenant;
  std::variant<ExtensionId, TrunkId> party;
};

struct CallTable;

class Calls {
 public:
  explicit Calls(Random& random);
  ~Calls();
  Calls(const Calls&) = delete;
  Calls& operator=(const Calls&) = delete;

  // An INVITE without a To tag. `destinations` are tried one after the other; none is a 404.
  void on_invite(Context& context, const RequestReceived& invite, const Caller& caller,
                 std::vector<Destination> destinations);
  // A request with a To tag, never ACK or CANCEL. False: no dialog of ours, 481 is the engine's.
  bool on_in_dialog(Context& context, const RequestReceived& request);
  bool on_ack(Context& context, const AckReceived& ack);
  bool on_cancel(Context& context, const CancelReceived& cancel);
  bool on_response(Context& context, const ResponseReceived& response);
  bool on_timed_out(Context& context, const ClientTimedOut& event);
  bool on_transport_failed(Context& context, const ClientTransportFailed& event);
  bool on_silent(Context& context, const ClientSilent& event);
  bool on_server_ended(Context& context, const ServerEnded& event);
  void on_timer(Context& context, std::uint64_t payload);

  void on_config(Context& context);  // media addresses may be new
  void on_media_worker_up(Context& context, const MediaWorkerUp& event);
  void on_media_worker_down(Context& context, const MediaWorkerDown& event);
  void on_media_leased(Context& context, const MediaLeased& event);
  void on_media_lease_failed(Context& context, const MediaLeaseFailed& event);
  void on_media_session_refused(Context& context, const MediaSessionRefused& event);
  void on_media_session_silent(Context& context, const MediaSessionSilent& event);
  void on_media_session_ended(Context& context, const MediaSessionEnded& event);

  // Before any worker is up.
  void on_restored(Context& context, const std::vector<CallRecord>& records,
                   const std::vector<PendingInviteRecord>& invites);
  bool has_dialog(std::string_view call_id, std::string_view local_tag) const;
  void on_state_lost(Context& context);  // the store wants everything once more
  void on_clock_set(Context& context, WallTime::duration by);
  // Ends every call; no new ones. idle() once the last BYE is answered or given up.
  void on_shutdown(Context& context);
  bool idle() const;
  std::uint32_t count() const;  // confirmed and early
  CallsCensus census() const;
  // In the order of their numbers.
  std::vector<CallView> views(const Config& config, const Connections& connections) const;

 private:
  std::unique_ptr<CallTable> table_;
};

}  // namespace ringfence::sip_core

#include "sip-core/trunk/trunk_probes.hpp"

#include <algorithm>
#include <utility>

#include "sip-core/engine/capabilities.hpp"
#include "sip-core/message/cseq.hpp"
#include "sip-core/trunk/trunk_uris.hpp"

namespace ringfence::sip_core {
namespace {

using std::chrono::milliseconds;

bool is_out_of_service(int status) {
  return status == 408 || status == 503 || status == 504;
}

// A tenth less or more, so that many trunks are not asked in step.
milliseconds about(milliseconds interval, Random& random) {
  const auto fifth = static_cast<std::uint64_t>(interval.count() / 5);
  return interval * 9 / 10 + milliseconds(random.number() % std::max<std::uint64_t>(fifth, 1));
}

bool is_asked(const Trunk* trunk) {
  return trunk != nullptr && trunk->options_interval.count() > 0;
}

}  // namespace

void TrunkProbes::on_config(Context& context) {
  std::erase_if(probes_, [&](auto& entry) {
    if (is_asked(context.config.trunk(entry.first))) return false;
    context.timers.stop(entry.second.timer);
    return true;
  });
  for (const Trunk& trunk : context.config.trunks) {
    if (!is_asked(&trunk)) continue;
    Probe& probe = probes_[trunk.id];
    if (std::exchange(probe.interval, trunk.options_interval) == trunk.options_interval) continue;
    if (probe.transaction) continue;
    if (probe.call_id.empty()) {
      probe.call_id = context.random.token(16);
      probe.from_tag = context.random.token(8);
    }
    arm(context, trunk.id, probe, pace_.wait(context.now, context.random));
  }
}

void TrunkProbes::arm(Context& context, TrunkId id, Probe& probe, milliseconds wait) {
  context.timers.stop(probe.timer);
  probe.timer = context.timers.start(context.now + wait, TimerOwner::probes, id.value);
}

void TrunkProbes::ask(Context& context, const Trunk& trunk, Probe& probe) {
  const Listener* listener = context.config.listener_for(trunk);
  arm(context, trunk.id, probe,
      listener == nullptr ? milliseconds(trunk.options_interval)
      : probe.hurried > 0 ? milliseconds(kHurriedPatience)
                          : milliseconds(kPatience));
  if (listener == nullptr) return;
  const std::string uri = registrar_uri(trunk);
  const std::string contact = "<" + trunk_contact(trunk, *listener, trunk.username) + ">";
  auto request = sip::OutgoingMessage::request(sip::Method::options, uri);
  request.add_number(sip::HeaderName::max_forwards, 70)
      .add(sip::HeaderName::from, contact + ";tag=" + probe.from_tag)
      .add(sip::HeaderName::to, "<" + uri + ">")
      .add(sip::HeaderName::call_id, probe.call_id)
      .add(sip::HeaderName::cseq, sip::make_cseq(++probe.cseq, "OPTIONS"))
      .add(sip::HeaderName::contact, contact);
  if (trunk.outbound_proxy) request.add(sip::HeaderName::route, proxy_route(trunk));
  describe_options(request);
  probe.transaction = context.transactions.request(
      std::move(request), ToTrunk{trunk.id, std::nullopt, std::nullopt, std::nullopt});
}

void TrunkProbes::on_timer(Context& context, std::uint64_t payload, TrunkRegistrations& trunks) {
  const auto found = probes_.find(TrunkId(payload));
  const Trunk* trunk = context.config.trunk(TrunkId(payload));
  if (found == probes_.end() || trunk == nullptr) return;
  found->second.timer = {};
  if (found->second.transaction) {
    if (found->second.hurried > 0)
      context.close_connections(trunk->id, "no answer since the network changed");
    return conclude(context, trunk->id, found->second, "no answer to OPTIONS", trunks);
  }
  ask(context, *trunk, found->second);
}

bool TrunkProbes::on_response(Context& context, const ResponseReceived& response,
                              TrunkRegistrations& trunks) {
  const auto found = find(response.transaction);
  if (found == probes_.end()) return false;
  const int status = response.message->status_code();
  if (status < 200) return true;
  std::string fault;
  if (is_out_of_service(status)) {
    fault = std::to_string(status) + " " + std::string(response.message->reason()) + " to OPTIONS";
  }
  conclude(context, found->first, found->second, fault, trunks);
  return true;
}

bool TrunkProbes::on_failure(Context& context, ClientTransactionId transaction,
                             std::string_view reason, TrunkRegistrations& trunks) {
  const auto found = find(transaction);
  if (found == probes_.end()) return false;
  conclude(context, found->first, found->second, reason, trunks);
  return true;
}

// `fault` is empty where it answered.
void TrunkProbes::conclude(Context& context, TrunkId id, Probe& probe, std::string_view fault,
                           TrunkRegistrations& trunks) {
  probe.transaction.reset();
  const Trunk* trunk = context.config.trunk(id);
  if (trunk == nullptr) return;
  const bool silent = !fault.empty();
  probe.hurried = silent && probe.hurried > 0 ? probe.hurried - 1 : 0;
  arm(context, id, probe,
      probe.hurried > 0 ? milliseconds(kHurriedRetry)
                        : about(trunk->options_interval, context.random));
  if (silent) {
    trunks.note_unreachable(id, fault);
  } else {
    trunks.note_reached(id);
  }
  if (std::exchange(probe.silent, silent) == silent) return;
  if (silent) {
    context.log(LogLevel::warning, "trunk-down", "a trunk does not answer",
                {{"trunk", trunk->label}, {"reason", std::string(fault)}});
  } else {
    context.log(LogLevel::info, "trunk-up", "a trunk answers again", {{"trunk", trunk->label}});
  }
}

void TrunkProbes::on_network_changed(Context& context) {
  for (auto& [id, probe] : probes_) {
    probe.hurried = kHurriedQuestions;
    arm(context, id, probe,
        probe.transaction
            ? milliseconds(kHurriedPatience)
            : pace_.wait(context.now, context.random) + StartPace::settle(context.random));
  }
}

void TrunkProbes::on_shutdown(Context& context) {
  for (auto& [id, probe] : probes_)
    context.timers.stop(probe.timer);
  probes_.clear();
}

TrunkProbes::Probes::iterator TrunkProbes::find(ClientTransactionId transaction) {
  return std::ranges::find_if(
      probes_, [&](const auto& entry) { return entry.second.transaction == transaction; });
}

bool TrunkProbes::is_ours(ClientTransactionId transaction) const {
  return std::ranges::any_of(
      probes_, [&](const auto& entry) { return entry.second.transaction == transaction; });
}

bool TrunkProbes::is_silent(TrunkId trunk) const {
  const auto found = probes_.find(trunk);
  return found != probes_.end() && found->second.silent;
}

}  // namespace ringfence::sip_core

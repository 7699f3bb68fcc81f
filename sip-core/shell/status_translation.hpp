// What sip-core tells ringfence-status, as messages of their link. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "proto/status_sip_core.pb.h"
#include "sip-core/engine/call_view.hpp"
#include "sip-core/engine/registration_view.hpp"
#include "sip-core/trace/call_index.hpp"
#include "sip-core/trace/trace_message.hpp"

namespace ringfence::sip_core {

void write_row(const CallView& call, proto::CallRow& row);
void write_row(const RegistrationView& registration, proto::RegistrationRow& row);
// `leg` is nullptr for a message of no call; `epoch` is this process'.
void write_traced(const trace::TraceMessage& message, const trace::CallIndex::Leg* leg,
                  std::uint64_t epoch, proto::TracedMessage& traced);

}  // namespace ringfence::sip_core

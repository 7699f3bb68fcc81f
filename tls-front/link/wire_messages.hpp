// Our values as the link to sip-core writes them, and its orders as our values. Pure. An order that
// makes no sense is nullopt, and the link that carried it is closed.
#pragma once

#include <optional>

#include "proto/tls_front_sip_core.pb.h"
#include "tls-front/connection/connection.hpp"
#include "tls-front/connection/dialler.hpp"

namespace ringfence::tls_front {

void write_opened(const Connection& connection, std::uint64_t epoch, proto::ConnectionOpened& out);
// Lends the message's octets to `out` without a copy; take_octets_back() returns them.
void lend_message(KeptMessage& message, ConnectionNumber connection, std::uint64_t epoch,
                  proto::MessageReceived& out);
void take_octets_back(KeptMessage& message, proto::MessageReceived& out);

std::optional<DialRequest> read_dial(const proto::Dial& dial);
PeerClass read_class(proto::ClassOfConnection value);

}  // namespace ringfence::tls_front

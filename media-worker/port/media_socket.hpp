// The UDP sockets of the media: non-blocking, marked for expedited forwarding (RFC 4594 §4.1) where
// the system allows it, never sharing their port. The only place that makes sockets in this
// process.
#pragma once

#include "runtime/clock.hpp"
#include "runtime/fd.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::media_worker {

// Why a bind failed matters: another port may do, or none will.
enum class BindError : std::uint8_t { port_taken, address_unusable, out_of_descriptors, failed };

std::expected<Fd, BindError> open_media_socket(const SocketAddress& local);

// A second socket at `local`, beside `own`, which hears only `remote` from then on; `own` hears the
// others. What came in the instant between is in either, from anybody.
std::expected<Fd, BindError> open_connected_socket(int own, const SocketAddress& local,
                                                   const SocketAddress& remote);

// Throws away what arrived before that moment: a leased port may have gathered anything before its
// call. What came since then stays, for the first packet of a call may be here before its session.
void discard_received_before(int socket, WallTime moment);

}  // namespace ringfence::media_worker

// What every stream socket of tls-front is set to: no delay for small messages, and probes that
// find out in time that a silent peer is gone. A listening socket hands it on to what it accepts.
#pragma once

namespace ringfence::tls_front {

void set_stream_options(int descriptor);

// Closing it then resets the connection: both ends are free at once and nothing is left behind.
void reset_at_close(int descriptor);

}  // namespace ringfence::tls_front

// A network of the test's own: loopback with public addresses, so that sources are not private.
// 11.0.0.0/8 and 2001:db8::/32 are all local there, each address as good as a host.
#pragma once

namespace ringfence::faults {

// For the rest of this process' life, children included; false: the kernel does not let us.
bool enter_own_network();

}  // namespace ringfence::faults

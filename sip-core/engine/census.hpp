// Census: how much the engine holds right now, table by table. For tests and operators: when
// nothing is under way every number but the standing ones (registrations' timers, free leases) is
// zero, or something was left behind. A value; reading it changes nothing.
#pragma once

#include <cstddef>

namespace ringfence::sip_core {

struct CallsCensus {
  std::size_t calls = 0;  // those that only wait for stragglers included
  std::size_t dialogs = 0;
  std::size_t client_transactions = 0;  // as the calls know them
  std::size_t server_transactions = 0;
  std::size_t media_sessions = 0;
  std::size_t leases_in_use = 0;
  std::size_t trunk_slots = 0;
  std::size_t party_slots = 0;  // of tenants and extensions
};

struct EngineCensus {
  CallsCensus calls;
  std::size_t transactions = 0;
  std::size_t call_timers = 0;
  std::size_t transaction_timers = 0;
  std::size_t waiting_messages = 0;  // for a connection or a name
};

}  // namespace ringfence::sip_core

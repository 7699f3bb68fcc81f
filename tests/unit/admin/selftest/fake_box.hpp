// FakeBox: the far end of a whole selftest, in a thread of its own: a TLS server that registers
// phones after a digest, relays their call like a proxy, and their media port by port. What it does
// wrong on purpose is its Behaviour.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "runtime/fd.hpp"
#include "runtime/socket_address.hpp"
#include "selftest/test_certificate.hpp"

namespace ringfence::admin {

struct Behaviour {
  int unknown_for_tries = 0;   // REGISTERs with credentials refused at first, per phone
  int invite_status = 0;       // refuses INVITE with it
  int drop_one_packet_in = 0;  // of the media
  std::chrono::milliseconds media_delay{0};
  bool media_back_to_sender = false;
  bool drop_rtcp = false;
  bool plain_offer = false;  // strips the crypto lines
  bool keep_bye = false;     // B never learns of it
  bool close_on_invite = false;
  bool interrupt_at_media = false;  // SIGINT to the whole process at the first packet
};

// What came to it; written by its thread.
struct BoxSeen {
  std::atomic<int> byes = 0;
  std::atomic<int> bindings = 0;  // now
};

class FakeBox {
 public:
  // Takes the extensions' hashes from the database at `database_path`.
  FakeBox(const TestCertificate& certificate, std::string database_path,
          const Behaviour& behaviour);
  ~FakeBox();
  FakeBox(const FakeBox&) = delete;
  FakeBox& operator=(const FakeBox&) = delete;

  Port port() const { return port_; }
  const BoxSeen& seen() const { return seen_; }

 private:
  Fd listener_;
  Port port_ = 0;
  BoxSeen seen_;
  Fd stop_;  // closing it ends the thread
  Fd stop_watch_;
  std::thread thread_;
};

}  // namespace ringfence::admin

// Profile: who a simulated user agent is, and the habits that it throws dice
// about.
#pragma once

#include <chrono>
#include <string>

#include "runtime/socket_address.hpp"

namespace ringfence::simulation {

enum class Kind : std::uint8_t { phone, carrier };
enum class SrtpHabit : std::uint8_t { never, able, always };

struct Profile {
  std::string name;    // for findings: "phone 7"
  std::string marker;  // in every token that it makes up, see BorderWatch
  Kind kind = Kind::phone;
  std::string user;
  std::string password;
  std::string domain;
  IpAddress media_address;
  SrtpHabit srtp = SrtpHabit::never;
  bool reliable = false;   // knows 100rel (RFC 3262) and UPDATE (RFC 3311)
  bool timers = false;     // knows RFC 4028
  bool registrar = false;  // a carrier that is registered with, and asks for credentials
  std::chrono::seconds expires{120};
};

// How likely a user agent does what, in one call.
struct Habits {
  double late_offer = 0.08;
  double early_media = 0.25;
  double cancel = 0.12;
  double refuse = 0.12;
  double never_answer = 0.04;
  double reinvite = 0.35;
  double hold = 0.6;    // of the re-INVITEs
  double update = 0.4;  // of the re-offers of those who know UPDATE
  double info = 0.15;
  double refer = 0.04;  // transfers the call
  double attend = 0.4;  // of those: asks the target first
  double vanish = 0.02;
  double stays_away = 0.1;           // after its connection broke, for a minute
  double small_interval = 0.1;       // of those who know session timers: asks for less than may be
  double forget_refresh = 0.1;       // of those who are to refresh their session
  double unprotected_answer = 0.01;  // answers RTP/SAVP without a key
  double speak = 0.10;               // sends media at all: packets cost more than signalling
};

}  // namespace ringfence::simulation

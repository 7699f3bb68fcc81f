// PhoneStep: what a phone's engines answer to an event: messages to send, and what happened.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ringfence::admin {

struct Registered {};
struct Unregistered {};
struct RegisterRefused {
  int status = 0;
  std::string reason;
};
struct Ringing {};
struct Answered {
  std::string sdp;
};
struct CallRefused {
  int status = 0;
  std::string reason;
};
struct Invited {
  std::string sdp;
};
struct Acknowledged {};
struct HungUp {};     // by the far end
struct CallEnded {};  // our BYE was answered with 2xx
struct HangUpRefused {
  int status = 0;
  std::string reason;
};

using PhoneEvent =
    std::variant<Registered, Unregistered, RegisterRefused, Ringing, Answered, CallRefused, Invited,
                 Acknowledged, HungUp, CallEnded, HangUpRefused>;

struct PhoneStep {
  std::vector<std::string> send;  // whole messages
  std::vector<PhoneEvent> events;

  PhoneStep& with(std::string message) {
    send.push_back(std::move(message));
    return *this;
  }
  template <typename Event>
  PhoneStep& and_then(Event event) {
    events.emplace_back(std::in_place_type<Event>, std::move(event));
    return *this;
  }
};

}  // namespace ringfence::admin

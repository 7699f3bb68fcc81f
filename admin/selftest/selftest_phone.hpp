// SelftestPhone: a whole phone: its TLS connection, its UserAgent and its CallMedia, carrying
// octets and actions between them. What has happened so far is its `seen()`; every change calls
// on_change. As callee it answers by itself, and refuses what is not encrypted.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "admin/selftest/call_media.hpp"
#include "admin/selftest/phone/user_agent.hpp"
#include "admin/selftest/transport/stream_framer.hpp"
#include "admin/selftest/transport/tls_client.hpp"
#include "runtime/loop.hpp"
#include "runtime/random.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

struct PhoneAccount {
  std::string username;
  std::string domain;
  std::string password;
  PhoneScheme scheme = PhoneScheme::sip;
};

struct Refusal {
  int status = 0;
  std::string reason;

  std::string to_string() const {
    return status == 0 ? reason : std::to_string(status) + " " + reason;
  }
};

struct PhoneSeen {
  bool connected = false;
  bool registered = false;
  bool ringing = false;
  bool answered = false;      // our call
  bool acknowledged = false;  // a call to us
  bool hung_up = false;
  bool call_ended = false;
  std::optional<TimePoint> ringing_at;
  std::optional<TimePoint> answered_at;
  std::optional<Refusal> register_refused;
  std::optional<Refusal> call_refused;
  std::optional<std::string> broken;  // connection or media: why
};

class SelftestPhone {
 public:
  SelftestPhone(Loop& loop, Random& random, PhoneAccount account, const Tones& tones,
                std::function<void()> on_change);
  SelftestPhone(const SelftestPhone&) = delete;
  SelftestPhone& operator=(const SelftestPhone&) = delete;

  Result<void> connect(const TlsTrust& trust, const SocketAddress& address);
  void register_binding(std::chrono::seconds expires);
  Result<void> call(const std::string& username);
  void hang_up();

  const PhoneSeen& seen() const { return seen_; }
  const PhoneAccount& account() const { return account_; }
  const TlsClient& connection() const { return *connection_; }
  CallMedia& media() { return media_; }

 private:
  void on_open();
  void on_octets(std::string_view octets);
  void perform(const PhoneStep& step);
  void broke(std::string reason);
  void on_event(const Registered& event);
  void on_event(const Unregistered& event);
  void on_event(const RegisterRefused& event);
  void on_event(const Ringing& event);
  void on_event(const Answered& event);
  void on_event(const CallRefused& event);
  void on_event(const Invited& event);
  void on_event(const Acknowledged& event);
  void on_event(const HungUp& event);
  void on_event(const CallEnded& event);
  void on_event(const HangUpRefused& event);

  Loop& loop_;
  Random& random_;
  PhoneAccount account_;
  std::function<void()> on_change_;
  CallMedia media_;
  PhoneSeen seen_;
  StreamFramer framer_;
  std::optional<UserAgent> agent_;  // from the moment that its own address is known
  std::unique_ptr<TlsClient> connection_;
};

}  // namespace ringfence::admin

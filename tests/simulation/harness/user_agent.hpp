// UserAgent: a phone or a carrier of the simulation, as SIP text on one UDP address or one stream
// connection. It does nothing by itself: the test makes each move and looks at what came. What a
// move expects and does not find is a failure of the test, told with what was there instead.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"
#include "sip-core/message/response.hpp"
#include "tests/simulation/harness/world.hpp"

namespace ringfence::sip_core::simulation {

// A dialog as this side sees it.
struct Dialogue {
  std::string call_id;
  std::string local;  // From value of our requests, with tag
  std::string remote;
  std::string target;  // Request-URI within the dialog
  std::vector<std::string> routes;
  std::uint32_t cseq = 1;
  std::string invite_branch;  // of the last INVITE that we sent
  std::string request_uri;    // of the first INVITE that we sent
};

class UserAgent {
 public:
  struct Identity {
    std::string user;
    std::string password;
    std::string domain;
    std::string scheme = "sip";
  };

  // On UDP: `listener` is the one of ours that it sends to.
  static UserAgent on_udp(World& world, Identity identity, ListenerId listener,
                          const std::string& address);
  static UserAgent on_stream(World& world, Identity identity, ListenerId listener,
                             const std::string& address);
  // Waits to be dialled at that address.
  static UserAgent listening(World& world, Identity identity, const std::string& address);
  UserAgent(UserAgent&&) = default;

  void reconnect();  // a stream: once more, after a loss
  std::optional<ConnectionId> connection() const { return mail_->connection; }

  // ---- what came
  sip::Message expect_response(int status);  // 100 is skipped unless asked for
  sip::Message expect_request(sip::Method method);
  sip::Message expect_any();
  void expect_silence();

  // ---- moves
  void register_now(int expires = 600);  // challenge and answer included
  sip::Message send_register(int expires, const std::string& authorization = {});
  sip::Message answer_register(int expires, const sip::Message& challenge);
  // The INVITE and, challenged, once more with credentials.
  Dialogue invite(const std::string& user, const std::string& sdp, bool challenged = true);
  void ack(Dialogue& dialogue, const sip::Message& success, const std::string& sdp = {});
  void cancel(const Dialogue& dialogue);
  void request(Dialogue& dialogue, sip::Method method, const std::string& sdp = {});
  // The same with further fields and any body.
  void request(Dialogue& dialogue, sip::Method method, const sip::OutgoingMessage& with);
  // As callee: the response founds the dialogue.
  Dialogue accept(const sip::Message& invite, int status, const std::string& sdp);
  void reply(const sip::Message& request, int status, const std::string& sdp = {});
  void send(const std::string& octets);
  // A request outside any dialog, with the fields that are not in it yet; once more with
  // credentials when it is challenged. To is the Request-URI unless given.
  void submit(const sip::OutgoingMessage& request);

  // ---- early dialogs
  struct Word {
    std::string tag;  // To tag
    std::string sdp{};
    std::uint32_t rseq = 0;  // above 0: sent reliably (RFC 3262), once
  };
  // As callee, in the dialog of that To tag.
  Dialogue respond(const sip::Message& invite, int status, const Word& word);
  // As caller, the dialog that this response founded.
  Dialogue early(const Dialogue& invited, const sip::Message& response) const;
  void prack(Dialogue& dialogue, const sip::Message& provisional, const std::string& sdp = {});

  std::string contact() const;

  // On every INVITE, UPDATE and response to one: Supported, Allow …
  std::vector<std::pair<sip::HeaderName, std::string>> says;
  std::string contact_parameters;  // on the Contact of a REGISTER: ";q=0.5"

 private:
  struct Mail {
    std::deque<sip::Message> inbox;
    std::optional<ConnectionId> connection;
  };

  UserAgent(World& world, Identity identity, TransportKind transport, ListenerId listener,
            SocketAddress address);
  World::Receive receiver() const;
  sip::Message next(const std::string& wanted);
  std::string via(const std::string& branch) const;
  std::string fresh(const std::string& prefix);
  sip::OutgoingMessage start_invite(const Dialogue& dialogue, const std::string& sdp);
  std::string credentials(const sip::Message& challenge, std::string_view method,
                          const std::string& uri);

  World* world_;
  Identity identity_;
  TransportKind transport_;
  ListenerId listener_;
  SocketAddress address_;
  std::shared_ptr<Mail> mail_;  // shared with the world, which outlives no test's agents
  std::uint64_t counter_ = 0;
};

// A session description with one audio stream at that port; `crypto` is a whole a=crypto value.
std::string audio_sdp(Port port, const std::string& crypto = {},
                      const std::string& direction = "sendrecv");
// The same with RTP/AVP and crypto (RFC 8643).
std::string offered_crypto_sdp(Port port, const std::string& crypto,
                               const std::string& direction = "sendrecv");
std::string some_crypto(char fill = 'A');

}  // namespace ringfence::sip_core::simulation

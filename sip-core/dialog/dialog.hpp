// Dialog: the state of RFC 3261 §12 for one leg: identifiers, sequence numbers, remote target and
// route set. Pure values, owned by the leg. It makes the requests within the dialog, with every
// field but Via; it never sends, and knows no SDP. URIs are kept as text, for the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"
#include "sip-core/store/records.hpp"

namespace ringfence::sip_core {

enum class SequenceCheck : std::uint8_t { next, too_low };

class Dialog {
 public:
  // The caller's side of us (§12.1.1). `contact` is the Contact value that we present.
  static Dialog as_uas(const sip::Message& invite, std::string local_tag, std::string contact);
  // Ours before any response (§12.1.2): local URI and remote URI as From and To values, no tags.
  static Dialog as_uac(std::string call_id, std::string local_uri, std::string local_tag,
                       std::string remote_uri, std::string remote_target, std::string contact);
  static Dialog restore(const DialogRecord& record);
  void store(DialogRecord& record) const;

  // The response that founds (or founds anew) the UAC's dialog: tag, target and route set.
  void confirm(const sip::Message& response);
  // Another dialog that the same INVITE of ours founded (§12.1.2).
  Dialog fork(const sip::Message& response) const;
  // A target refresh (§12.2): the Contact of a re-INVITE or of its 2xx.
  void refresh_target(const sip::Message& message);

  // §12.2.2: lower than the last is an error; the same as the last comes from no transaction of
  // ours and is one too.
  SequenceCheck accept_sequence(std::uint32_t cseq);

  // With the next CSeq. INVITE and UPDATE get the Contact.
  sip::OutgoingMessage make_request(sip::Method method);
  // ACK to the 2xx of the INVITE with that CSeq (§13.2.2.4).
  sip::OutgoingMessage make_ack(std::uint32_t invite_cseq) const;
  // The initial INVITE of as_uac(): no To tag, no Route.
  sip::OutgoingMessage make_invite(std::string_view request_uri);

  // Where the next request goes: the topmost Route or the remote target.
  std::optional<sip::Uri> next_hop() const;
  bool matches(std::string_view call_id, std::string_view local, std::string_view remote) const {
    return call_id_ == call_id && local_tag_ == local && remote_tag_ == remote;
  }

  const std::string& call_id() const { return call_id_; }
  const std::string& local_tag() const { return local_tag_; }
  const std::string& remote_tag() const { return remote_tag_; }
  const std::string& local_uri() const { return local_uri_; }
  const std::string& contact() const { return contact_; }
  const std::string& remote_target() const { return remote_target_; }
  const std::string& remote_uri() const { return remote_uri_; }  // without the tag
  bool owns_call_id() const { return !we_are_uas_; }
  std::uint32_t local_cseq() const { return local_cseq_; }
  std::uint32_t next_cseq() { return ++local_cseq_; }  // for a request sent again (§22.2)
  bool secure() const { return secure_; }
  // A second early dialog with the caller, when another branch answers (§13.2.1).
  void set_local_tag(std::string tag) { local_tag_ = std::move(tag); }

 private:
  void set_route_set(const sip::Message& message, bool reversed);
  void add_dialog_fields(sip::OutgoingMessage& message) const;

  std::string call_id_;
  std::string local_tag_;
  std::string remote_tag_;
  std::string local_uri_;   // From or To value without its tag
  std::string remote_uri_;  // likewise
  std::string remote_target_;
  std::string contact_;
  std::vector<std::string> route_set_;  // Route values in the order of sending
  std::uint32_t local_cseq_ = 0;
  std::optional<std::uint32_t> remote_cseq_;
  bool secure_ = false;
  bool we_are_uas_ = false;
};

}  // namespace ringfence::sip_core

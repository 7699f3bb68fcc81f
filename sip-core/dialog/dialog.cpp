#include "sip-core/dialog/dialog.hpp"

#include <algorithm>
#include <utility>

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::uint64_t kMaxForwards = 70;  // RFC 3261 §8.1.1.6

std::string without_tag(const std::optional<sip::NameAddrView>& address, std::string_view text) {
  if (!address) return std::string(text);
  sip::NameAddr copy(*address);
  copy.parameters.remove("tag");
  return copy.to_string();
}

std::string contact_uri(const sip::Message& message) {
  const auto contact = message.contact();
  return contact ? contact->uri.to_string() : std::string();
}

bool is_sips(std::string_view uri) {
  const auto parsed = sip::UriView::parse(uri);
  return parsed && parsed->scheme == sip::Scheme::sips;
}

std::optional<sip::Uri> uri_of_route(std::string_view route) {
  auto address = sip::NameAddr::parse(route);
  if (!address) return std::nullopt;
  return std::move(address->uri);
}

// R018 (RFC 5630 §5.1.1): on the way to a SIPS target every hop is a SIPS one.
std::string secured(const std::string& route) {
  auto address = sip::NameAddr::parse(route);
  if (!address || address->uri.scheme != sip::Scheme::sip) return route;
  address->uri.scheme = sip::Scheme::sips;
  return address->to_string();
}

void add_with_tag(sip::OutgoingMessage& message, HeaderName name, std::string_view uri,
                  std::string_view tag) {
  message.add(name, {uri, tag.empty() ? "" : ";tag=", tag});
}

}  // namespace

Dialog Dialog::as_uas(const sip::Message& invite, std::string local_tag, std::string contact) {
  Dialog dialog;
  dialog.we_are_uas_ = true;
  dialog.call_id_ = invite.call_id();
  dialog.local_tag_ = std::move(local_tag);
  dialog.remote_tag_ = invite.from_tag();
  dialog.local_uri_ = without_tag(invite.to(), invite.header(HeaderName::to).value_or(""));
  dialog.remote_uri_ = without_tag(invite.from(), invite.header(HeaderName::from).value_or(""));
  dialog.remote_target_ = contact_uri(invite);
  dialog.contact_ = std::move(contact);
  dialog.set_route_set(invite, false);
  if (const auto cseq = invite.cseq()) dialog.remote_cseq_ = cseq->number;
  dialog.secure_ = is_sips(invite.request_uri_text());
  return dialog;
}

Dialog Dialog::as_uac(std::string call_id, std::string local_uri, std::string local_tag,
                      std::string remote_uri, std::string remote_target, std::string contact) {
  Dialog dialog;
  dialog.call_id_ = std::move(call_id);
  dialog.local_uri_ = std::move(local_uri);
  dialog.local_tag_ = std::move(local_tag);
  dialog.remote_uri_ = std::move(remote_uri);
  dialog.remote_target_ = std::move(remote_target);
  dialog.contact_ = std::move(contact);
  dialog.secure_ = is_sips(dialog.remote_target_);
  return dialog;
}

Dialog Dialog::restore(const DialogRecord& record) {
  Dialog dialog;
  dialog.call_id_ = record.call_id;
  dialog.local_tag_ = record.local_tag;
  dialog.remote_tag_ = record.remote_tag;
  dialog.local_uri_ = record.local_uri;
  dialog.remote_uri_ = record.remote_uri;
  dialog.remote_target_ = record.remote_target;
  dialog.contact_ = record.local_contact;
  dialog.route_set_ = record.route_set;
  dialog.local_cseq_ = record.local_cseq;
  if (record.remote_cseq != 0) dialog.remote_cseq_ = record.remote_cseq;
  dialog.secure_ = record.secure;
  dialog.we_are_uas_ = record.we_are_uas;
  return dialog;
}

void Dialog::store(DialogRecord& record) const {
  record.call_id = call_id_;
  record.local_tag = local_tag_;
  record.remote_tag = remote_tag_;
  record.local_uri = local_uri_;
  record.remote_uri = remote_uri_;
  record.remote_target = remote_target_;
  record.local_contact = contact_;
  record.route_set = route_set_;
  record.local_cseq = local_cseq_;
  record.remote_cseq = remote_cseq_.value_or(0);
  record.secure = secure_;
  record.we_are_uas = we_are_uas_;
}

void Dialog::confirm(const sip::Message& response) {
  remote_tag_ = response.to_tag();
  set_route_set(response, true);
  refresh_target(response);
}

Dialog Dialog::fork(const sip::Message& response) const {
  Dialog dialog = *this;
  if (const auto cseq = response.cseq()) dialog.local_cseq_ = cseq->number;
  dialog.remote_cseq_.reset();
  dialog.confirm(response);
  return dialog;
}

void Dialog::refresh_target(const sip::Message& message) {
  std::string target = contact_uri(message);
  if (!target.empty()) remote_target_ = std::move(target);
}

SequenceCheck Dialog::accept_sequence(std::uint32_t cseq) {
  if (remote_cseq_ && cseq <= *remote_cseq_) return SequenceCheck::too_low;
  remote_cseq_ = cseq;
  return SequenceCheck::next;
}

void Dialog::set_route_set(const sip::Message& message, bool reversed) {
  route_set_.clear();
  for (const std::string_view value : message.values(HeaderName::record_route)) {
    route_set_.emplace_back(value);
  }
  if (reversed) std::ranges::reverse(route_set_);  // §12.1.2
}

void Dialog::add_dialog_fields(sip::OutgoingMessage& message) const {
  message.add_number(HeaderName::max_forwards, kMaxForwards);
  add_with_tag(message, HeaderName::from, local_uri_, local_tag_);
  add_with_tag(message, HeaderName::to, remote_uri_, remote_tag_);
  message.add(HeaderName::call_id, call_id_);
  if (route_set_.empty()) return;
  const auto first = uri_of_route(route_set_.front());
  const bool strict = first && !first->is_loose_route();
  // §12.2.1.1: a strict router finds itself in the Request-URI, the target as the last Route.
  if (strict) message.set_uri(first->to_string());
  const bool secure = is_sips(remote_target_);
  for (std::size_t i = strict ? 1 : 0; i < route_set_.size(); ++i) {
    message.add(HeaderName::route, secure ? secured(route_set_[i]) : route_set_[i]);
  }
  if (strict) message.add(HeaderName::route, "<" + remote_target_ + ">");
}

sip::OutgoingMessage Dialog::make_request(sip::Method method) {
  auto request = sip::OutgoingMessage::request(method, remote_target_);
  add_dialog_fields(request);
  request.add(HeaderName::cseq, sip::make_cseq(++local_cseq_, sip::to_text(method)));
  // Target refresh requests say where we are (RFC 3261 §12.2, RFC 3311 §5.1).
  const bool refreshes = method == sip::Method::invite || method == sip::Method::update;
  if (refreshes) request.add(HeaderName::contact, contact_);
  return request;
}

sip::OutgoingMessage Dialog::make_ack(std::uint32_t invite_cseq) const {
  auto ack = sip::OutgoingMessage::request(sip::Method::ack, remote_target_);
  add_dialog_fields(ack);
  ack.add(HeaderName::cseq, sip::make_cseq(invite_cseq, "ACK"));
  return ack;
}

sip::OutgoingMessage Dialog::make_invite(std::string_view request_uri) {
  auto invite = sip::OutgoingMessage::request(sip::Method::invite, request_uri);
  add_with_tag(invite, HeaderName::from, local_uri_, local_tag_);
  invite.add(HeaderName::to, remote_uri_);
  invite.add(HeaderName::call_id, call_id_);
  invite.add(HeaderName::cseq, sip::make_cseq(++local_cseq_, "INVITE"));
  invite.add(HeaderName::contact, contact_);
  return invite;
}

std::optional<sip::Uri> Dialog::next_hop() const {
  if (!route_set_.empty()) return uri_of_route(route_set_.front());
  auto target = sip::Uri::parse(remote_target_);
  if (!target) return std::nullopt;
  return std::move(*target);
}

}  // namespace ringfence::sip_core

#include "tests/simulation/phone/transactions.hpp"

#include <algorithm>
#include <vector>

namespace ringfence::simulation {

namespace {

using sip_core::sip::HeaderName;
using sip_core::sip::Message;
using sip_core::sip::Method;
using sip_core::sip::OutgoingMessage;
using std::chrono::milliseconds;

// RFC 3261 §17.1.1.1, Table 4.
constexpr milliseconds kT1{500};
constexpr milliseconds kT2{4000};
constexpr milliseconds kT4{5000};
constexpr milliseconds k64T1 = 64 * kT1;

std::string branch_of(const Message& message) {
  const auto via = message.via();
  return std::string(via ? via->branch : "");
}

std::string server_key(const Message& request, std::string_view method) {
  return branch_of(request) + ' ' + std::string(method);
}

OutgoingMessage hop_request(const OutgoingMessage& invite, Method method, std::string_view to) {
  auto out = OutgoingMessage::request(method, invite.uri());
  const auto cseq = invite.header(HeaderName::cseq).value_or("");
  out.add(HeaderName::via, invite.header(HeaderName::via).value_or(""))
      .add(HeaderName::max_forwards, "70")
      .add(HeaderName::from, invite.header(HeaderName::from).value_or(""))
      .add(HeaderName::to, to)
      .add(HeaderName::call_id, invite.header(HeaderName::call_id).value_or(""))
      .add(HeaderName::cseq, std::string(cseq.substr(0, cseq.find(' '))) + ' ' +
                                 std::string(sip_core::sip::to_text(method)));
  return out;
}

}  // namespace

void Transactions::send_request(OutgoingMessage request, const std::string& branch) {
  Client client;
  const auto cseq = request.header(HeaderName::cseq).value_or("");
  client.facts = {branch,
                  std::string(request.header(HeaderName::call_id).value_or("")),
                  sip_core::sip::method_from(request.method()),
                  static_cast<std::uint32_t>(std::stoul(std::string(cseq))),
                  schedule_.now(),
                  {},
                  {}};
  client.octets = request.serialize();
  client.request = std::move(request);
  client.interval = kT1;
  wire_.send(client.octets);
  if (!wire_.is_reliable()) {
    client.again = schedule_.after(kT1, [this, branch] { repeat_request(branch); });
  }
  client.give_up = schedule_.after(k64T1, [this, branch] { give_up(branch, Silence::timed_out); });
  const bool lost = !wire_.is_up();
  clients_.insert_or_assign(branch, std::move(client));
  if (lost) {
    schedule_.after(milliseconds(1), [this, branch] { give_up(branch, Silence::wire_lost); });
  }
}

void Transactions::repeat_request(const std::string& branch) {
  const auto found = clients_.find(branch);
  if (found == clients_.end() || found->second.completed) return;
  Client& client = found->second;
  const bool invite = client.facts.method == Method::invite;
  if (invite && client.proceeding) return;
  wire_.send(client.octets);
  client.interval *= 2;
  if (!invite) client.interval = client.proceeding ? kT2 : std::min<Duration>(client.interval, kT2);
  client.again = schedule_.after(client.interval, [this, branch] { repeat_request(branch); });
}

void Transactions::give_up(const std::string& branch, Silence why) {
  const auto found = clients_.find(branch);
  if (found == clients_.end() || found->second.completed) return;
  const SentRequest facts = found->second.facts;
  erase_client(branch);
  user_.on_silence(facts, why);
}

void Transactions::erase_client(const std::string& branch) {
  const auto found = clients_.find(branch);
  if (found == clients_.end()) return;
  schedule_.cancel(found->second.again);
  schedule_.cancel(found->second.give_up);
  clients_.erase(found);
}

void Transactions::finish(Client& client, Duration linger) {
  client.completed = true;
  schedule_.cancel(client.again);
  schedule_.cancel(client.give_up);
  client.give_up =
      schedule_.after(linger, [this, branch = client.facts.branch] { erase_client(branch); });
}

bool Transactions::cancel(const std::string& branch) {
  const auto found = clients_.find(branch);
  if (found == clients_.end() || found->second.completed || !found->second.proceeding) {
    return false;
  }
  Client& invite = found->second;
  if (std::exchange(invite.cancelled, true)) return true;
  // §9.1: without a final response in 64*T1 the transaction counts as cancelled.
  invite.give_up = schedule_.after(k64T1, [this, branch] { give_up(branch, Silence::timed_out); });
  const auto to = invite.request.header(HeaderName::to).value_or("");
  auto request = hop_request(invite.request, Method::cancel, to);
  for (const auto& field : invite.request.fields()) {
    if (field.id == HeaderName::route) request.add(HeaderName::route, field.value);
  }
  Client client;
  client.facts = invite.facts;
  client.facts.method = Method::cancel;
  client.facts.branch = branch + " CANCEL";
  client.facts.sent = schedule_.now();
  client.octets = request.serialize();
  client.request = std::move(request);
  client.interval = kT1;
  wire_.send(client.octets);
  const std::string key = client.facts.branch;
  if (!wire_.is_reliable()) {
    client.again = schedule_.after(kT1, [this, key] { repeat_request(key); });
  }
  client.give_up = schedule_.after(k64T1, [this, key] { give_up(key, Silence::timed_out); });
  clients_.insert_or_assign(key, std::move(client));
  return true;
}

void Transactions::on_message(Message message) {
  const auto shared = std::make_shared<const Message>(std::move(message));
  if (shared->is_request()) {
    on_request(shared);
  } else {
    on_response(shared);
  }
}

std::string Transactions::ack_of(const Client& client, const Message& failure) const {
  auto ack = hop_request(client.request, Method::ack, failure.header(HeaderName::to).value_or(""));
  for (const auto& field : client.request.fields()) {
    if (field.id == HeaderName::route) ack.add(HeaderName::route, field.value);
  }
  return ack.serialize();
}

void Transactions::on_response(const MessagePtr& response) {
  std::string branch = branch_of(*response);
  if (response->method() == Method::cancel) branch += " CANCEL";
  const auto found = clients_.find(branch);
  if (found == clients_.end() || found->second.facts.method != response->method()) return;
  Client& client = found->second;
  const int status = response->status_code();
  const bool invite = client.facts.method == Method::invite;
  if (client.completed) {
    // RFC 6026: further 2xx go up; a failure is acknowledged again.
    if (invite && status < 300 && client.ack.empty()) user_.on_response(client.facts, response);
    if (invite && status >= 300 && !client.ack.empty()) wire_.send(client.ack);
    return;
  }
  if (status < 200) {
    std::optional<TimePoint>& first = status == 100 ? client.facts.trying : client.facts.rang;
    if (!first) first = schedule_.now();
    client.proceeding = true;
    if (invite && !client.cancelled) {
      schedule_.cancel(client.again);
      schedule_.cancel(client.give_up);
    }
  } else {
    if (invite && status >= 300) {
      client.ack = ack_of(client, *response);
      wire_.send(client.ack);
    }
    const Duration linger = invite ? k64T1 : kT4;
    finish(client, linger);
  }
  const SentRequest facts = client.facts;
  user_.on_response(facts, response);
}

void Transactions::on_request(const MessagePtr& request) {
  if (request->method() == Method::ack) {
    const auto failed = servers_.find(server_key(*request, "INVITE"));
    if (failed == servers_.end() || failed->second.status < 300) return user_.on_request(request);
    schedule_.cancel(failed->second.again);
    return;
  }
  std::string key = server_key(*request, request->method_text());
  const auto [at, fresh] = servers_.try_emplace(key);
  Server& server = at->second;
  if (!fresh) {
    if (!server.octets.empty()) wire_.send(server.octets);
    return;
  }
  server.request = request;
  user_.on_request(request);
}

void Transactions::send_response(const MessagePtr& request, const OutgoingMessage& response) {
  const std::string key = server_key(*request, request->method_text());
  const auto found = servers_.find(key);
  if (found == servers_.end() || found->second.status >= 200) return;
  Server& server = found->second;
  server.octets = response.serialize();
  server.status = response.status_code();
  wire_.send(server.octets);
  if (server.status < 200) return;
  server.over = schedule_.after(k64T1, [this, key] {
    const auto at = servers_.find(key);
    if (at == servers_.end()) return;
    const MessagePtr invite = at->second.request;
    const bool no_ack = at->second.again.value != 0 && at->second.status < 300;
    erase_server(key);
    if (no_ack) user_.on_no_ack(invite);
  });
  if (request->method() != Method::invite) return;
  // §13.3.1.4: a 2xx is repeated on streams too.
  if (wire_.is_reliable() && server.status >= 300) return;
  server.interval = kT1;
  server.again = schedule_.after(kT1, [this, key] { repeat_response(key); });
}

void Transactions::repeat_response(const std::string& key) {
  const auto found = servers_.find(key);
  if (found == servers_.end()) return;
  Server& server = found->second;
  wire_.send(server.octets);
  server.interval = std::min<Duration>(2 * server.interval, kT2);
  server.again = schedule_.after(server.interval, [this, key] { repeat_response(key); });
}

void Transactions::acknowledge(std::string_view call_id, std::uint32_t cseq) {
  for (auto& [key, server] : servers_) {
    if (server.status < 200 || server.status >= 300) continue;
    if (server.request->call_id() != call_id || server.request->method() != Method::invite) {
      continue;
    }
    const auto of = server.request->cseq();
    if (of && of->number == cseq) schedule_.cancel(server.again);
  }
}

void Transactions::erase_server(const std::string& key) {
  const auto found = servers_.find(key);
  if (found == servers_.end()) return;
  schedule_.cancel(found->second.again);
  schedule_.cancel(found->second.over);
  servers_.erase(found);
}

void Transactions::on_wire_down() {
  std::vector<std::string> open;
  for (const auto& [branch, client] : clients_)
    if (!client.completed) open.push_back(branch);
  std::ranges::sort(open);
  for (const std::string& branch : open)
    give_up(branch, Silence::wire_lost);
}

void Transactions::forget(std::string_view call_id) {
  std::vector<std::string> clients;
  for (const auto& [branch, client] : clients_)
    if (client.facts.call_id == call_id) clients.push_back(branch);
  for (const std::string& branch : clients)
    erase_client(branch);
  std::vector<std::string> servers;
  for (const auto& [key, server] : servers_)
    if (server.request->call_id() == call_id) servers.push_back(key);
  for (const std::string& key : servers)
    erase_server(key);
}

}  // namespace ringfence::simulation

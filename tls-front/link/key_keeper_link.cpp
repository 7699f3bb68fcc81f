#include "tls-front/link/key_keeper_link.hpp"

#include <openssl/async.h>

#include <vector>

namespace ringfence::tls_front {

void KeyKeeperLink::connect(Fd socket) {
  give_up_waiting();
  known_.clear();
  peer_ = std::make_unique<Peer>(
      loop_, std::move(socket),
      [this](proto::FromKeyKeeper& message, std::vector<Fd>&) { return receive(message); },
      [this](const std::string& reason) { lost(reason); });
}

bool KeyKeeperLink::receive(proto::FromKeyKeeper& message) {
  switch (message.kind_case()) {
    case proto::FromKeyKeeper::kHeld:
      take_key(*message.mutable_held());
      return true;
    case proto::FromKeyKeeper::kResult:
      answer(message.result().request(), std::move(*message.mutable_result()->mutable_signature()));
      return true;
    case proto::FromKeyKeeper::KIND_NOT_SET:
      return false;
  }
  return false;
}

void KeyKeeperLink::take_key(proto::KeyHeld& held) {
  Result<std::string> public_key = std::move(*held.mutable_public_key());
  if (!held.error().empty()) public_key = fail(held.error());
  known_.insert_or_assign(held.key(), std::move(public_key));
  // Never from inside a call that blocks for a signature: what it shakes hands with would change.
  key_due_ = loop_.after(Duration::zero(), [this] { on_key_(); });
}

Result<PkeyPtr> KeyKeeperLink::key(KeyNumber key) {
  const Result<std::string>& public_key = known_.at(key);
  if (!public_key) return std::unexpected(public_key.error());
  return make_remote_key(*this, key, *public_key);
}

void KeyKeeperLink::let_go(KeyNumber key) {
  if (uses_.contains(key)) return;
  known_.erase(key);
  if (!is_open()) return;
  proto::ToKeyKeeper message;
  message.mutable_forget()->set_key(key);
  peer_->send(message, {}, channel::Departure::with_the_next);
}

void KeyKeeperLink::released(KeyNumber key) {
  const auto use = uses_.find(key);
  if (use == uses_.end() || --use->second > 0) return;
  uses_.erase(use);
  let_go(key);
}

std::string KeyKeeperLink::sign(KeyNumber key, proto::SignatureForm form, std::string_view data) {
  Waiting waiting;
  if (is_open()) {
    const std::uint64_t request = ++last_request_;
    proto::ToKeyKeeper message;
    proto::SignRequest& question = *message.mutable_sign();
    question.set_request(request);
    question.set_key(key);
    question.set_form(form);
    question.set_data(std::string(data));
    waiting_.emplace(request, &waiting);
    peer_->send(message);
    if (ASYNC_get_current_job() != nullptr) {
      pause(request, waiting);
    } else {
      block(waiting);
    }
    waiting_.erase(request);
  }
  std::string signature = std::move(waiting.signature).value_or("");
  counters_.get(signature.empty() ? "signatures_failed_total" : "signatures_total").add();
  return signature;
}

// Gone on with before there is an answer, the handshake is given up by its owner.
void KeyKeeperLink::pause(std::uint64_t request, Waiting& waiting) {
  int (*callback)(void*) = nullptr;
  void* argument = nullptr;
  ASYNC_WAIT_CTX_get_callback(ASYNC_get_wait_ctx(ASYNC_get_current_job()), &callback, &argument);
  if (callback == nullptr) return block(waiting);
  waiting.wake = [callback, argument] { callback(argument); };
  waiting.limit = loop_.after(kPatience, [this, request] { answer(request, {}); });
  ASYNC_pause_job();
}

void KeyKeeperLink::block(Waiting& waiting) {
  const SystemClock clock;
  const TimePoint end = clock.now() + kBlocking;
  while (!waiting.signature && is_open()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - clock.now());
    if (left <= std::chrono::milliseconds(0) || !peer_->stream().exchange_within(left)) return;
  }
}

void KeyKeeperLink::answer(std::uint64_t request, std::string signature) {
  const auto found = waiting_.find(request);
  if (found == waiting_.end() || found->second->signature) return;
  found->second->signature = std::move(signature);
  if (found->second->wake) found->second->wake();
}

void KeyKeeperLink::lost(const std::string& reason) {
  log_.warning("the link to key-keeper closed, handshakes wait for the next one",
               {{"reason", reason}, {"cut-short", waiting_.size()}});
  give_up_waiting();
}

void KeyKeeperLink::give_up_waiting() {
  std::vector<std::uint64_t> cut_short;
  for (const auto& [request, waiting] : waiting_)
    cut_short.push_back(request);
  for (const std::uint64_t request : cut_short)
    answer(request, {});
}

}  // namespace ringfence::tls_front

#include "sip-core/shell/status_link.hpp"

#include <utility>

#include "sip-core/shell/status_translation.hpp"

namespace ringfence::sip_core {
namespace {

constexpr int kRowsPerMessage = 256;
// While somebody reads: the end of a call is seen this soon, and a reader that caught up goes on.
constexpr std::chrono::milliseconds kLookAgain{200};
constexpr std::chrono::milliseconds kGoOn{1};

const char* refusal_of(trace::TraceStart start) {
  switch (start) {
    case trace::TraceStart::started:
      return "";
    case trace::TraceStart::unknown_subject:
      return "neither a call that is known nor an extension";
    case trace::TraceStart::too_many:
      return "too many traces run already";
  }
  return "";
}

}  // namespace

void StatusLink::connect(Fd socket) {
  traces_.stop_all();
  lists_.clear();
  said_hello_ = false;
  link_ = std::make_unique<PeerLink>(
      loop_, std::move(socket),
      [this](const proto::FromStatus& message, std::vector<Fd>&) { return receive(message); },
      [this](const std::string& reason) { closed(reason); });
  proto::ToStatus hello;
  hello.mutable_hello()->set_epoch(epoch_);
  link_->send(hello);
}

void StatusLink::closed(const std::string& reason) {
  log_.warning("the link to status closed", {{"reason", reason}});
  traces_.stop_all();
  lists_.clear();
}

bool StatusLink::receive(const proto::FromStatus& message) {
  // The peer's Hello is its first message and comes once.
  if (message.has_hello() == said_hello_) return false;
  switch (message.kind_case()) {
    case proto::FromStatus::kHello:
      said_hello_ = true;
      return true;
    case proto::FromStatus::kListCalls:
      list_calls(message.list_calls().request());
      return true;
    case proto::FromStatus::kListRegistrations:
      list_registrations(message.list_registrations().request(), std::nullopt);
      return true;
    case proto::FromStatus::kStartTrace:
      start_trace(message.start_trace());
      return true;
    case proto::FromStatus::kStopTrace:
      traces_.stop(trace::TraceNumber(message.stop_trace().request()));
      return true;
    case proto::FromStatus::kTraceTaken:
      traces_.on_taken(trace::TraceNumber(message.trace_taken().request()),
                       message.trace_taken().messages());
      deliver();
      return true;
    case proto::FromStatus::KIND_NOT_SET:
      return false;
  }
  return false;
}

void StatusLink::list_calls(std::uint64_t request) {
  proto::ToStatus message;
  proto::CallRows& rows = *message.mutable_call_rows();
  rows.set_request(request);
  for (const CallView& call : engine_.calls()) {
    write_row(call, *rows.add_rows());
    if (rows.rows_size() < kRowsPerMessage) continue;
    link_->send(message);
    rows.clear_rows();
  }
  rows.set_last(true);
  link_->send(message);
}

// A page per turn: what is due in between is done in between.
void StatusLink::list_registrations(std::uint64_t request,
                                    const std::optional<RegistrationKey>& after) {
  std::optional<RegistrationKey> next = after;
  if (!link_->stream().over_high_water()) {
    auto page = engine_.registrations(after, kRowsPerMessage, loop_.now());
    proto::ToStatus message;
    proto::RegistrationRows& rows = *message.mutable_registration_rows();
    rows.set_request(request);
    for (const RegistrationView& row : page.rows)
      write_row(row, *rows.add_rows());
    rows.set_last(!page.more_after);
    link_->send(message);
    if (!page.more_after) {
      lists_.erase(request);
      return;
    }
    next = std::move(page.more_after);
  }
  lists_[request] =
      loop_.after(kGoOn, [this, request, next] { list_registrations(request, next); });
}

void StatusLink::start_trace(const proto::StartTrace& request) {
  const auto start =
      traces_.start(trace::TraceNumber(request.request()), request.subject(), engine_.config());
  proto::ToStatus message;
  message.mutable_trace_started()->set_request(request.request());
  message.mutable_trace_started()->set_refusal(refusal_of(start));
  link_->send(message);
  deliver();
}

void StatusLink::deliver() {
  if (!traces_.is_read() || !link_ || !link_->stream().is_open()) return;
  const bool more = !link_->stream().over_high_water() &&
                    traces_.deliver(loop_.now(), *this) == trace::Traces::Progress::more;
  look_again_ = loop_.after(more ? kGoOn : kLookAgain, [this] { deliver(); });
}

void StatusLink::on_message(trace::TraceNumber trace, const trace::TraceMessage& message,
                            const trace::CallIndex::Leg* leg, std::uint64_t missed) {
  out_.Clear();
  proto::TracedMessage& traced = *out_.mutable_traced_message();
  traced.set_request(trace.value);
  traced.set_missed(missed);
  write_traced(message, leg, epoch_, traced);
  link_->send(out_);
}

void StatusLink::on_caught_up(trace::TraceNumber trace) {
  out_.Clear();
  out_.mutable_trace_caught_up()->set_request(trace.value);
  link_->send(out_);
}

void StatusLink::on_call_over(trace::TraceNumber trace) {
  out_.Clear();
  out_.mutable_trace_over()->set_request(trace.value);
  link_->send(out_);
}

}  // namespace ringfence::sip_core

// CPU time to parse a SIP message to the fields that routing needs, the copy into a buffer of its
// own included, and to write one. sip_parse_bench [N [NAME]]: prints "name nanoseconds" a line, and
// how often each of them allocates as "allocations_name count". It aborts when a field is not
// found.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <new>
#include <string>
#include <string_view>

#include "sip-core/digest/credentials.hpp"
#include "sip-core/message/outgoing_message.hpp"
#include "sip-core/message/parser.hpp"
#include "sip-core/message/validate_request.hpp"
#include "sip-core/sdp/session_description.hpp"
#include "tests/bench/sip_messages.hpp"

namespace {

using namespace ringfence;
using namespace ringfence::sip_core;
using sip::HeaderName;

std::size_t allocations = 0;
std::size_t sink = 0;

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

void demand(bool found) {
  if (!found) std::abort();
}

sip::Message parsed(std::string_view octets) {
  auto message = sip::parse(std::string(octets), sip::Framing::stream);
  demand(message.has_value());
  return std::move(*message);
}

void read_routing_fields(const sip::Message& message) {
  const auto uri = message.request_uri();
  const auto via = message.via();
  const auto from = message.from();
  const auto to = message.to();
  const auto cseq = message.cseq();
  const auto contact = message.contact();
  demand(uri && via && from && to && cseq && contact && message.max_forwards() == 70U);
  sink += uri->host.size() + via->branch.size() + from->uri.user.size() + to->uri.host.size() +
          cseq->number + contact->uri.port.value_or(0) + message.call_id().size() +
          from->tag().value_or("").size() + to->tag().value_or("").size() +
          message.content_type().size();
}

void read_session(const sip::Message& message) {
  const auto session = sdp::SessionDescription::parse(message.body());
  demand(session && session->media.size() == 1);
  const sdp::MediaDescription& audio = session->media.front();
  demand(audio.port == 40018 && session->connection_of(audio) != nullptr);
  sink += audio.formats.size() + static_cast<std::size_t>(session->direction_of(audio));
}

void read_credentials(const sip::Message& message) {
  const auto credentials =
      digest::Credentials::parse(message.header(HeaderName::authorization).value_or(""));
  demand(credentials && credentials->nonce_count == 1);
  sink += credentials->username.size();
}

// What a request becomes on its way through: fields copied, a Via on top, the body passed on.
void print(const sip::Message& message) {
  auto out = sip::OutgoingMessage::request(message.method(), message.request_uri_text());
  for (std::size_t i = 0; i < message.field_count(); ++i) {
    const sip::Field field = message.field(i);
    if (field.id != HeaderName::content_type) out.add(field.id, field.value);
  }
  out.body(message.content_type(), std::string(message.body()));
  sink += out.serialize().size();
}

void invite() {
  read_routing_fields(parsed(bench::kInvite));
}
void invite_sdp() {
  const auto message = parsed(bench::kInvite);
  read_routing_fields(message);
  read_session(message);
}
void register_digest() {
  const auto message = parsed(bench::kRegister);
  read_routing_fields(message);
  read_credentials(message);
}
void invite_print() {
  const auto message = parsed(bench::kInvite);
  read_routing_fields(message);
  print(message);
}
void invite_index() {
  sink += parsed(bench::kInvite).field_count();
}
void invite_validated() {
  demand(!sip::validate_request(parsed(bench::kInvite)));
}

struct Subject {
  const char* name;
  void (*run)();
};
constexpr std::array<Subject, 6> kSubjects = {{
    {"invite", invite},
    {"invite+sdp", invite_sdp},
    {"register", register_digest},
    {"invite_parse+print", invite_print},
    {"invite_index", invite_index},
    {"invite_validated", invite_validated},
}};

void measure(const Subject& subject, int rounds) {
  for (int i = 0; i < rounds / 10 + 1; ++i)
    subject.run();
  const double begin = cpu_seconds();
  for (int i = 0; i < rounds; ++i)
    subject.run();
  std::printf("%s %.0f\n", subject.name, (cpu_seconds() - begin) / rounds * 1e9);
  allocations = 0;
  subject.run();
  std::printf("allocations_%s %zu\n", subject.name, allocations);
}

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 50'000;
  for (const Subject& subject : kSubjects) {
    if (argc < 3 || std::string_view(argv[2]) == subject.name) measure(subject, rounds);
  }
  return sink == 0 ? 1 : 0;
}

// What it costs to hold a message for traces: the copy, the Call-ID and the masking, in nanoseconds
// of CPU time per message, for the messages of a basic call. Run it in a Release build.
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "sip-core/trace/trace_ring.hpp"

namespace {

using namespace ringfence::sip_core::trace;

std::string fields(const std::string& start, const std::string& cseq, const std::string& more = {},
                   const std::string& body = {}) {
  return start +
         "\r\nVia: SIP/2.0/TLS 192.0.2.10:40112;branch=z9hG4bK74bf9c1e4b2a;rport;alias\r\n"
         "Max-Forwards: 70\r\nFrom: \"Alice\" <sip:alice@demo.example>;tag=9fxced76sl\r\n"
         "To: <sip:4930123456@demo.example>;tag=8321234356\r\n"
         "Call-ID: 3848276298220188511@192.0.2.10\r\nCSeq: 1 " +
         cseq + "\r\nContact: <sip:alice@192.0.2.10:40112;transport=tls>\r\n" + more +
         "User-Agent: Phone 1.0\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::vector<std::string> basic_call() {
  const std::string sdp =
      "v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"
      "m=audio 41000 RTP/SAVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
      "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\n"
      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n"
      "a=sendrecv\r\n";
  const std::string type = "Content-Type: application/sdp\r\n";
  const std::string invite = "INVITE sip:4930123456@demo.example SIP/2.0";
  return {fields(invite, "INVITE", type, sdp),
          fields("SIP/2.0 100 Trying", "INVITE"),
          fields(invite, "INVITE", type, sdp),
          fields("SIP/2.0 180 Ringing", "INVITE"),
          fields("SIP/2.0 180 Ringing", "INVITE"),
          fields("SIP/2.0 200 OK", "INVITE", type, sdp),
          fields("SIP/2.0 200 OK", "INVITE", type, sdp),
          fields("ACK sip:4930123456@192.0.2.1 SIP/2.0", "ACK"),
          fields("ACK sip:4930123456@192.0.2.1 SIP/2.0", "ACK"),
          fields("BYE sip:4930123456@192.0.2.1 SIP/2.0", "BYE"),
          fields("BYE sip:4930123456@192.0.2.1 SIP/2.0", "BYE"),
          fields("SIP/2.0 200 OK", "BYE"),
          fields("SIP/2.0 200 OK", "BYE")};
}

}  // namespace

int main() {
  constexpr int kCalls = 50'000;
  TraceRing ring;
  ring.resize(std::size_t{4} << 20);
  const auto messages = basic_call();
  const std::clock_t start = std::clock();
  for (int call = 0; call < kCalls; ++call) {
    for (const std::string& octets : messages) {
      TraceMessage message;
      message.octets = octets;
      ring.add(message);
    }
  }
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  const double per_call = seconds * 1e9 / kCalls;
  std::printf("trace ring: %.0f ns per message, %.2f us per call of %zu messages\n",
              per_call / static_cast<double>(messages.size()), per_call / 1000, messages.size());
  return 0;
}

#include "tests/simulation/phone/sdp_text.hpp"

#include <array>
#include <charconv>

namespace ringfence::simulation {

namespace {

std::string_view line_of(std::string_view body, std::string_view begin) {
  const auto at = body.find(begin);
  if (at == std::string_view::npos) return {};
  const auto from = at + begin.size();
  return body.substr(from, body.find("\r\n", from) - from);
}

constexpr std::array<std::string_view, 4> kDirections = {"sendrecv", "sendonly", "recvonly",
                                                         "inactive"};

}  // namespace

std::optional<SdpText> SdpText::read(std::string_view body) {
  SdpText sdp;
  const auto address = IpAddress::parse(line_of(body, "\r\nc=IN IP4 "));
  const auto audio = line_of(body, "\r\nm=audio ");
  if (!address || audio.empty()) return std::nullopt;
  sdp.media.ip = *address;
  std::from_chars(audio.data(), audio.data() + audio.size(), sdp.media.port);
  sdp.savp = audio.find(" RTP/SAVP ") != std::string_view::npos;
  const auto crypto = line_of(body, "\r\na=crypto:");
  const auto key = crypto.find(" inline:");
  if (key != std::string_view::npos &&
      crypto.find("AES_CM_128_HMAC_SHA1_80") != std::string_view::npos) {
    sdp.tag = crypto.substr(0, crypto.find(' '));
    sdp.key = crypto.substr(key + 8, 40);
  }
  for (const std::string_view direction : kDirections) {
    if (body.find("\r\na=" + std::string(direction)) != std::string_view::npos) {
      sdp.direction = direction;
    }
  }
  return sdp;
}

std::string SdpText::to_string() const {
  const std::string ip = media.ip.to_string();
  std::string out = "v=0\r\no=" + session + ' ' + std::to_string(version) + " IN IP4 " + ip +
                    "\r\ns=-\r\nc=IN IP4 " + ip + "\r\nt=0 0\r\nm=audio " +
                    std::to_string(media.port) + (savp ? " RTP/SAVP" : " RTP/AVP") +
                    " 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n";
  if (!key.empty()) out += "a=crypto:" + tag + " AES_CM_128_HMAC_SHA1_80 inline:" + key + "\r\n";
  return out + "a=" + direction + "\r\n";
}

}  // namespace ringfence::simulation

#include "sip-core/media/common_codecs.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "sip-core/message/characters.hpp"
#include "sip-core/sdp/text.hpp"

namespace ringfence::sip_core {

namespace {

using sdp::MediaDescription;
using sdp::RtpMap;

std::optional<RtpMap> codec_of(const MediaDescription& audio, std::uint8_t payload_type) {
  const auto written = audio.rtpmap(payload_type);
  return written ? written : sdp::static_rtpmap(payload_type);
}

bool is_same_codec(const RtpMap& one, const RtpMap& other) {
  return sip::equal_without_case(one.encoding, other.encoding) &&
         one.clock_rate == other.clock_rate && one.channels == other.channels;
}

bool is_speech(const RtpMap& codec) {
  return !sip::equal_without_case(codec.encoding, "telephone-event") &&
         !sip::equal_without_case(codec.encoding, "CN");
}

bool knows(const MediaDescription& audio, const RtpMap& codec) {
  return std::ranges::any_of(audio.payload_types(), [&](std::uint8_t payload_type) {
    const auto known = codec_of(audio, payload_type);
    return known && is_same_codec(*known, codec);
  });
}

// The description with these formats only.
PeerDescription with_formats(const PeerDescription& of, std::vector<std::string> kept) {
  PeerDescription out = of.copy();
  out.audio.attributes.remove_if([&](const sdp::Attribute& attribute) {
    if (attribute.name != "rtpmap" && attribute.name != "fmtp") return false;
    std::string_view rest = attribute.value.value_or("");
    return std::ranges::find(kept, sdp::take_word(rest)) == kept.end();
  });
  out.audio.formats = std::move(kept);
  return out;
}

}  // namespace

std::optional<PeerDescription> common_codecs(const PeerDescription& of,
                                             const PeerDescription& with) {
  std::vector<std::string> kept;
  bool speech = false;
  for (const std::uint8_t payload_type : of.audio.payload_types()) {
    const auto codec = codec_of(of.audio, payload_type);
    if (!codec || !knows(with.audio, *codec)) continue;
    kept.push_back(std::to_string(payload_type));
    speech = speech || is_speech(*codec);
  }
  if (!speech) return std::nullopt;
  return with_formats(of, std::move(kept));
}

std::optional<PeerDescription> in_order_of(const PeerDescription& of,
                                           std::span<const std::string> names) {
  std::vector<std::string> kept;
  const auto types = of.audio.payload_types();
  for (const std::string& name : names) {
    for (const std::uint8_t type : types) {
      const auto codec = codec_of(of.audio, type);
      if (!codec || !is_speech(*codec) || !sip::equal_without_case(codec->encoding, name)) continue;
      kept.push_back(std::to_string(type));
    }
  }
  if (kept.empty()) return std::nullopt;
  // Events and comfort noise go with any codec.
  for (const std::uint8_t type : types) {
    const auto codec = codec_of(of.audio, type);
    if (codec && !is_speech(*codec)) kept.push_back(std::to_string(type));
  }
  return with_formats(of, std::move(kept));
}

}  // namespace ringfence::sip_core

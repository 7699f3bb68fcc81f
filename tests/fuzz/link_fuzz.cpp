// What sip-core reads of its links: frames however they are cut, and in each body a message of
// tls-front and of a media-worker, made an event of the engine. The first octet chooses the cut.
#include <algorithm>
#include <cstdint>
#include <string>

#include "proto/channel/frame_codec.hpp"
#include "sip-core/shell/media_translation.hpp"
#include "sip-core/shell/tls_front_translation.hpp"

using namespace ringfence;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  channel::FrameReader reader;
  const std::size_t piece = size > 0 ? 1U + data[0] : 1U;
  for (std::size_t at = 1; at < size; at += piece) {
    const std::size_t part = std::min(piece, size - at);
    std::copy_n(data + at, part, reader.writable(part).first);
    reader.commit(part);
    auto frame = reader.next();
    for (; frame && *frame; frame = reader.next()) {
      const std::string body((*frame)->body);
      proto::FromTlsFront front;
      if (front.ParseFromString(body)) (void)sip_core::event_of(front);
      proto::FromMediaWorker media;
      if (media.ParseFromString(body)) (void)sip_core::event_of(media, sip_core::WorkerIndex{0});
    }
    if (!frame) return 0;
  }
  return 0;
}

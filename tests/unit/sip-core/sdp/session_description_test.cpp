#include "sip-core/sdp/session_description.hpp"

#include <gtest/gtest.h>

#include <string>

#include "sip-core/sdp/limits.hpp"

namespace ringfence::sip_core::sdp {
namespace {

const std::string kHead =
    "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

// Every kind of line, in the order of RFC 8866 §5.
const std::string kFull =
    "v=0\r\no=jdoe 3724394400 3724394405 IN IP6 2001:db8::1\r\ns=Call to John\r\n"
    "i=about\r\nu=https://example.com/\r\ne=a@example.com\r\np=+1 617 555-6011\r\n"
    "c=IN IP6 2001:db8::1\r\nb=AS:128\r\nt=3724394400 3724398000\r\nr=7d 1h 0 25h\r\n"
    "z=3730928400 -1h\r\na=recvonly\r\na=ice-options:x y\r\n"
    "m=audio 49180 RTP/AVP 0 101\r\ni=voice\r\nc=IN IP4 192.0.2.7\r\nb=TIAS:64000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=sendonly\r\na=rtcp-mux\r\n"
    "m=video 0 RTP/SAVPF 99\r\nm=image 49000/2 udptl t38\r\na=T38FaxVersion:0\r\n";

SdpErrorCode code_of(const std::string& text) {
  const auto session = SessionDescription::parse(text);
  EXPECT_FALSE(session) << text;
  return session ? SdpErrorCode::too_long : session.error().code;
}

SessionDescription must_parse(const std::string& text) {
  auto session = SessionDescription::parse(text);
  EXPECT_TRUE(session) << text;
  return session ? std::move(*session) : SessionDescription();
}

TEST(SessionDescription, is_written_as_it_was_read) {
  EXPECT_EQ(must_parse(kFull).to_string(), kFull);
}

TEST(SessionDescription, reads_media_lines) {
  const auto session = must_parse(kFull);
  ASSERT_EQ(session.media.size(), 3U);
  const MediaDescription& audio = session.media[0];
  EXPECT_EQ(audio.kind, MediaKind::audio);
  EXPECT_EQ(audio.port, 49180);
  EXPECT_EQ(audio.profile, Profile::rtp_avp);
  EXPECT_EQ(audio.formats, (std::vector<std::string>{"0", "101"}));
  EXPECT_TRUE(audio.has_rtcp_mux());
  EXPECT_TRUE(session.media[1].is_rejected());
  EXPECT_EQ(session.media[1].profile, Profile::rtp_savpf);
  EXPECT_EQ(session.media[2].kind, MediaKind::image);
  EXPECT_EQ(session.media[2].profile, Profile::other);
  EXPECT_EQ(session.media[2].port_count, 2U);
}

TEST(SessionDescription, what_a_media_line_does_not_say_the_session_says) {
  const auto session = must_parse(kFull);
  EXPECT_EQ(session.connection_of(session.media[0])->address, "192.0.2.7");
  EXPECT_EQ(session.connection_of(session.media[2])->address, "2001:db8::1");
  EXPECT_EQ(session.direction_of(session.media[0]), Direction::sendonly);
  EXPECT_EQ(session.direction_of(session.media[2]), Direction::recvonly);
  EXPECT_EQ(must_parse(kHead).direction_of(MediaDescription()), Direction::sendrecv);
}

TEST(SessionDescription, tolerates_what_phones_send) {
  EXPECT_EQ(must_parse("v=0\no=- 1 1 IN IP4 192.0.2.1\ns=\nt=0 0\nc=IN IP4 192.0.2.1\n"
                       "m=audio 4000 RTP/AVP 0 \na=x\n\n\n")
                .media[0]
                .formats.size(),
            1U);
  EXPECT_EQ(must_parse("v=0\r\no=- 1 1 IN IP4 h").time_lines.front(), "t=0 0");
  EXPECT_EQ(must_parse(kHead + "a=bad name:x\r\na=:x\r\na=\r\n").attributes.size(), 0U);
  EXPECT_EQ(must_parse("v=0\r\no=a 99999999999999999999999 1 IN IP4 h\r\n").origin.session_id,
            UINT64_MAX);
  EXPECT_EQ(must_parse(kHead + "k=clear:secret\r\n").to_string().find("secret"), std::string::npos);
}

TEST(SessionDescription, refuses_what_it_cannot_read) {
  EXPECT_EQ(code_of(""), SdpErrorCode::version);
  EXPECT_EQ(code_of("v=1\r\n"), SdpErrorCode::version);
  EXPECT_EQ(code_of("o=- 1 1 IN IP4 h\r\n"), SdpErrorCode::version);
  EXPECT_EQ(code_of("v=0\r\n"), SdpErrorCode::origin);
  EXPECT_EQ(code_of("v=0\r\ns=-\r\n"), SdpErrorCode::origin);
  EXPECT_EQ(code_of("v=0\r\no=- x 1 IN IP4 h\r\n"), SdpErrorCode::origin);
  EXPECT_EQ(code_of("v=0\r\no=- 1 1 IN IP4\r\n"), SdpErrorCode::origin);
  EXPECT_EQ(code_of(kHead + "v=0\r\n"), SdpErrorCode::line);
  EXPECT_EQ(code_of(kHead + "s=again\r\n"), SdpErrorCode::line);
  EXPECT_EQ(code_of(kHead + "x=1\r\n"), SdpErrorCode::line);
  EXPECT_EQ(code_of(kHead + "A=1\r\n"), SdpErrorCode::line);
  EXPECT_EQ(code_of(kHead + "nonsense\r\n"), SdpErrorCode::line);
  EXPECT_EQ(code_of(kHead + "\r\na=x\r\n"), SdpErrorCode::line);
  EXPECT_EQ(code_of(kHead + std::string("a=\0x\r\n", 6)), SdpErrorCode::line);
  EXPECT_EQ(code_of(kHead + "a=x\ry\r\n"), SdpErrorCode::line);
  EXPECT_EQ(code_of(kHead + "t=now\r\n"), SdpErrorCode::timing);
  EXPECT_EQ(code_of(kHead + "m=audio 1 RTP/AVP 0\r\nt=0 0\r\n"), SdpErrorCode::line);
  EXPECT_EQ(code_of(kHead + "m=audio 1 RTP/AVP 0\r\nc=IN IP4\r\n"), SdpErrorCode::connection);
}

TEST(SessionDescription, refuses_malformed_media_lines) {
  for (const char* line :
       {"audio 65536 RTP/AVP 0", "audio -1 RTP/AVP 0", "audio x RTP/AVP 0", "audio 1/0 RTP/AVP 0",
        "audio 1 RTP/AVP", "audio 1", "audio", "", "au:dio 1 RTP/AVP 0"}) {
    EXPECT_EQ(code_of(kHead + "m=" + line + "\r\n"), SdpErrorCode::media) << line;
  }
}

TEST(SessionDescription, wants_an_address_for_each_media_line_in_use) {
  const std::string head = "v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nt=0 0\r\n";
  EXPECT_EQ(code_of(head + "m=audio 1 RTP/AVP 0\r\n"), SdpErrorCode::no_connection);
  EXPECT_EQ(must_parse(head + "m=audio 0 RTP/AVP 0\r\n").media.size(), 1U);
  EXPECT_EQ(must_parse(head + "m=audio 1 RTP/AVP 0\r\nc=IN IP4 h\r\n").media.size(), 1U);
}

TEST(SessionDescription, says_in_which_line_the_fault_is) {
  const auto session = SessionDescription::parse(kHead + "m=audio 1 RTP/AVP\r\n");
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().line, 6U);
}

TEST(SessionDescription, keeps_its_limits_F089) {
  EXPECT_EQ(code_of(std::string(kMaxDescription + 1, 'v')), SdpErrorCode::too_long);
  EXPECT_EQ(code_of(kHead + "a=fmtp:0 " + std::string(kMaxLine, 'x') + "\r\n"),
            SdpErrorCode::too_long);
  std::string media;
  for (std::size_t i = 0; i <= kMaxMedia; ++i)
    media += "m=audio 0 RTP/AVP 0\r\n";
  EXPECT_EQ(code_of(kHead + media), SdpErrorCode::too_many);
  std::string attributes;
  for (std::size_t i = 0; i <= kMaxAttributes; ++i)
    attributes += "a=x\r\n";
  EXPECT_EQ(code_of(kHead + attributes), SdpErrorCode::too_many);
  std::string formats = "m=audio 1 RTP/AVP";
  for (std::size_t i = 0; i <= kMaxFormats; ++i)
    formats += " 0";
  EXPECT_EQ(code_of(kHead + formats + "\r\n"), SdpErrorCode::too_many);
}

}  // namespace
}  // namespace ringfence::sip_core::sdp

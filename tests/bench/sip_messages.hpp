// Two ordinary messages for the parser benches: an INVITE with an SRTP offer and a REGISTER with
// its digest, in size and header fields what a desk phone sends over TLS.
#pragma once

#include <string_view>

namespace ringfence::bench {

inline constexpr std::string_view kInvite =
    "INVITE sip:+31201234567@pbx.example.org;user=phone SIP/2.0\r\n"
    "Via: SIP/2.0/TLS 198.51.100.23:49822;branch=z9hG4bK-d8754z-5a1c7f20be93d4;rport;alias\r\n"
    "Max-Forwards: 70\r\n"
    "From: \"Carol Quinn\" <sip:carol@pbx.example.org>;tag=qk27d0x1vb-5c32\r\n"
    "To: <sip:+31201234567@pbx.example.org;user=phone>\r\n"
    "Contact: <sip:carol@198.51.100.23:49822;transport=TLS;ob>;"
    "+sip.instance=\"<urn:uuid:0b1c2d3e-4f50-6172-8394-a5b6c7d8e9fa>\"\r\n"
    "Call-ID: 60f9d1c4b7a8e3520194@198.51.100.23\r\n"
    "CSeq: 31502 INVITE\r\n"
    "Route: <sip:pbx.example.org;transport=tls;lr>\r\n"
    "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, REFER, NOTIFY, SUBSCRIBE, INFO, "
    "MESSAGE\r\n"
    "Supported: 100rel, replaces, timer, norefersub\r\n"
    "Session-Expires: 1800\r\n"
    "Min-SE: 90\r\n"
    "User-Agent: Deskphone/12.4.1-r3\r\n"
    "Content-Type: application/sdp\r\n"
    "Content-Length: 439\r\n"
    "\r\n"
    "v=0\r\n"
    "o=- 7219034455 7219034455 IN IP4 198.51.100.23\r\n"
    "s=-\r\n"
    "c=IN IP4 198.51.100.23\r\n"
    "t=0 0\r\n"
    "m=audio 40018 RTP/SAVP 107 9 8 0 96\r\n"
    "a=rtpmap:107 opus/48000/2\r\n"
    "a=fmtp:107 useinbandfec=1\r\n"
    "a=rtpmap:9 G722/8000\r\n"
    "a=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:0 PCMU/8000\r\n"
    "a=rtpmap:96 telephone-event/8000\r\n"
    "a=fmtp:96 0-16\r\n"
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0\r\n"
    "a=rtcp:40019 IN IP4 198.51.100.23\r\n"
    "a=ptime:20\r\n"
    "a=sendrecv\r\n";

inline constexpr std::string_view kRegister =
    "REGISTER sip:pbx.example.org SIP/2.0\r\n"
    "Via: SIP/2.0/TLS 198.51.100.23:49822;branch=z9hG4bK-d8754z-11f2c9047ae6b8;rport;alias\r\n"
    "Max-Forwards: 70\r\n"
    "From: \"Carol Quinn\" <sip:carol@pbx.example.org>;tag=8810-25\r\n"
    "To: \"Carol Quinn\" <sip:carol@pbx.example.org>\r\n"
    "Call-ID: 118402997361204@b7c19f2ad3e0\r\n"
    "CSeq: 2917 REGISTER\r\n"
    "Contact: <sip:carol@198.51.100.23:49822;transport=TLS;ob>;"
    "+sip.instance=\"<urn:uuid:0b1c2d3e-4f50-6172-8394-a5b6c7d8e9fa>\";reg-id=1;expires=3600\r\n"
    "Authorization: Digest username=\"carol\", realm=\"pbx.example.org\", "
    "nonce=\"4f1e2d3c4b5a69788796a5b4c3d2e1f0\", uri=\"sip:pbx.example.org\", "
    "response=\"0f1e2d3c4b5a69788796a5b4c3d2e1f0\", algorithm=MD5, cnonce=\"77c0ffee\", "
    "qop=auth, nc=00000001\r\n"
    "Supported: outbound, path, gruu\r\n"
    "User-Agent: Deskphone/12.4.1-r3\r\n"
    "Expires: 3600\r\n"
    "Content-Length: 0\r\n"
    "\r\n";

}  // namespace ringfence::bench

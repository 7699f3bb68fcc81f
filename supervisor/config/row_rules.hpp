// What the text in a row may be, beyond what the schema can say: host names, addresses, networks,
// globs. Pure; each returns the sentence that is wrong, or nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ringfence::supervisor {

using Complaint = std::optional<std::string>;

// RFC 1123 §2.1: labels of letters, digits and hyphens; no trailing dot, at most 253 octets.
bool is_host_name(std::string_view text);
Complaint host_complaint(std::string_view host);      // a host name or a numeric address
Complaint address_complaint(std::string_view text);   // a numeric address
Complaint endpoint_complaint(std::string_view text);  // a numeric address and a port
Complaint proxy_complaint(std::string_view text);     // a host, with a port or without
Complaint codec_complaint(std::string_view name);     // the encoding name of an RTP format
Complaint suite_complaint(std::string_view name);     // an SRTP crypto suite that we have
Complaint quirk_complaint(std::string_view name);     // a trunk's way with SDES that we know
Complaint network_complaint(std::string_view text);   // an address or network
Complaint glob_complaint(std::string_view pattern);   // *, ?, [set]
// SIP user parts and labels end up in headers and log lines: no control octets.
Complaint text_complaint(std::string_view text);

}  // namespace ringfence::supervisor

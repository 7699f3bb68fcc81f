// Keys by which messages find their transactions: RFC 3261 §17.1.3 and §17.2.3. The peer's address
// is part of a server key, so that nobody ends another's transaction by guessing its branch.
// Requests without the magic cookie (RFC 2543) are matched by their whole topmost Via, Call-ID,
// CSeq and From tag.
#pragma once

#include <string>

#include "sip-core/message/message.hpp"
#include "sip-core/transaction/transaction_layer.hpp"

namespace ringfence::sip_core {

// Where a request finds its transaction: an ACK looks for the INVITE's.
std::string server_transaction_key(const sip::Message& request, const MessageSource& source);
// `method` stands for the request's own: a CANCEL looks for the INVITE's as well as for its own.
std::string server_transaction_key(const sip::Message& request, const MessageSource& source,
                                   std::string_view method);
// Call-ID, From tag and CSeq number: what an ACK to a 2xx shares with its INVITE, and what makes a
// request merged (§8.2.2.2) when its branch differs.
std::string request_identity(const sip::Message& request, std::string_view method);
std::string client_transaction_key(std::string_view branch, std::string_view method);

}  // namespace ringfence::sip_core

#include "sip-core/b2bua/contact.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sip-core/b2bua/message_of.hpp"

namespace ringfence::sip_core {
namespace {

Listener listener(TransportKind transport) {
  Listener row;
  row.transport = transport;
  row.advertised_address = "sbc.example";
  row.port = 6061;
  return row;
}

TEST(ContactTest, IsSipOverTlsForASipCallR008) {
  EXPECT_EQ(
      make_contact(listener(TransportKind::tls), "bob", sip::Scheme::sip, TlsParameter::left_out),
      "<sip:bob@sbc.example:6061>");
  EXPECT_EQ(contact_scheme_as_uas(invite_with("")), sip::Scheme::sip);
}

TEST(ContactTest, IsSipsWhereTheCallIsR007R009) {
  EXPECT_EQ(
      make_contact(listener(TransportKind::tls), "bob", sip::Scheme::sips, TlsParameter::written),
      "<sips:bob@sbc.example:6061>");
  EXPECT_EQ(contact_scheme_as_uas(invite_with("", "sips:bob@demo.example")), sip::Scheme::sips);
  EXPECT_EQ(contact_scheme_as_uas(
                invite_with("", "sip:bob@demo.example", "<sips:alice@127.0.0.10:40001>")),
            sip::Scheme::sips);
  EXPECT_EQ(contact_scheme_as_uas(invite_with("Record-Route: <sips:proxy.example;lr>\r\n")),
            sip::Scheme::sips);
}

TEST(ContactTest, WritesTransportTlsOnlyForAPeerThatWritesItR016) {
  EXPECT_EQ(tls_parameter_like("sip:alice@10.0.0.1:5061;transport=tls"), TlsParameter::written);
  EXPECT_EQ(tls_parameter_like("sip:alice@10.0.0.1:5061"), TlsParameter::left_out);
  EXPECT_EQ(
      make_contact(listener(TransportKind::tls), "bob", sip::Scheme::sip, TlsParameter::written),
      "<sip:bob@sbc.example:6061;transport=tls>");
  EXPECT_EQ(
      make_contact(listener(TransportKind::tcp), "bob", sip::Scheme::sip, TlsParameter::left_out),
      "<sip:bob@sbc.example:6061;transport=tcp>");
}

}  // namespace
}  // namespace ringfence::sip_core

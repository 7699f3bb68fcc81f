"""Every trunk profile against an imitation of its carrier that refuses what the carrier would: registration where it
wants one, a call out and a call in, over real TLS with real certificates, through the running bundle. No real carrier
was met: trunk_profiles.verified stays 0."""

import unittest

from harness.carrier_terms import CompanyFlex, FritzBox, Teams, Telnyx, Terms, Twilio
from harness.name_server import NameServer, a
from harness.scripted_carrier import ScriptedCarrier
from carrier_test import CarrierCase

DIALLED = "030987654"
NUMBER = "49307774711"  # alice's


class Profiles(CarrierCase):
    port_base = 10000

    @classmethod
    def setUpClass(cls):
        cls.names = NameServer(cls.port_base + 190)
        cls.addClassCleanup(cls.names.stop)
        for terms in (Teams, Twilio, Telnyx, CompanyFlex):
            cls.names.zone[terms.host] = [a("127.0.0.1")]
        cls.names.zone[CompanyFlex.proxy] = [a("127.0.0.1")]
        cls.environment = {"RINGFENCE_NAME_SERVERS": cls.names.address}
        super().setUpClass()

    def serve(self, terms):
        """The carrier, and the trunk to it: the profile, and what an operator has to fill in."""
        certificate, key = self.certificate("carrier", terms.certificate_names)
        carrier = ScriptedCarrier(terms, port=self.port_base + 150, media_port=self.port_base + 170,
                                  certificate=certificate, key=key, ca=self.bundle["CA"])
        self.stack.callback(carrier.stop)
        row = {"host": terms.host, "profile": terms.profile, **terms.columns}
        if isinstance(terms, CompanyFlex):
            row["outbound_proxy"] = f"{terms.proxy}:{carrier.tls_port}"
        if terms.tls and not terms.username:  # it dials us, by our name
            self.own_certificate(terms.our_name)
        self.trunk(carrier, **row)
        self.bundle.sql("UPDATE dids SET number = ?", NUMBER)
        self.bundle.wait_applied()
        return carrier

    def own_certificate(self, name):
        folder = self.folder / "demo" / "certs" / name
        folder.mkdir(exist_ok=True)
        certificate, key = self.certificate("ours", f"DNS:{name}")
        key.rename(folder / "privkey.pem")
        certificate.rename(folder / "fullchain.pem")
        self.bundle.wait_health(lambda d: any(c["sni"] == name for c in d["certificates"]), "it is served",
                                page="/sip-tls/health")

    def out_and_in_again(self, terms, dialled_as):
        carrier = self.serve(terms)
        if terms.username:
            self.wait_registered()
        alice = self.phone("alice", 1, transport="udp", media=None)
        alice.dial(f"sip:{DIALLED}@{self.bundle['DOMAIN']}")
        invite = carrier.wait_request("INVITE")
        self.assertIn(f":{dialled_as}@", invite.uri)
        alice.wait_event("CALL_ESTABLISHED")
        carrier.wait_request("ACK")
        carrier.wait_media()
        alice.hang_up()
        carrier.wait_request("BYE")
        self.bundle.wait_health(lambda d: d["calls"]["active"] == 0, "no call is left")
        alice.events.clear()
        success = carrier.call("+" + NUMBER, self.bundle)
        alice.wait_event("CALL_ESTABLISHED")
        carrier.wait_media()
        carrier.hang_up(success)
        alice.wait_event("CALL_CLOSED")
        self.assertEqual(carrier.refused, [])
        verified = self.bundle.sql("SELECT verified FROM trunk_profiles WHERE name = ?", terms.profile)
        self.assertEqual(verified, [(0,)])
        return carrier

    def refuses(self, terms, words, **columns):
        """What the carrier refuses a call with where the trunk is not as its profile says."""
        carrier = self.serve(terms)
        for column, value in columns.items():
            self.bundle.sql(f"UPDATE trunks SET {column} = ? WHERE label = 'Telco'", value)
        self.bundle.wait_applied()
        alice = self.phone("alice", 1, transport="udp", media=None)
        alice.dial(f"sip:{DIALLED}@{self.bundle['DOMAIN']}")
        carrier.wait(lambda: any(words in one for one in carrier.refused), f"a refusal: {words}")
        alice.wait_event("CALL_CLOSED")

    def test_teams(self):
        carrier = self.out_and_in_again(Teams(), "+4930987654")
        carrier.wait_request("OPTIONS")
        self.assertEqual(set(carrier.ports.names), {Teams.host})
        carrier.wait_request("PRACK", 2)

    def test_teams_refuses_an_address_in_contact(self):
        self.refuses(Teams(), "Contact Is Not The Name Of The SBC", contact_host=None)

    def test_twilio(self):
        self.out_and_in_again(Twilio(), "+4930987654")

    def test_twilio_refuses_clear_media(self):
        self.refuses(Twilio(), "488 Secure Media Required", srtp=0)

    def test_telnyx(self):
        self.out_and_in_again(Telnyx(), "+4930987654")

    def test_telnyx_refuses_a_national_number(self):
        self.refuses(Telnyx(), "404 No Such Number", number_format="national")

    def test_telekom_companyflex(self):
        self.out_and_in_again(CompanyFlex(), "+4930987654")

    def test_telekom_companyflex_refuses_whoever_does_not_agree_on_media_security(self):
        carrier = self.serve(CompanyFlex())
        self.wait_registered()
        self.bundle.sql("UPDATE trunks SET mediasec = 0 WHERE label = 'Telco'")
        self.wait_state("failed")
        self.assertIn("mediasec Is Needed", carrier.refused[-1])

    def test_fritzbox(self):
        self.out_and_in_again(FritzBox(), DIALLED)

    def test_fritzbox_refuses_srtp(self):
        self.refuses(FritzBox(), "488 No Encryption Here", srtp=1)

    def test_generic(self):
        self.out_and_in_again(Terms(), DIALLED)


if __name__ == "__main__":
    unittest.main()

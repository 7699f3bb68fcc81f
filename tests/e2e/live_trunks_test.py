"""Trunks edited by SQL while they are registered, as a carrier sees it: kamailio with its TLS module."""

import unittest

from carrier_test import CarrierCase

OVER_TLS = "sips:127.0.0.1:{};transport=tls"


class LiveTrunks(CarrierCase):
    port_base = 16000

    def two_trunks(self):
        """Telco, which the test edits, and Other at the same carrier, which nobody touches."""
        carrier = self.carrier(max_expires=5)
        self.trunk(carrier, **self.REGISTERED)
        self.bundle.sql("INSERT INTO trunks(tenant_id, label, host, port, username, password, register)"
                        " VALUES(1, 'Other', '127.0.0.1', ?, 'other', 'carrier-secret', 1)", carrier.port)
        self.stack.callback(self.bundle.sql, "DELETE FROM trunks WHERE label = 'Other'")
        self.wait_registered()
        self.bundle.wait_health(lambda _: self.bundle.trunk_state("Other") == "registered", "Other is registered")
        return carrier

    def others(self, carrier, start=0):
        return [r for r in carrier.registers(start) if r["to"].startswith("sip:other@")]

    def tick(self, carrier, tls):
        """How the trunk registers after that; the log's length before."""
        start = carrier.log_path.stat().st_size
        ours = self.bundle.log_path.stat().st_size
        self.bundle.sql("UPDATE trunks SET tls = ? WHERE label = 'Telco'", tls)
        transport = "tls" if tls else "udp"
        register = carrier.wait_register(
            lambda r: ":telco@" in r["to"] and r["transport"] == transport and r["expires"] != "0",
            f"a registration over {transport}", seconds=5, start=start)
        self.bundle.wait_log("REGISTER Telco " + (r"TLS \(sips:\)" if tls else r"UDP \(sip:\)"), start=ours)
        self.bundle.wait_log("REGISTER OK Telco", start=ours)
        return register, start

    def test_tls_is_ticked_and_unticked_by_sql(self):
        carrier = self.two_trunks()
        before = self.others(carrier)
        for tls in (1, 0):
            register, start = self.tick(carrier, tls)
            scheme = "sips:" if tls else "sip:"
            self.assertTrue(register["to"].startswith(scheme), register)
            self.assertEqual(register["uri"], OVER_TLS.format(carrier.tls_port) if tls
                             else f"sip:127.0.0.1:{carrier.port}")
            self.wait_registered()
            # The trunk beside it goes on as if nothing had happened: its next refresh, and no other word.
            next_one = carrier.wait_register(lambda r: r["to"].startswith("sip:other@"), "a refresh of Other",
                                             start=start)
            self.assertEqual(next_one["call_id"], before[0]["call_id"])
        all_of_other = self.others(carrier)
        self.assertEqual({r["call_id"] for r in all_of_other}, {before[0]["call_id"]})
        self.assertNotIn("0", [r["expires"] for r in all_of_other])
        cseqs = [int(r["cseq"]) for r in all_of_other]
        self.assertEqual(cseqs, sorted(set(cseqs)), "each one higher than the one before")

    def test_a_running_call_keeps_what_it_has_and_a_new_one_gets_what_was_set(self):
        """F121: SRTP is ticked during a call."""
        carrier = self.carrier(media="srtp")
        self.trunk(carrier, **self.REGISTERED)
        self.wait_registered()
        alice = self.phone("alice", 1, transport="udp", media=None)
        alice.dial(f"sip:+4940123@{self.bundle['DOMAIN']}")
        alice.wait_event("CALL_ESTABLISHED")
        carrier.phone.wait_event("CALL_ESTABLISHED")
        self.bundle.sql("UPDATE trunks SET srtp = 1 WHERE label = 'Telco'")
        self.bundle.wait_applied()
        self.talk(alice, carrier.phone)
        alice.hang_up()
        carrier.phone.wait_event("CALL_CLOSED")
        alice.dial(f"sip:+4940124@{self.bundle['DOMAIN']}")
        carrier.phone.wait_event("CALL_ESTABLISHED")
        calls = self.bundle.ctl("calls", "--json").stdout
        self.assertIn("AES_CM_128_HMAC_SHA1_80", calls)
        alice.hang_up()
        carrier.phone.wait_event("CALL_CLOSED")

    def test_a_profile_of_the_operators_own_is_one_word(self):
        carrier = self.carrier(max_expires=5)
        self.bundle.sql("INSERT INTO trunk_profiles(name, tls, tls_verify, register, options_interval_s)"
                        " VALUES('ours', 1, 'ca', 1, 5)")
        self.stack.callback(self.bundle.sql, "DELETE FROM trunk_profiles WHERE name = 'ours'")
        self.trunk(carrier, username="telco", password="carrier-secret", profile="ours")
        self.wait_registered()
        carrier.wait_register(lambda r: r["transport"] == "tls", "a registration over TLS")
        self.assertIn("carrier: OPTIONS", carrier.log_path.read_text())


if __name__ == "__main__":
    unittest.main()

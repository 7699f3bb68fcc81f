"""Calls to and from a carrier: kamailio with its TLS module, a baresip phone behind it."""

import unittest

from harness.scene import Scene


class CarrierCase(Scene):
    def trunk(self, carrier, **columns):
        """One trunk, its DID to alice, and a route for everything; gone at the end of the test."""
        row = {"label": "Telco", "host": "127.0.0.1", "port": carrier.port, "tls_port": carrier.tls_port, **columns}
        names = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        self.bundle.sql(f"INSERT INTO trunks(tenant_id, {names}) VALUES(1, {marks})", *row.values())
        trunk = self.bundle.sql("SELECT id FROM trunks WHERE label = 'Telco'")[0][0]
        self.bundle.sql("INSERT INTO dids(tenant_id, number, target) VALUES(1, '4930777', 'ext:alice')")
        self.bundle.sql("INSERT INTO routes(tenant_id, pattern, trunk_id) VALUES(1, '*', ?)", trunk)
        self.stack.callback(self.bundle.wait_applied)
        self.stack.callback(self.bundle.sql, "DELETE FROM trunks WHERE label = 'Telco'")
        self.stack.callback(self.bundle.sql, "DELETE FROM routes")
        self.stack.callback(self.bundle.sql, "DELETE FROM dids")
        self.bundle.wait_applied()

    REGISTERED = {"username": "telco", "password": "carrier-secret", "register": 1}

    def wait_state(self, state):
        return self.bundle.wait_health(
            lambda d: any(t["label"] == "Telco" and t["state"] == state for t in d["trunks"]), f"the trunk is {state}")

    def wait_registered(self):
        return self.wait_state("registered")

    def encrypted_alice(self):
        self.srtp("required", "alice")
        return self.phone("alice", 1)

    def out_and_in(self, carrier, alice):
        """phone → carrier, then carrier → phone; each end hears the other's tone both times."""
        for caller, callee, number in ((alice, carrier.phone, f"+4940123@{self.bundle['DOMAIN']}"),
                                       (carrier.phone, alice, "+4930777@carrier.ringfence.test")):
            caller.dial(f"sip:{number}")
            caller.wait_event("CALL_ESTABLISHED")
            callee.wait_event("CALL_ESTABLISHED")
            self.talk(alice, carrier.phone)
            caller.hang_up()
            callee.wait_event("CALL_CLOSED")
            self.bundle.wait_health(lambda d: d["calls"]["active"] == 0, "no call is left")
            self.assert_hears(carrier.phone, 440)
            self.assert_hears(alice, 880)


class EncryptedCarrier(CarrierCase):
    port_base = 14000

    def test_tls_and_srtp_on_both_sides(self):
        carrier = self.carrier(media="srtp-mand")
        start = self.bundle.log_path.stat().st_size
        self.trunk(carrier, tls=1, srtp=1, **self.REGISTERED)
        self.wait_registered()
        self.bundle.wait_log(r"REGISTER Telco TLS \(sips:\)", start=start)
        self.bundle.wait_log(r"REGISTER OK Telco", start=start)
        self.out_and_in(carrier, self.encrypted_alice())
        self.assertNotIn("[sips-downgrade]", self.bundle.log_path.read_text()[start:])

    def test_plain_phone_and_encrypted_carrier(self):
        carrier = self.carrier(media="srtp-mand")
        self.trunk(carrier, tls=1, srtp=1, **self.REGISTERED)
        self.wait_registered()
        self.out_and_in(carrier, self.phone("alice", 1, transport="udp", media=None))

    def test_a_carrier_that_answers_without_srtp_gets_no_call(self):
        """Never plaintext where SRTP was required: the call ends, with one line that says why."""
        carrier = self.carrier(media=None)
        self.trunk(carrier, tls=1, srtp=1, **self.REGISTERED)
        self.wait_registered()
        alice = self.phone("alice", 1)
        start = self.bundle.log_path.stat().st_size
        alice.dial(f"sip:+4940123@{self.bundle['DOMAIN']}")
        alice.wait_event("CALL_CLOSED")
        carrier.phone.wait_event("CALL_CLOSED")
        carrier.phone.dial("sip:+4930777@carrier.ringfence.test")
        self.assertIn("488", carrier.phone.wait_event("CALL_CLOSED")["param"])
        self.bundle.wait_log(r"\[srtp-reject\] .*trunk=Telco", start=start)

    def test_a_carrier_with_another_name_in_its_certificate_is_not_trusted(self):
        carrier = self.carrier(media="srtp-mand", certificate_names="DNS:other.ringfence.test")
        self.trunk(carrier, tls=1, srtp=1, **self.REGISTERED)
        self.wait_state("failed")
        trunk = next(t for t in self.bundle.health()[1]["trunks"] if t["label"] == "Telco")
        self.assertEqual(trunk["state"], "failed")
        self.assertIn("certificate", trunk["last_error"])
        # The operator decides otherwise, live.
        self.bundle.sql("UPDATE trunks SET tls_verify = 'ca' WHERE label = 'Telco'")
        self.wait_registered()


class PlainCarrier(CarrierCase):
    port_base = 14000

    def test_udp_and_rtp_towards_a_carrier_without_registration(self):
        carrier = self.carrier(straight_to=f"sip:127.0.0.1:{self.bundle['TRUNK_UDP']}", challenge_calls=False)
        self.trunk(carrier)
        self.out_and_in(carrier, self.encrypted_alice())
        self.bundle.wait_log(r"\[sips-downgrade\] .*from-leg=tls to-leg=udp trunk=Telco")
        self.bundle.wait_log(r"\[sips-downgrade\] .*from-leg=udp to-leg=tls trunk=Telco")

    def test_udp_registration(self):
        carrier = self.carrier()
        self.trunk(carrier, **self.REGISTERED)
        self.wait_registered()
        self.bundle.wait_log(r"REGISTER Telco UDP \(sip:\)")
        self.out_and_in(carrier, self.encrypted_alice())

    def test_a_changed_password_is_in_force_within_two_seconds(self):
        carrier = self.carrier()
        self.trunk(carrier, **{**self.REGISTERED, "password": "wrong"})
        self.wait_state("failed")
        self.bundle.sql("UPDATE trunks SET password = 'carrier-secret' WHERE label = 'Telco'")
        took = self.wait_registered()
        self.assertLess(took, 2.5)

    def test_a_busy_number(self):
        carrier = self.carrier(challenge_calls=False)
        self.trunk(carrier, username="telco")
        alice = self.phone("alice", 1)
        alice.dial(f"sip:busy@{self.bundle['DOMAIN']}")
        self.assertIn("486", alice.wait_event("CALL_CLOSED")["param"])


if __name__ == "__main__":
    unittest.main()

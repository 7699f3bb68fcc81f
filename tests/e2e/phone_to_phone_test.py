"""Calls between two extensions, with baresip at both ends: what each hears is the other's tone."""

import json
import unittest

from harness.scene import Scene


class PhoneToPhone(Scene):
    port_base = 20000

    def call(self, alice, bob, hang_up_by):
        after = len(self.past_calls())
        alice.dial(f"sip:bob@{self.bundle['DOMAIN']}")
        alice.wait_event("CALL_ESTABLISHED")
        bob.wait_event("CALL_ESTABLISHED")
        self.talk(alice, bob)
        hang_up_by.hang_up()
        (bob if hang_up_by is alice else alice).wait_event("CALL_CLOSED")
        self.bundle.wait_health(lambda d: d["calls"]["active"] == 0, "no call is left")
        self.assert_hears(bob, 440)
        self.assert_hears(alice, 620)
        self.assert_measured(after)

    def past_calls(self):
        return json.loads(self.bundle.ctl("calls", "--since", "1h", "--json").stdout)

    def assert_measured(self, after):
        """The record that came `after` so many tells how each phone's speech arrived on this host."""
        self.bundle.wait_health(lambda _: len(self.past_calls()) > after, "the record of the call is written")
        record = self.past_calls()[after]
        for leg in "ab":
            self.assertGreater(record[f"{leg}_packets_received"], 100, record)
            self.assertLess(record[f"{leg}_packets_lost"], 10, record)
            self.assertLess(record[f"{leg}_jitter_ms"], 100, record)
            self.assertLess(record[f"{leg}_rtt_ms"] or 0, 100, record)  # None: no phone's RTCP came so soon
        self.bundle.ctl("calls", "--verify")

    def test_both_over_tls_and_srtp(self):
        start = self.bundle.log_path.stat().st_size
        self.srtp("required", "alice", "bob")
        alice = self.phone("alice", 1, tone=440)
        bob = self.phone("bob", 2, tone=620)
        self.call(alice, bob, hang_up_by=alice)
        self.assertNotIn("[sips-downgrade]", self.bundle.log_path.read_text()[start:])

    def test_tls_and_srtp_towards_udp_and_plain_rtp(self):
        alice = self.phone("alice", 1, tone=440)
        bob = self.phone("bob", 2, tone=620, transport="udp", media=None)
        self.call(alice, bob, hang_up_by=bob)
        self.bundle.wait_log(r"\[sips-downgrade\] .*from-leg=tls to-leg=udp trunk=-")

    def test_udp_and_plain_rtp_towards_tls_and_srtp(self):
        alice = self.phone("alice", 1, tone=440, transport="udp", media=None)
        # preferred: offered RTP/AVP with a=crypto (RFC 8643), which this phone takes up.
        bob = self.phone("bob", 2, tone=620, media="srtp")
        self.call(alice, bob, hang_up_by=alice)

    def test_over_tcp(self):
        alice = self.phone("alice", 1, tone=440, transport="tcp", media=None)
        bob = self.phone("bob", 2, tone=620, transport="tcp", media=None)
        self.call(alice, bob, hang_up_by=bob)

    def test_a_caller_who_gives_up_stops_the_ringing(self):
        self.srtp("required", "bob")
        alice = self.phone("alice", 1)
        bob = self.phone("bob", 2, answer="manual")
        alice.dial(f"sip:bob@{self.bundle['DOMAIN']}")
        bob.wait_event("CALL_INCOMING")
        alice.wait_event("CALL_RINGING")
        alice.hang_up()
        bob.wait_event("CALL_CLOSED")
        self.bundle.wait_health(lambda d: d["calls"]["active"] == 0, "no call is left")

    def test_hold_and_resume(self):
        self.srtp("required", "alice", "bob")
        alice = self.phone("alice", 1, tone=440)
        bob = self.phone("bob", 2, tone=620)
        alice.dial(f"sip:bob@{self.bundle['DOMAIN']}")
        alice.wait_event("CALL_ESTABLISHED")
        bob.wait_event("CALL_ESTABLISHED")
        self.talk(alice, bob, seconds=1)
        alice.command("hold")
        bob.wait_event("CALL_REMOTE_SDP")
        alice.command("resume")
        bob.wait_event("CALL_REMOTE_SDP")
        # baresip's recording of the far end stops with the hold: its packet counts tell the rest.
        until = bob.sent_octets() + 3 * 8000 * 2
        self.bundle.wait_health(lambda _: bob.sent_octets() >= until, "three more seconds are spoken")
        alice.hang_up()
        bob.wait_event("CALL_CLOSED")
        for phone in (alice, bob):
            phone.stop()
            self.assertGreater(phone.packets_received(), 190, f"{phone.name} heard nothing after the hold")

    def test_nobody_registered_and_nobody_known(self):
        alice = self.phone("alice", 1)
        alice.dial(f"sip:bob@{self.bundle['DOMAIN']}")
        self.assertIn("480", alice.wait_event("CALL_CLOSED")["param"])
        alice.dial(f"sip:nobody@{self.bundle['DOMAIN']}")
        self.assertIn("404", alice.wait_event("CALL_CLOSED")["param"])

    def test_a_wrong_password_registers_nothing(self):
        self.bundle.wait_health(lambda d: d["registrations"]["active"] == 0, "nobody is registered")
        phone = self.phone("alice", 1, password="wrong", wait=False)
        phone.wait_event("REGISTER_FAIL")
        self.assertEqual(self.bundle.bindings(), 0)


if __name__ == "__main__":
    unittest.main()

"""Calls over IPv6, and between a leg on IPv6 and one on IPv4, with baresip at both ends."""

import unittest

from harness.scene import Scene

LISTENERS = (("public-udp6", "udp", "PUBLIC_UDP"), ("public-tls6", "tls", "PUBLIC_TLS"))


class IPv6(Scene):
    port_base = 6000

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, transport, port in LISTENERS:
            cls.bundle.sql("INSERT INTO listeners(name, side, transport, address, port) VALUES(?, 'public', ?, '::1', ?)",
                           name, transport, cls.bundle[port])
        cls.bundle.wait_applied()

    def call(self, alice, bob):
        """What was said to each of the two phones of where its media goes."""
        alice.dial(f"sip:bob@{self.bundle['DOMAIN']}")
        alice.wait_event("CALL_ESTABLISHED")
        bob.wait_event("CALL_ESTABLISHED")
        self.talk(alice, bob)
        alice.hang_up()
        bob.wait_event("CALL_CLOSED")
        self.bundle.wait_health(lambda d: d["calls"]["active"] == 0, "no call is left")
        self.assert_hears(bob, 440)
        self.assert_hears(alice, 620)

    def connections(self, phone):
        """The c= lines of all SDP that this phone has sent and received."""
        trace = (phone.folder / "log.txt").read_text(errors="replace")
        return {line.strip() for line in trace.splitlines() if line.startswith("c=IN")}

    def test_both_legs_over_tls_and_srtp(self):
        self.srtp("required", "alice", "bob")
        alice = self.phone("alice", 1, tone=440, address="::1", sip_trace=True)
        bob = self.phone("bob", 2, tone=620, address="::1", sip_trace=True)
        self.call(alice, bob)
        for phone in (alice, bob):
            self.assertEqual(self.connections(phone), {"c=IN IP6 ::1"})

    def test_a_leg_on_ipv6_and_one_on_ipv4(self):
        alice = self.phone("alice", 1, tone=440, address="::1", sip_trace=True)
        bob = self.phone("bob", 2, tone=620, transport="udp", media=None, sip_trace=True)
        self.call(alice, bob)
        self.assertEqual(self.connections(alice), {"c=IN IP6 ::1"})
        self.assertEqual(self.connections(bob), {"c=IN IP4 127.0.0.1"})

    def test_a_leg_on_ipv4_and_one_on_ipv6_over_udp(self):
        alice = self.phone("alice", 1, tone=440)
        bob = self.phone("bob", 2, tone=620, transport="udp", media=None, address="::1", sip_trace=True)
        self.call(alice, bob)
        self.assertEqual(self.connections(bob), {"c=IN IP6 ::1"})


if __name__ == "__main__":
    unittest.main()

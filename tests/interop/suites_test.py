"""Every crypto suite that baresip and linphone have, and no plaintext in any of these calls."""

import unittest

from harness.bundle import PEER_RTP
from harness.capture import Capture, looks_plain
from harness.linphone import Linphone
from harness.scene import Scene, need

# What each suite puts behind the 172 octets of an A-law packet.
TAGS = {"AES_CM_128_HMAC_SHA1_80": 10, "AES_CM_128_HMAC_SHA1_32": 4, "AES_256_CM_HMAC_SHA1_80": 10,
        "AES_256_CM_HMAC_SHA1_32": 4, "AEAD_AES_128_GCM": 16, "AEAD_AES_256_GCM": 16}
BARESIP = ("AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "AEAD_AES_128_GCM", "AEAD_AES_256_GCM")
LINPHONE = ("AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "AES_256_CM_HMAC_SHA1_80",
            "AES_256_CM_HMAC_SHA1_32")
COMMON = "AES_CM_128_HMAC_SHA1_80"


class Suites(Scene):
    port_base = 4000

    def suites(self, name, suite):
        self.bundle.sql("UPDATE extensions SET srtp_suites = ? WHERE username = ?", suite, name)

    def setUp(self):
        super().setUp()
        self.stack.callback(self.bundle.sql, "UPDATE extensions SET srtp_suites = NULL")
        self.srtp("required", "alice", "bob")

    def assert_secured(self, capture, *suites):
        rtp = capture.rtp(*self.bundle.rtp_ports)
        self.assertGreater(len(rtp), 200, "the call's media is not in the capture")
        lengths = {12 + 160 + TAGS[suite] for suite in suites}
        self.assertLessEqual({len(data) for data in rtp}, lengths)
        poor = [data for data in rtp if looks_plain(data)]
        self.assertFalse(poor, f"{len(poor)} of {len(rtp)} packets look like plaintext")

    def test_baresip_is_called_with_each_of_its_suites(self):
        for suite in BARESIP:
            with self.subTest(suite=suite):
                self.suites("bob", suite)
                self.bundle.wait_applied()
                alice, bob = self.phone("alice", 1, tone=440), self.phone("bob", 2, tone=620)
                with Capture(self.work) as capture:
                    alice.dial(f"sip:bob@{self.bundle['DOMAIN']}")
                    bob.wait_event("CALL_ESTABLISHED")
                    self.talk(alice, bob, seconds=2)
                    alice.hang_up()
                    bob.wait_event("CALL_CLOSED")
                self.assert_secured(capture, COMMON, suite)
                self.assert_hears(bob, 440)
                self.assert_hears(alice, 620)
                alice.stop()
                bob.stop()
                self.move_aside(alice, bob)

    def test_linphone_calls_with_each_of_its_suites(self):
        need("linphonec")
        for suite in LINPHONE:
            with self.subTest(suite=suite):
                self.suites("alice", suite)
                self.bundle.wait_applied()
                bob = self.phone("bob", 2, tone=620)
                bundle = self.bundle
                linphone = Linphone(self.work, "alice", bundle["DOMAIN"], bundle["ALICE_PASSWORD"],
                                    port=bundle["PUBLIC_TLS"], ca=bundle["CA"], sip_port=self.port_base + 170,
                                    rtp_low=self.port_base + PEER_RTP + 250, suites=suite)
                self.stack.callback(linphone.stop)
                linphone.wait_registered()
                with Capture(self.work) as capture:
                    linphone.dial(f"sip:bob@{bundle['DOMAIN']}")
                    bob.wait_event("CALL_ESTABLISHED")
                    linphone.wait_answered()
                    self.talk(bob, seconds=2)
                    linphone.hang_up()
                    bob.wait_event("CALL_CLOSED")
                self.assert_secured(capture, suite, COMMON)
                self.assert_hears(bob, 700)
                linphone.stop()
                bob.stop()
                self.move_aside(linphone, bob)

    def move_aside(self, *phones):
        """Makes room for the next phones of these names."""
        for phone in phones:
            phone.folder.rename(phone.folder.with_name(f"{phone.folder.name}-{len(list(self.work.iterdir()))}"))


if __name__ == "__main__":
    unittest.main()

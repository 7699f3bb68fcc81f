"""A capture of the loopback during an encrypted call: no plaintext RTP, no SIP in clear on a TLS port."""

import re
import unittest

from harness.capture import Capture, looks_plain
from harness.scene import Scene

SIP = re.compile(rb"SIP/2\.0|INVITE sips?:|REGISTER sips?:")


class EncryptedCall(Scene):
    port_base = 20000

    def test_an_encrypted_call_shows_nothing(self):
        with Capture(self.work) as capture:
            done = self.bundle.ctl("selftest", check=False)
        self.assertEqual(done.returncode, 0, done.stdout + self.bundle.log_tail())
        on_tls = capture.on_tcp([int(self.bundle["PUBLIC_TLS"]), int(self.bundle["TRUNK_TLS"])])
        self.assertGreater(sum(map(len, on_tls)), 2000, "the call's signalling is not in the capture")
        self.assertFalse([data for data in on_tls if SIP.search(data)])

        rtp = capture.rtp(*self.bundle.rtp_ports)
        self.assertGreater(len(rtp), 200, "the call's media is not in the capture")
        # A-law in clear: 160 octets of payload and nothing behind them. SRTP carries a tag of 10 octets.
        self.assertEqual({len(data) for data in rtp}, {12 + 160 + 10})
        poor = [data for data in rtp if looks_plain(data)]
        self.assertFalse(poor, f"{len(poor)} of {len(rtp)} packets look like plaintext")


if __name__ == "__main__":
    unittest.main()

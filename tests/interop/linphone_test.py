"""linphone's console client as an extension: TLS 1.2, SDES, calls with baresip both ways."""

import unittest

from harness.bundle import PEER_RTP
from harness.linphone import Linphone
from harness.scene import Scene, need


class LinphoneCalls(Scene):
    port_base = 4000

    @classmethod
    def setUpClass(cls):
        need("linphonec")
        super().setUpClass()

    def linphone(self, name, **more):
        bundle = self.bundle
        phone = Linphone(self.work, name, bundle["DOMAIN"], bundle[f"{name.upper()}_PASSWORD"],
                         port=bundle["PUBLIC_TLS"], ca=bundle["CA"], sip_port=self.port_base + 170,
                         rtp_low=self.port_base + PEER_RTP + 250, **more)
        self.stack.callback(phone.stop)
        phone.wait_registered()
        return phone

    def test_linphone_calls_baresip_with_srtp_on_both_legs(self):
        self.srtp("required", "alice", "bob")
        linphone, baresip = self.linphone("alice"), self.phone("bob", 2)
        linphone.dial(f"sip:bob@{self.bundle['DOMAIN']}")
        baresip.wait_event("CALL_ESTABLISHED")
        linphone.wait_answered()
        self.talk(baresip)
        linphone.hang_up()
        baresip.wait_event("CALL_CLOSED")
        self.bundle.wait_health(lambda d: d["calls"]["active"] == 0, "no call is left")
        self.assert_hears(baresip, 700)
        self.assert_hears(linphone, 440)

    def test_baresip_calls_linphone_with_srtp_on_both_legs(self):
        self.srtp("required", "alice", "bob")
        linphone, baresip = self.linphone("alice"), self.phone("bob", 2)
        baresip.dial(f"sip:alice@{self.bundle['DOMAIN']}")
        linphone.wait_said("Receiving new incoming call")
        linphone.command("answer")
        baresip.wait_event("CALL_ESTABLISHED")
        self.talk(baresip)
        baresip.hang_up()
        self.bundle.wait_health(lambda d: d["calls"]["active"] == 0, "no call is left")
        self.assert_hears(baresip, 700)
        self.assert_hears(linphone, 440)

    def test_a_key_that_linphone_tells_by_info_reaches_baresip_in_its_stream(self):
        self.srtp("required", "alice", "bob")
        linphone, baresip = self.linphone("alice", keys="info"), self.phone("bob", 2, sip_trace=True)
        baresip.dial(f"sip:alice@{self.bundle['DOMAIN']}")  # its offer names telephone-event
        linphone.wait_said("Receiving new incoming call")
        linphone.command("answer")
        baresip.wait_event("CALL_ESTABLISHED")
        self.talk(baresip, seconds=1)
        for key in "5#":
            linphone.command(key)
            self.assertEqual(baresip.wait_event("CALL_DTMF_START")["param"], key)
            baresip.wait_event("CALL_DTMF_END")
        baresip.hang_up()
        self.bundle.wait_health(lambda d: d["calls"]["active"] == 0, "no call is left")
        self.assertNotIn("INFO sip:", (baresip.folder / "log.txt").read_text(errors="replace"))


if __name__ == "__main__":
    unittest.main()

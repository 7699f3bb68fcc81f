"""Handshakes that hang, from as many sources as the cap allows: who comes then is reset and may come again, who is
there is served, and the port serves again long before the handshakes' time is over; one source alone keeps nobody
out (F045)."""

import pathlib
import shutil
import socket
import ssl
import sys
import tempfile
import time
import unittest

import own_network

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness.bundle import Bundle, quickstart  # noqa: E402 (its folder had to be found first)

CAP = 200
OF_ONE_SOURCE = 32
BEGINNING = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"  # of a ClientHello


class Hanging(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        own_network.enter()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringfence-faults-"))
        cls.bundle = Bundle(cls.folder, 28000, "--bind", "11.0.0.1")
        cls.address = ("11.0.0.1", int(cls.bundle["PUBLIC_TLS"]))
        cls.context = ssl.create_default_context(cafile=cls.bundle["CA"])

    @classmethod
    def tearDownClass(cls):
        quickstart(cls.bundle.folder, "--stop")
        shutil.rmtree(cls.folder)

    def phone(self, source):
        plain = socket.create_connection(self.address, timeout=5, source_address=(source, 0))
        try:
            return self.context.wrap_socket(plain, server_hostname=self.bundle["DOMAIN"])
        except OSError:
            plain.close()
            raise

    def is_served(self, source):
        try:
            self.phone(source).close()
        except OSError:  # a reset, before or within the handshake
            return False
        return True

    def ping(self, phone):
        phone.sendall(b"\r\n\r\n")
        self.assertEqual(phone.recv(2), b"\r\n")

    def hang(self, source):
        peer = socket.create_connection(self.address, timeout=5, source_address=(source, 0))
        self.addCleanup(peer.close)
        peer.sendall(BEGINNING)

    def test_f045_one_source_that_hangs_what_it_may_keeps_no_phone_out(self):
        for _ in range(OF_ONE_SOURCE):
            self.hang("11.2.0.1")
        self.bundle.wait_health(lambda d: any(p["in_flight"] == OF_ONE_SOURCE for p in d["ports"]), "they all hang",
                                page="/sip-tls/health")
        self.assertFalse(self.is_served("11.2.0.1"))
        for number in range(1, 101):
            self.assertTrue(self.is_served(f"11.2.1.{number}"))

    def test_f045_two_hundred_sources_do_not_hold_a_port_for_as_long_as_a_handshake_may_take(self):
        early = self.phone("11.0.0.2")
        self.addCleanup(early.close)
        self.bundle.sql("UPDATE settings SET value = '300' WHERE key = 'handshake_timeout_s'")
        self.bundle.wait_applied()
        for number in range(CAP):
            self.hang(f"11.1.0.{number + 1}")
        began = time.monotonic()
        self.bundle.wait_health(lambda d: any(p["in_flight"] == CAP for p in d["ports"]), "the cap is reached",
                                page="/sip-tls/health")
        self.assertFalse(self.is_served("11.0.0.3"))
        self.ping(early)
        while not self.is_served("11.0.0.3"):
            self.assertLess(time.monotonic() - began, 60, "the port is not free again")
            time.sleep(0.05)
        print(f"served again after {time.monotonic() - began:.1f} s", file=sys.stderr)
        for number in range(20):
            self.assertTrue(self.is_served(f"11.0.1.{number}"))
        self.ping(early)
        self.assertNotRegex(self.bundle.ctl("blocklist", "list").stdout, r"11\.[01]\.")


if __name__ == "__main__":
    unittest.main()

"""A thousand slow readers of the health page hold up neither SIP over TLS nor the page itself (F064)."""

import pathlib
import shutil
import socket
import ssl
import sys
import tempfile
import unittest

import own_network

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness.bundle import Bundle, quickstart  # noqa: E402 (its folder had to be found first)


class SlowHttp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        own_network.enter()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringfence-faults-"))
        cls.bundle = Bundle(cls.folder, 28000)

    @classmethod
    def tearDownClass(cls):
        quickstart(cls.bundle.folder, "--stop")
        shutil.rmtree(cls.folder)

    def ping_over_tls(self):
        context = ssl.create_default_context(cafile=self.bundle["CA"])
        address = ("127.0.0.1", int(self.bundle["PUBLIC_TLS"]))
        with socket.create_connection(address, timeout=10) as peer, \
                context.wrap_socket(peer, server_hostname=self.bundle["DOMAIN"]) as phone:
            phone.sendall(b"\r\n\r\n")
            return phone.recv(2)

    def test_f064_slow_readers_of_the_page_hold_nobody_up(self):
        host, port = self.bundle["HTTP"].removeprefix("http://").split(":")
        slow = []
        for _ in range(1000):
            peer = socket.create_connection((host, int(port)), timeout=10)
            peer.sendall(b"GET /sip-tls/health HTTP/1.1\r\nX: ")
            slow.append(peer)
        self.assertEqual(self.ping_over_tls(), b"\r\n")
        self.bundle.wait_health(lambda d: d["status"] == "ok", "the page answers")
        # A request that does not end is ended.
        slow[0].settimeout(10)
        while slow[0].recv(4096):
            pass
        for peer in slow:
            peer.close()


if __name__ == "__main__":
    unittest.main()

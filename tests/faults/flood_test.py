"""More connections than anybody accepts: what the kernel drops is seen, and service is back at once (F056)."""

import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import ssl
import sys
import tempfile
import time
import unittest
import urllib.request

import own_network
import spoofed_syn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness.bundle import Bundle, quickstart  # noqa: E402 (its folder had to be found first)

SOCKETS = 6000  # more than any queue of a listening socket here


class Flood(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        own_network.enter()
        spoofed_syn.prepare()
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(limit, 2 * SOCKETS), limit))
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringfence-faults-"))
        cls.bundle = Bundle(cls.folder, 28000, "--bind", "11.0.0.1")
        cls.address = ("11.0.0.1", int(cls.bundle["PUBLIC_TLS"]))

    @classmethod
    def tearDownClass(cls):
        quickstart(cls.bundle.folder, "--stop")
        shutil.rmtree(cls.folder)

    def dropped(self):
        with urllib.request.urlopen(self.bundle["HTTP"] + "/metrics", timeout=5) as answer:
            found = re.search(r"^ringfence_listen_overflows_total\{.*\} (\d+)$", answer.read().decode(), re.M)
        return int(found.group(1)) if found else 0

    def test_f056_what_the_kernel_drops_is_counted_and_nothing_else_suffers(self):
        self.assertEqual(self.dropped(), 0)
        front = self.bundle.process("tls-front")["pid"]
        os.kill(front, signal.SIGSTOP)
        flood = []
        try:
            for number in range(SOCKETS):
                peer = socket.socket()
                peer.setblocking(False)
                peer.bind((f"11.0.{number % 200 + 1}.1", 0))
                peer.connect_ex(self.address)
                flood.append(peer)
        finally:
            os.kill(front, signal.SIGCONT)
        deadline = time.monotonic() + 15
        while self.dropped() == 0:
            self.assertLess(time.monotonic(), deadline, "the drops are not in /metrics")
            time.sleep(0.1)
        for peer in flood:
            peer.close()
        self.bundle.wait_health(lambda d: d["status"] == "ok", "the bundle serves")
        self.assertEqual(self.bundle.process("tls-front")["pid"], front)
        with socket.create_connection(self.address, timeout=20, source_address=("11.0.250.1", 0)):
            pass
        self.assertEqual(self.bundle.ctl("blocklist", "list").stdout, "Nobody is blocked.\n")

    def test_f056_syns_from_nobody_keep_nobody_out(self):
        spoofed_syn.flood(*self.address, SOCKETS)
        self.assertGreater(spoofed_syn.cookies_sent(), 0, "the flood was too small for the queue")
        context = ssl.create_default_context(cafile=self.bundle["CA"])
        with socket.create_connection(self.address, timeout=20, source_address=("11.0.251.1", 0)) as plain:
            with context.wrap_socket(plain, server_hostname=self.bundle["DOMAIN"]) as phone:
                phone.sendall(b"\r\n\r\n")
                self.assertEqual(phone.recv(2), b"\r\n")
        self.assertEqual(self.bundle.ctl("blocklist", "list").stdout, "Nobody is blocked.\n")


if __name__ == "__main__":
    unittest.main()

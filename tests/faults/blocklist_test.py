"""The blocklist of the whole bundle from a public source: shown, kept over deaths of tls-front, lifted (F048)."""

import json
import pathlib
import shutil
import socket
import sys
import tempfile
import time
import unittest

import own_network

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness.bundle import Bundle, quickstart  # noqa: E402 (its folder had to be found first)

SCANNER = "11.0.0.2"


class Blocklist(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        own_network.enter()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringfence-faults-"))
        cls.bundle = Bundle(cls.folder, 28000, "--bind", "11.0.0.1")

    @classmethod
    def tearDownClass(cls):
        quickstart(cls.bundle.folder, "--stop")
        shutil.rmtree(cls.folder)

    def connect(self, source):
        return socket.create_connection(("11.0.0.1", int(self.bundle["PUBLIC_TLS"])), timeout=5,
                                        source_address=(source, 0))

    def fail(self, source):
        with self.connect(source) as peer:
            peer.sendall(b"GET / HTTP/1.1\r\n\r\n")
            while peer.recv(4096):
                pass

    def is_refused(self, source):
        """Reset at once; who is served hears nothing before he speaks."""
        try:
            with self.connect(source) as peer:
                peer.settimeout(0.5)
                peer.recv(1)
        except ConnectionResetError:  # it may come before connect() has returned
            return True
        except socket.timeout:
            pass
        return False

    def listed(self):
        return [row["source"] for row in json.loads(self.bundle.ctl("blocklist", "list", "--json").stdout)]

    def wait_kept(self, blocked):
        """Until the supervisor has written the scanner down, or has not any more."""
        file = pathlib.Path(self.bundle["STATE"]) / "blocklist"
        deadline = time.monotonic() + 10
        while (file.exists() and SCANNER.encode() in file.read_bytes()) != blocked:
            self.assertLess(time.monotonic(), deadline, "the supervisor keeps another list")
            time.sleep(0.02)

    def test_f048_a_block_is_shown_outlives_tls_front_and_can_be_lifted(self):
        for _ in range(16):
            self.fail(SCANNER)
        self.bundle.wait_log(r"\[sips-block\] .*remote=11\.0\.0\.2 failures=16 until=")
        self.assertEqual(self.listed(), [SCANNER])
        self.assertIn(SCANNER, self.bundle.ctl("blocklist", "list").stdout)
        self.assertTrue(self.is_refused(SCANNER))
        self.assertFalse(self.is_refused("11.0.0.3"))
        self.wait_kept(True)
        self.bundle.kill("tls-front")
        self.assertTrue(self.is_refused(SCANNER))
        self.assertEqual(self.listed(), [SCANNER])

        self.bundle.ctl("blocklist", "rm", SCANNER)
        self.assertFalse(self.is_refused(SCANNER))
        self.assertEqual(self.listed(), [])
        self.assertEqual(self.bundle.ctl("blocklist", "rm", SCANNER, check=False).returncode, 1)
        self.wait_kept(False)
        self.bundle.kill("tls-front")
        self.assertFalse(self.is_refused(SCANNER))


if __name__ == "__main__":
    unittest.main()

"""RFC 4475's messages against the running bundle, over UDP and over TLS: what the manifest says of parsing and
closing holds on the wire, no process dies, and a call works afterwards. R028-R044."""

import pathlib
import re
import socket
import ssl
import unittest

from harness.scene import Scene

TORTURE = pathlib.Path(__file__).resolve().parents[1] / "torture"
# What the demo answers to the rest depends on whose domain it serves, and is the element test's.
OF_PARSING = {"400", "413", "416", "505", "513"}


def manifest():
    """{name: (on a datagram, on a stream)}"""
    lines = (TORTURE / "manifest.txt").read_text().splitlines()
    words = [line.split() for line in lines if line and not line.startswith("#")]
    return {name: (datagram, stream) for name, datagram, stream in words}


class Torture(Scene):
    port_base = 18000

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Fifty messages of one source would otherwise be taken for an attack, as they should.
        cls.bundle.sql("UPDATE settings SET value = '1000' WHERE key = 'blocklist_failures'")
        cls.bundle.wait_applied()

    def pids(self):
        return {p["name"]: p["pid"] for p in self.bundle.health()[1]["processes"]}

    def canary(self, transport, number):
        domain = self.bundle["DOMAIN"]
        return (f"OPTIONS sip:{domain} SIP/2.0\r\nVia: SIP/2.0/{transport} 127.0.0.1:9;rport;branch=z9hG4bKcanary{number}\r\n"
                f"From: <sip:canary@{domain}>;tag=c\r\nTo: <sip:{domain}>\r\nCall-ID: canary{number}\r\n"
                f"CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n").encode()

    def over_tls(self, octets, number):
        """The statuses that came before the canary's 200, and whether that came at all."""
        context = ssl.create_default_context(cafile=self.bundle["CA"])
        with socket.create_connection((self.bundle["ADDR"], int(self.bundle["PUBLIC_TLS"])), timeout=30) as raw:
            with context.wrap_socket(raw, server_hostname=self.bundle["DOMAIN"]) as tls:
                got = b""
                try:
                    tls.sendall(octets)
                    tls.sendall(self.canary("TLS", number))
                    while f"Call-ID: canary{number}".encode() not in got and (more := tls.recv(65536)):
                        got += more
                except (ConnectionError, ssl.SSLError):
                    pass  # closed while we wrote
                answers = re.findall(rb"SIP/2\.0 (\d{3}).*?(?=SIP/2\.0 \d{3}|$)", got, re.DOTALL)
                return {a.decode() for a in answers}, f"Call-ID: canary{number}".encode() in got

    def test_over_tls(self):
        before = self.pids()
        for number, (name, (_, wanted)) in enumerate(manifest().items()):
            with self.subTest(name):
                statuses, alive = self.over_tls((TORTURE / "rfc4475" / f"{name}.dat").read_bytes(), number)
                self.assertEqual(alive, not wanted.endswith("/close"))
                for status in set(wanted.split("/")[0].split("+")) & OF_PARSING:
                    self.assertIn(status, statuses)
        self.assertEqual(self.pids(), before)
        self.selftest()

    def test_over_udp(self):
        before = self.pids()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.settimeout(10)
            for name in ("PUBLIC_UDP", "TRUNK_UDP"):
                for message in sorted((TORTURE / "rfc4475").glob("*.dat")):
                    sender.sendto(message.read_bytes(), (self.bundle["ADDR"], int(self.bundle[name])))
            # Behind all of them in the same queue: when this is answered, they were read.
            sender.sendto(self.canary("UDP", "u"), (self.bundle["ADDR"], int(self.bundle["PUBLIC_UDP"])))
            answer = b""
            while b"canaryu" not in answer:
                answer = sender.recv(65536)
            self.assertTrue(answer.startswith(b"SIP/2.0 200"))
        self.assertEqual(self.pids(), before)
        self.selftest()

    def selftest(self):
        done = self.bundle.ctl("selftest", "--seconds", "1", check=False)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()

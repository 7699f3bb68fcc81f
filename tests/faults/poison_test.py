"""A message that ends sip-core (F013). None is known, so the test plays the death: it stops a real sip-core until it
has the message in its hand, by the page that the supervisor keeps, and kills it there. Twice; then nobody looks at
that message, from wherever it comes, and everything else goes on."""

import os
import pathlib
import re
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

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness.bundle import Bundle, quickstart  # noqa: E402 (its folder had to be found first)

PHONE, CARRIER = "11.0.0.2", "11.0.0.9"
IN_A_ROW = 40  # more than a source may fail
PADDING = "".join(f"X-{number}: {'x' * 100}\r\n" for number in range(40))  # so that it stays in hand for a while


def options(call_id, transport="UDP"):
    return (f"OPTIONS sip:demo.ringfence.test SIP/2.0\r\nVia: SIP/2.0/{transport} 11.0.0.2:5060;rport;branch=z9hG4bK{call_id}\r\n"
            f"From: <sip:p@demo.ringfence.test>;tag=p\r\nTo: <sip:demo.ringfence.test>\r\nCall-ID: {call_id}\r\n"
            f"CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n{PADDING}Content-Length: 0\r\n\r\n").encode()


POISON = options("poison")


class Poison(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        own_network.enter()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringfence-faults-"))
        cls.bundle = Bundle(cls.folder, 28000, "--bind", "11.0.0.1")
        cls.context = ssl.create_default_context(cafile=cls.bundle["CA"])
        cls.bundle.sql("INSERT INTO trunks(tenant_id, label, host, source_cidrs) SELECT id, 'carrier', ?, ? || '/32' "
                       "FROM tenants WHERE name = 'demo'", CARRIER, CARRIER)
        cls.bundle.wait_applied()
        cls.page = cls.suspect_page(int(cls.bundle["PID"]))

    @classmethod
    def tearDownClass(cls):
        os.close(cls.page)
        quickstart(cls.bundle.folder, "--stop")
        shutil.rmtree(cls.folder)

    @staticmethod
    def suspect_page(supervisor):
        for entry in pathlib.Path(f"/proc/{supervisor}/fd").iterdir():
            if "memfd:suspects" in os.readlink(entry):
                return os.open(entry, os.O_RDONLY)
        raise AssertionError("the supervisor keeps no page of suspects")

    def udp(self):
        peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(peer.close)
        peer.bind((PHONE, 0))
        peer.connect(("11.0.0.1", int(self.bundle["PUBLIC_UDP"])))
        return peer

    def tls(self, source, port="PUBLIC_TLS"):
        plain = socket.create_connection(("11.0.0.1", int(self.bundle[port])), timeout=10, source_address=(source, 0))
        peer = self.context.wrap_socket(plain, server_hostname=self.bundle["DOMAIN"])
        self.addCleanup(peer.close)
        return peer

    def is_served(self, source, port="PUBLIC_TLS"):
        try:
            peer = self.tls(source, port)
            peer.sendall(b"\r\n\r\n")
            return peer.recv(2) == b"\r\n"
        except OSError:
            return False

    def answers(self, peer, call_id):
        """As a phone does, it repeats what is not answered: answers to what came before may have filled its buffer."""
        peer.settimeout(0.5)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            peer.send(options(call_id))
            try:
                while f"Call-ID: {call_id}\r\n".encode() not in peer.recv(65536):
                    pass
                return
            except TimeoutError:
                pass
        self.fail(f"{call_id} is not answered")

    def dropped(self):
        with urllib.request.urlopen(self.bundle["HTTP"] + "/metrics", timeout=5) as answer:
            found = re.search(r"messages_quarantined_total\S* (\d+)$", answer.read().decode(), re.M)
        return int(found.group(1)) if found else 0

    def wait_dropped(self, count):
        deadline = time.monotonic() + 20
        while self.dropped() < count:
            self.assertLess(time.monotonic(), deadline, f"{self.dropped()} messages dropped, not {count}")
            time.sleep(0.05)

    def stop(self, pid):
        os.kill(pid, signal.SIGSTOP)
        while pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "T":
            pass

    def die_with_it_in_hand(self, send):
        """`send` makes sip-core busy with the poison and nothing else."""
        pid = self.bundle.process("sip-core")["pid"]
        deadline = time.monotonic() + 60
        while True:
            send()
            for _ in range(10):
                self.stop(pid)
                if int.from_bytes(os.pread(self.page, 8, 0), "little") != 0:
                    os.kill(pid, signal.SIGKILL)
                    self.bundle.wait_health(
                        lambda d: any(p["name"] == "sip-core" and p["pid"] != pid and p["state"] == "running"
                                      for p in d["processes"]), "sip-core is back")
                    return
                os.kill(pid, signal.SIGCONT)
                time.sleep(0.0005)
            self.assertLess(time.monotonic(), deadline, "sip-core was never met with the message in its hand")

    def test_f013_what_was_in_hand_at_two_deaths_is_dropped_and_everything_else_goes_on(self):
        phone, udp = self.tls(PHONE), self.udp()
        self.die_with_it_in_hand(lambda: [udp.send(POISON) for _ in range(IN_A_ROW)])
        self.bundle.wait_log(r"\[poison\] sip-core ended with a message in its hand.* times=1")
        self.answers(udp, "between")
        self.assertEqual(self.dropped(), 0)
        self.die_with_it_in_hand(lambda: phone.sendall(POISON * IN_A_ROW))
        self.bundle.wait_log(r"\[poison\] sip-core ended with a message in its hand.* times=2")
        third = self.bundle.process("sip-core")["pid"]

        # On UDP, where a source may be made up, it is dropped and no more.
        fresh, before = self.udp(), self.dropped()
        for _ in range(IN_A_ROW):
            fresh.send(POISON)
        self.wait_dropped(before + IN_A_ROW)
        self.answers(fresh, "harmless")
        # On a connection its source is penalised, unless it is a trunk's.
        before = self.dropped()
        self.tls(CARRIER, "TRUNK_TLS").sendall(POISON * IN_A_ROW)
        self.wait_dropped(before + IN_A_ROW)
        self.bundle.wait_log(rf"\[poison\] a message that ended sip-core twice is dropped.* src={re.escape(CARRIER)}:")
        self.assertTrue(self.is_served(CARRIER, "TRUNK_TLS"))
        self.tls("11.0.0.3").sendall(POISON * IN_A_ROW)
        self.bundle.wait_log(r"\[sips-block\] .*remote=11\.0\.0\.3 ")
        self.assertNotIn(CARRIER, self.bundle.ctl("blocklist", "list").stdout)
        # Who sent something else is served as ever, and sip-core lives.
        self.assertTrue(self.is_served("11.0.0.4"))
        self.assertEqual(self.bundle.process("sip-core")["pid"], third)


if __name__ == "__main__":
    unittest.main()

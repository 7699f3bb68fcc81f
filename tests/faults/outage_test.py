"""The network goes away and comes back: trunks are registered again within ten seconds of its return (F119), and what
the carrier alone may suffer is noticed and told of (F112, F113). The carrier is a network of its own, at the other end
of a cable and behind the default route."""

import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import own_network

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness.bundle import Bundle, quickstart  # noqa: E402 (its folder had to be found first)
from harness.sip_ports import SipPorts  # noqa: E402
from harness.sip_text import answer, user_of  # noqa: E402

OURS, GATEWAY, CARRIER = "11.9.0.1", "11.9.0.2", "11.77.0.1"
DEFAULT_ROUTE = ("default", "via", GATEWAY)
OUTAGE_SECONDS = 30
BACK_WITHIN = 10


class Registrar:
    """Lets everybody register, and knows when each did last."""

    def __init__(self, folder, neighbour):
        self.registered, self.changed = {}, threading.Condition()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=carrier", "-days",
                        "2", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True)
        self.ports = SipPorts(CARRIER, 5060, 5061, folder / "cert.pem", folder / "key.pem", self.on_message,
                              neighbour.socket)

    def on_message(self, message, flow):
        if message.method not in ("REGISTER", "OPTIONS"):
            return
        flow.send(answer(message, 200, "OK", ("Contact", f"{message.get('contact')};expires=3600")))
        with self.changed:
            if message.method == "REGISTER":
                self.registered[user_of(message.get("to").strip("<>"))] = time.monotonic()
            self.changed.notify_all()

    def wait_for_all(self, users, since, seconds):
        """How long after `since` the last of them was registered."""
        with self.changed:
            done = self.changed.wait_for(lambda: all(self.registered.get(u, 0) > since for u in users), seconds)
            if not done:
                raise AssertionError(f"not within {seconds} s: " +
                                     str({u: self.registered.get(u, 0) - since for u in users}))
            return max(self.registered[u] for u in users) - since

    def reset(self):
        """Every connection, as a machine does that has forgotten them."""
        for stream in self.ports.streams:
            try:
                stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                stream.shutdown(socket.SHUT_RD)  # whoever reads from it closes it
            except OSError:
                pass


class Outage(unittest.TestCase):
    USERS = ("udp", "tls")

    @classmethod
    def setUpClass(cls):
        own_network.enter()
        own_network.ip("address", "del", "11.0.0.1/8", "dev", "lo")
        cls.neighbour = own_network.Neighbour(f"{OURS}/24", f"{GATEWAY}/24")
        cls.neighbour.ip("address", "add", f"{CARRIER}/32", "dev", "lo")
        own_network.ip("route", "add", *DEFAULT_ROUTE)
        cls.addClassCleanup(cls.neighbour.stop)
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringfence-faults-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.registrar = Registrar(cls.folder, cls.neighbour)
        cls.addClassCleanup(cls.registrar.ports.stop)
        # All addresses, so that the listeners outlive the loss of one.
        cls.bundle = Bundle(cls.folder, 32000, "--bind", "0.0.0.0")
        cls.addClassCleanup(quickstart, cls.bundle.folder, "--stop")
        began = time.monotonic()
        for user in cls.USERS:
            cls.bundle.sql("INSERT INTO trunks(tenant_id, label, host, port, username, password, register, tls,"
                           " tls_verify) VALUES(1, ?, ?, 5060, ?, 'secret', 1, ?, 'none')",
                           user, CARRIER, user, user == "tls")
        cls.registrar.wait_for_all(cls.USERS, began, 20)

    def setUp(self):
        self.all_registered()

    def all_registered(self):
        self.bundle.wait_health(lambda d: [t["state"] for t in d["trunks"]] == ["registered"] * len(self.USERS),
                                "all are registered")

    def come_back(self, away, *back):
        """All are registered again within ten seconds of the network's return."""
        start = self.bundle.log_path.stat().st_size
        own_network.ip(*away)
        self.bundle.wait_log(r"\[net-change\] the network changed", start=start)
        time.sleep(OUTAGE_SECONDS)  # the fault itself; nothing can be awaited of a network that is away
        since = time.monotonic()
        for command in back:
            own_network.ip(*command)
        self.registrar.wait_for_all(self.USERS, since, BACK_WITHIN)
        self.all_registered()

    def test_f112_a_connection_that_is_reset_is_made_anew(self):
        since = time.monotonic()
        self.registrar.reset()
        self.registrar.wait_for_all(("tls",), since, BACK_WITHIN)

    def test_f112_f113_a_carrier_in_a_black_hole_is_down_and_up_again(self):
        """No word of the kernel's: only the OPTIONS notice, and those over the old connection die with it."""
        self.bundle.sql("INSERT INTO trunks(tenant_id, label, host, tls, tls_verify, options_interval_s)"
                        " VALUES(1, 'asked', ?, 1, 'none', 5)", CARRIER)
        self.addCleanup(self.bundle.wait_health, lambda _: self.bundle.trunk_state("asked") is None, "it is gone")
        self.addCleanup(self.bundle.sql, "DELETE FROM trunks WHERE label = 'asked'")
        self.bundle.wait_health(lambda _: self.bundle.trunk_state("asked") == "up", "it is up")
        start = self.bundle.log_path.stat().st_size
        self.neighbour.ip("address", "del", f"{CARRIER}/32", "dev", "lo")
        self.bundle.wait_log(r"\[trunk-down\] .*trunk=asked", seconds=20, start=start)
        self.bundle.wait_health(lambda _: self.bundle.trunk_state("asked") == "down", "it is down")
        time.sleep(OUTAGE_SECONDS)
        self.neighbour.ip("address", "add", f"{CARRIER}/32", "dev", "lo")
        self.bundle.wait_log(r"\[trunk-up\] .*trunk=asked", seconds=30, start=start)

    def test_f119_an_interface_is_down_for_half_a_minute(self):
        self.come_back(("link", "set", "v0", "down"), ("link", "set", "v0", "up"), ("route", "add", *DEFAULT_ROUTE))

    def test_f119_an_address_is_removed_and_added(self):
        own = ("address", "add", f"{OURS}/24", "dev", "v0")
        self.come_back(("address", "del", *own[2:]), own, ("route", "add", *DEFAULT_ROUTE))

    def test_f119_the_default_route_is_lost_and_found(self):
        self.come_back(("route", "del", "default"), ("route", "add", *DEFAULT_ROUTE))


if __name__ == "__main__":
    unittest.main()

"""A carrier that is found by NAPTR and SRV records, with one of its servers dead."""

import socket
import unittest

from harness.name_server import NameServer, a, naptr, srv
from carrier_test import CarrierCase

DOMAIN = "carrier.ringfence.test"


class LocatedCarrier(CarrierCase):
    port_base = 26000

    @classmethod
    def setUpClass(cls):
        cls.names = NameServer(cls.port_base + 190)
        cls.addClassCleanup(cls.names.stop)
        cls.environment = {"RINGFENCE_NAME_SERVERS": cls.names.address}
        super().setUpClass()

    def dead_port(self, kind):
        """Bound, and nobody answers there: silence on UDP, a refusal on TCP."""
        dead = socket.socket(socket.AF_INET, kind)
        self.stack.callback(dead.close)
        dead.bind(("127.0.0.1", self.port_base + 195))
        return self.port_base + 195

    def found_by(self, service, name, dead, live):
        self.names.zone = {
            DOMAIN: [naptr(10, 10, service, name)],
            name: [srv(10, 1, dead, f"dead.{DOMAIN}"), srv(20, 1, live, f"live.{DOMAIN}")],
            f"dead.{DOMAIN}": [a("127.0.0.1")],
            f"live.{DOMAIN}": [a("127.0.0.1")],
        }

    def located(self, **columns):
        """No port in the row: the service records say it (R095)."""
        row = {"host": DOMAIN, "port": 5060, "tls_port": 5061, **columns}
        self.trunk(self.peer, **row)

    def call_out(self, alice):
        alice.dial(f"sip:+4940123@{self.bundle['DOMAIN']}")
        alice.wait_event("CALL_ESTABLISHED")
        self.peer.phone.wait_event("CALL_ESTABLISHED")
        alice.hang_up()
        self.peer.phone.wait_event("CALL_CLOSED")
        self.bundle.wait_health(lambda d: d["calls"]["active"] == 0, "no call is left")

    def test_a_silent_server_is_left_for_the_next_one(self):
        """R097 over UDP, for a registration and for a call."""
        self.peer = self.carrier()
        self.found_by("SIP+D2U", f"_sip._udp.{DOMAIN}", self.dead_port(socket.SOCK_DGRAM), self.peer.port)
        self.located(**self.REGISTERED)
        self.wait_registered()
        self.call_out(self.phone("alice", 1, transport="udp", media=None))
        self.assertIn((DOMAIN, 35), self.names.asked)
        self.assertIn((f"_sip._udp.{DOMAIN}", 33), self.names.asked)

    def test_a_server_that_refuses_connections_is_left_and_the_certificate_names_the_domain(self):
        """R067, R076, R097: the certificate is the domain's, not the server's that the DNS names."""
        self.peer = self.carrier(media="srtp-mand", certificate_names=f"DNS:{DOMAIN}")
        self.found_by("SIPS+D2T", f"_sips._tcp.{DOMAIN}", self.dead_port(socket.SOCK_STREAM), self.peer.tls_port)
        self.located(tls=1, srtp=1, **self.REGISTERED)
        self.wait_registered()
        self.call_out(self.encrypted_alice())

    def test_a_certificate_for_the_servers_own_name_is_worth_nothing(self):
        """R067, R099: what the DNS says is no identity."""
        self.peer = self.carrier(media="srtp-mand", certificate_names=f"DNS:live.{DOMAIN}")
        self.found_by("SIPS+D2T", f"_sips._tcp.{DOMAIN}", self.dead_port(socket.SOCK_STREAM), self.peer.tls_port)
        self.located(tls=1, srtp=1, **self.REGISTERED)
        self.wait_state("failed")

    def test_a_sips_uri_never_falls_to_a_service_without_tls(self):
        """R094."""
        self.peer = self.carrier()
        self.found_by("SIP+D2T", f"_sip._tcp.{DOMAIN}", self.peer.port, self.peer.port)
        self.located(tls=1, uri_style="sips", **self.REGISTERED)
        self.wait_state("failed")
        trunk = next(t for t in self.bundle.health()[1]["trunks"] if t["label"] == "Telco")
        self.assertIn("no SIPS service", trunk["last_error"])

    def test_f116_forged_answers_are_not_believed(self):
        """Of another port than was asked, and to a question that was not: they come first and name another host."""
        self.peer = self.carrier()
        self.found_by("SIP+D2U", f"_sip._udp.{DOMAIN}", self.peer.port, self.peer.port)
        trap = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.stack.callback(trap.close)
        trap.bind(("127.0.0.66", self.peer.port))
        trap.setblocking(False)
        self.names.forged = "127.0.0.66"
        self.stack.callback(setattr, self.names, "forged", None)
        self.located(**self.REGISTERED)
        self.wait_registered()
        with self.assertRaises(BlockingIOError):
            trap.recv(2048)

    def test_f116_a_name_server_that_is_silent_delays_nobody_else(self):
        self.peer = self.carrier()
        self.names.silent = True
        self.stack.callback(setattr, self.names, "silent", False)
        self.trunk(self.peer, host="nobody.ringfence.test", port=5060)
        alice = self.phone("alice", 1, transport="udp", media=None)
        bob = self.phone("bob", 2, transport="udp", media=None)
        alice.dial(f"sip:+4940123@{self.bundle['DOMAIN']}")
        bob.dial(f"sip:alice@{self.bundle['DOMAIN']}")
        bob.wait_event("CALL_ESTABLISHED", "CALL_CLOSED")
        self.assertIn("503", alice.wait_event("CALL_CLOSED", seconds=6)["param"])


if __name__ == "__main__":
    unittest.main()

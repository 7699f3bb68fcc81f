"""ringfencectl doctor against a carrier that is as it should be, and against each thing that may be wrong."""

import json
import pathlib
import socket
import subprocess
import time
import unittest

from carrier_test import CarrierCase


class Doctor(CarrierCase):
    port_base = 26000

    def trust_demo_ca(self):
        """The carrier's certificate is of the demo's CA, which no system store knows."""
        trust = pathlib.Path(self.bundle["CERTS"]) / "trust"
        trust.mkdir(exist_ok=True)
        (trust / "demo.pem").write_bytes(pathlib.Path(self.bundle["CA"]).read_bytes())

    def setUp(self):
        super().setUp()
        self.trust_demo_ca()

    def doctor(self, wrong, *sentences, trunk="demo/Telco"):
        done = self.bundle.ctl("doctor", trunk, check=False)
        self.assertEqual(done.returncode, 1 if wrong else 0, done.stdout)
        for sentence in sentences:
            self.assertIn(sentence, done.stdout)
        self.assertNotIn("carrier-secret", done.stdout)
        return done.stdout

    def test_a_carrier_that_is_well(self):
        carrier = self.carrier()
        self.trunk(carrier, host="localhost", tls=1, **self.REGISTERED)
        self.wait_registered()
        told = self.doctor(False, "localhost is at 127.0.0.1", "speaks TLSv1.3", "OPTIONS is answered with 200",
                           "the password of user telco is right")
        self.assertNotIn("WRONG", told)
        # It asked for the bindings and changed none.
        self.assertEqual(self.bundle.trunk_state("Telco"), "registered")

    def test_a_wrong_password(self):
        carrier = self.carrier()
        self.trunk(carrier, **{**self.REGISTERED, "password": "wrong-one"})
        told = self.doctor(True, "refuses the password of user telco", "ringfencectl trunk set demo/Telco --password-stdin")
        self.assertNotIn("wrong-one", told)

    def test_a_wrong_name_in_the_certificate(self):
        carrier = self.carrier(certificate_names="DNS:other.ringfence.test")
        self.trunk(carrier, host="localhost", tls=1, **self.REGISTERED)
        self.doctor(True, "the carrier's certificate is for other.ringfence.test, not for localhost", "tls_verify=ca")
        self.bundle.sql("UPDATE trunks SET tls_verify = 'ca' WHERE label = 'Telco'")
        self.doctor(False, "speaks TLSv1.3", "the password of user telco is right")

    def test_a_closed_port(self):
        closed = socket.create_server(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        closed.close()
        carrier = self.carrier()
        self.trunk(carrier, host="localhost", tls=1)
        self.bundle.sql("UPDATE trunks SET tls_port = ? WHERE label = 'Telco'", port)
        self.doctor(True, f"nothing listens at 127.0.0.1:{port} over tls", "tls_port=PORT")

    def s_server(self, *options):
        """openssl's own server on the port of a trunk of ours; it speaks no SIP."""
        port = self.port_base + 170
        server = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-quiet", *options],
                                  stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.stack.callback(server.stdin.close)
        self.stack.callback(server.wait)
        self.stack.callback(server.kill)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        self.bundle.sql("INSERT INTO trunks(tenant_id, label, host, tls, tls_port) VALUES(1, 'Telco', 'localhost', 1, ?)",
                        port)
        self.stack.callback(self.bundle.sql, "DELETE FROM trunks WHERE label = 'Telco'")

    def test_an_expired_certificate(self):
        certificate, key = self.certificate("expired", "DNS:localhost", days=-1)
        self.s_server("-cert", str(certificate), "-key", str(key))
        self.doctor(True, "the carrier's certificate expired on 20", "the carrier must renew it")

    def test_a_certificate_of_nobody_that_we_know(self):
        certificate, key = self.certificate("stranger", "DNS:localhost", ca=False)
        self.s_server("-cert", str(certificate), "-key", str(key))
        self.doctor(True, "is not trusted", "folder trust below --certs")

    def test_a_server_that_speaks_tls_and_no_sip(self):
        certificate, key = self.certificate("mute", "DNS:localhost")
        self.s_server("-cert", str(certificate), "-key", str(key))
        self.doctor(True, "it takes connections and speaks no SIP")

    def test_a_port_without_tls(self):
        carrier = self.carrier()
        self.trunk(carrier, host="localhost", tls=1)
        self.bundle.sql("UPDATE trunks SET tls_port = ? WHERE label = 'Telco'", carrier.port)
        self.doctor(True, "127.0.0.1:")

    def test_a_name_that_is_none(self):
        carrier = self.carrier()
        self.trunk(carrier, host="carrier.invalid")
        self.doctor(True, "carrier.invalid is not found")

    def test_everything_at_once_as_json(self):
        done = self.bundle.ctl("doctor", "--json", check=False)
        about = {finding["about"]: finding for finding in json.loads(done.stdout)}
        self.assertEqual(about["box"]["severity"], "ok")
        self.assertIn("clock", about)
        self.assertIn("kernel", about)
        self.assertTrue(any(name.startswith("listener ") for name in about), about)
        self.assertTrue(any(name.startswith("certificate ") for name in about), about)


if __name__ == "__main__":
    unittest.main()

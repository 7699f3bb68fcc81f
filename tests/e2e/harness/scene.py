"""What most end-to-end tests are made of: a folder, a bundle, phones, a carrier, and their orderly end."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from harness.baresip import Phone
from harness.bundle import PEER_RTP, Bundle, quickstart
from harness.kamailio import Carrier


def need(*programs):
    missing = [p for p in programs if shutil.which(p) is None]
    if missing:
        raise RuntimeError(f"not installed: {', '.join(missing)} (deploy/install.sh --tests)")


class Scene(unittest.TestCase):
    """One bundle per class; `port_base` is 2000 apart from file to file, so that files can run side by side."""

    port_base = 0
    options = ()
    environment = None  # of the bundle, beyond our own

    @classmethod
    def setUpClass(cls):
        need("baresip", "kamailio", "openssl")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringfence-e2e-"))
        cls.addClassCleanup(cls.put_away)
        cls.bundle = Bundle(cls.folder, cls.port_base, *cls.options, environment=cls.environment)

    @classmethod
    def put_away(cls):
        quickstart(cls.folder / "demo", "--stop")
        if not os.environ.get("RINGFENCE_KEEP"):
            shutil.rmtree(cls.folder)
        else:
            print(f"kept: {cls.folder}", file=sys.stderr)

    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.work = pathlib.Path(tempfile.mkdtemp(dir=self.folder))

    # Ports of the test's own peers lie above the bundle's listeners and below its RTP range.
    def phone(self, name, number, *, transport="tls", media="srtp-mand", tone=440, password=None, wait=True,
              address="127.0.0.1", **more):
        """An extension of the demo tenant, registered; it is at `address`, and so is the listener that it uses."""
        bundle = self.bundle
        host = f"[{address}]" if ":" in address else bundle["ADDR"]
        port = bundle["PUBLIC_TLS"] if transport == "tls" else bundle["PUBLIC_UDP"]
        phone = Phone(self.work, name, f"sip:{name}@{bundle['DOMAIN']}",
                      password or bundle[f"{name.upper()}_PASSWORD"], outbound=f"sip:{host}:{port};transport={transport}",
                      sip_port=self.port_base + 100 + 10 * number, control_port=self.port_base + 105 + 10 * number,
                      rtp_low=self.port_base + PEER_RTP + 50 * number, media=media, tone=tone, address=address, **more)
        self.stack.callback(phone.stop)
        if wait:
            phone.wait_registered()
        return phone

    def srtp(self, policy, *names):
        """Sets extensions.srtp until the end of the test."""
        self.stack.callback(self.bundle.wait_applied)  # last of all: the next test's change is the only one then
        for name in names:
            self.bundle.sql("UPDATE extensions SET srtp = ? WHERE username = ?", policy, name)
            self.stack.callback(self.bundle.sql, "UPDATE extensions SET srtp = 'preferred' WHERE username = ?", name)
        self.bundle.wait_applied()

    def carrier(self, *, username="telco", password="carrier-secret", domain="carrier.ringfence.test",
                straight_to=None, challenge_calls=True, media=None, tone=880,
                certificate_names=None, max_expires=120):
        """kamailio, its certificate from the demo CA, and the phone behind it that has every number."""
        certificate, key = self.certificate(
            "carrier", certificate_names or f"DNS:{domain},DNS:localhost,IP:127.0.0.1")
        phone_port = self.port_base + 160
        carrier = Carrier(self.work, port=self.port_base + 150, phone_port=phone_port, domain=domain,
                          username=username, password=password, certificate=certificate, key=key,
                          straight_to=straight_to, challenge_calls=challenge_calls, max_expires=max_expires)
        self.stack.callback(carrier.stop)
        carrier.phone = Phone(self.work, "subscriber", f"sip:subscriber@127.0.0.1:{carrier.port}", "",
                              outbound=f"sip:127.0.0.1:{carrier.port}", sip_port=phone_port,
                              control_port=self.port_base + 165, rtp_low=self.port_base + PEER_RTP + 200, media=media,
                              tone=tone, register=False)
        self.stack.callback(carrier.phone.stop)
        return carrier

    def certificate(self, name, names, days=30, folder=None, ca=True):
        folder = pathlib.Path(folder or self.work)
        certificate, key, request = folder / f"{name}.pem", folder / f"{name}.key", folder / f"{name}.csr"
        extensions = folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={names}\n")
        openssl = ["openssl"]
        subprocess.run([*openssl, "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", key,
                        "-out", request], check=True, capture_output=True)
        signer = ["-CA", self.bundle["CA"], "-CAkey", self.bundle["CA_KEY"], "-CAcreateserial"] if ca else \
            ["-signkey", key]
        subprocess.run([*openssl, "x509", "-req", "-in", request, *signer, "-days", str(days), "-extfile", extensions,
                        "-out", certificate], check=True, capture_output=True)
        return certificate, key

    def talk(self, *phones, seconds=3):
        """Lets the call stand until each phone has recorded that much more speech."""
        deadline = time.monotonic() + seconds + 10

        def recorded(phone):
            files = sorted((phone.folder / "recordings").glob("dump-*-dec.wav"), key=lambda p: p.stat().st_mtime)
            return files[-1].stat().st_size if files else 0
        want = seconds * 8000 * 2
        while not all(recorded(phone) >= want for phone in phones):
            if time.monotonic() > deadline:
                raise AssertionError("no speech arrives: " + ", ".join(
                    f"{p.name} recorded {recorded(p)} octets ({p.folder})" for p in phones) + "\n"
                    + self.bundle.log_tail())
            time.sleep(0.05)

    def assert_hears(self, phone, tone):
        share = phone.heard(tone)
        self.assertGreater(share, 0.9, f"{phone.name} does not hear {tone} Hz")

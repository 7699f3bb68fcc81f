"""The TLS edge of the whole bundle as an OpenSSL client sees it: certificates that come, change and stand side by
side, tickets over a restart of tls-front, what is refused (R177, R180, R181, R183, F035, F039, F044)."""

import ctypes
import os
import pathlib
import re
import shutil
import socket
import struct
import ssl
import subprocess
import time
import unittest

from harness.scene import Scene

IN_OPEN = 0x20
IN_OPEN_OF_A_FOLDER = struct.pack("I", IN_OPEN | 0x40000000)  # IN_ISDIR


def openssl(*arguments, **options):
    return subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, **options).stdout


class TlsEdge(Scene):
    port_base = 29000

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.bundle["DOMAIN"]

    def client(self, name, *options, says="Q\n"):
        """What `openssl s_client` prints; it leaves as soon as it is through."""
        server_name = ["-servername", name] if name else ["-noservername"]
        done = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{self.bundle['PUBLIC_TLS']}", *server_name, *options],
            input=says, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20, check=False)
        return done.stdout

    def thumbprint(self, name, *options):
        """Of the certificate that a client is given; None: it is given none."""
        answer = self.client(name, *options)
        pem = re.search(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", answer, re.S)
        if pem is None:
            return None
        return openssl("x509", "-noout", "-fingerprint", "-sha256", input=pem.group(0)).split("=")[1].strip()

    def write_pair(self, name, pair="", key=("ec", "ec_paramgen_curve:P-256")):
        """A new pair, put in place by renames as ACME clients do; its thumbprint."""
        folder = pathlib.Path(self.bundle["CERTS"]) / name
        folder.mkdir(exist_ok=True)
        new = {file: self.folder / f"{file}.new" for file in ("privkey", "fullchain", "request")}
        algorithm, option = key
        openssl("req", "-newkey", algorithm, "-pkeyopt", option, "-nodes", "-keyout", str(new["privkey"]), "-out",
                str(new["request"]), "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}")
        openssl("x509", "-req", "-in", str(new["request"]), "-CA", self.bundle["CA"], "-CAkey", self.bundle["CA_KEY"],
                "-copy_extensions", "copy", "-days", "30", "-out", str(new["fullchain"]))
        for file in ("privkey", "fullchain"):
            os.rename(new[file], folder / f"{file}{pair}.pem")
        return openssl("x509", "-noout", "-fingerprint", "-sha256", "-in",
                       str(folder / f"fullchain{pair}.pem")).split("=")[1].strip()

    def wait_served(self, name, wanted, *options):
        """The seconds until a client is given the wanted certificate."""
        started = time.monotonic()
        while self.thumbprint(name, *options) != wanted:
            self.assertLess(time.monotonic() - started, 10, f"{name} is not served as it should be")
        return time.monotonic() - started

    def test_f035_a_pair_comes_is_renewed_and_goes(self):
        self.assertIsNone(self.thumbprint("new.test"))
        first = self.write_pair("new.test")
        self.wait_served("new.test", first)
        self.wait_served("new.test", self.write_pair("new.test"))
        self.bundle.wait_log(r"\[cert-reload\] .*in use\S* sni=new\.test key=ECDSA thumbprint=")
        shutil.rmtree(pathlib.Path(self.bundle["CERTS"]) / "new.test")
        self.wait_served("new.test", None)

    def test_f034_a_half_written_pair_is_refused_and_the_old_one_stays(self):
        good = self.write_pair("half.test")
        self.wait_served("half.test", good)
        chain = pathlib.Path(self.bundle["CERTS"]) / "half.test" / "fullchain.pem"
        chain.write_text(chain.read_text()[:200])
        self.bundle.wait_log(r"\[cert-reload\] .*cannot be used\S* sni=half\.test reason=")
        self.assertEqual(self.thumbprint("half.test"), good)

    def test_rsa_and_ecdsa_stand_side_by_side(self):
        ecdsa = self.write_pair("both.test")
        rsa = self.write_pair("both.test", ".rsa", ("rsa", "rsa_keygen_bits:2048"))
        self.wait_served("both.test", rsa, "-sigalgs", "RSA-PSS+SHA256:RSA+SHA256")
        self.assertEqual(self.thumbprint("both.test", "-sigalgs", "ECDSA+SHA256"), ecdsa)
        self.assertEqual(self.thumbprint("both.test", "-tls1_2", "-sigalgs", "RSA-PSS+SHA256:RSA+SHA256"), rsa)
        self.bundle.wait_health(
            lambda d: sorted(c["key"] for c in d["certificates"] if c["sni"] == "both.test") == ["ECDSA", "RSA"],
            "both pairs are listed", page="/sip-tls/health")

    def test_r180_a_ticket_outlives_tls_front_and_holds_at_its_own_name_only(self):
        other = self.write_pair("other.test")
        self.wait_served("other.test", other)
        ticket = str(self.folder / "ticket.pem")
        for version in ("-tls1_2", "-tls1_3"):
            # A ping and its answer: what follows a TLS 1.3 handshake has come by then.
            with subprocess.Popen(
                    ["openssl", "s_client", "-connect", f"127.0.0.1:{self.bundle['PUBLIC_TLS']}", "-servername",
                     self.domain, version, "-sess_out", ticket, "-quiet"], stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as client:
                client.stdin.write(b"\r\n\r\n")
                client.stdin.flush()
                self.assertEqual(client.stdout.read(2), b"\r\n")
                client.stdin.close()
                client.kill()
            self.assertIn("Reused, TLSv1", self.client(self.domain, version, "-sess_in", ticket), version)
            self.assertIn("New, TLSv1", self.client("other.test", version, "-sess_in", ticket), version)
            self.bundle.kill("tls-front")
            self.assertIn("Reused, TLSv1", self.client(self.domain, version, "-sess_in", ticket), version)

    def test_f039_an_unknown_name_gets_the_alert_112(self):
        self.assertIn("SSL alert number 112", self.client("unknown.test"))

    def test_r177_r181_old_protocols_and_renegotiation_are_refused(self):
        self.assertIn("alert protocol version", self.client(self.domain, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"))
        self.assertIn("no renegotiation", self.client(self.domain, "-tls1_2", says="R\n"))

    def test_fips_is_what_openssl_has_or_a_refusal_in_words(self):
        if "fips" in subprocess.run(["openssl", "list", "-providers", "-provider", "fips"], text=True, check=False,
                                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout:
            self.skipTest("this OpenSSL has a FIPS provider")
        supervisor = pathlib.Path(self.bundle["CTL"]).with_name("ringfence-supervisor")
        state = self.folder / "fips"
        state.mkdir()
        log = (self.folder / "fips.log").open("w+")
        with subprocess.Popen(
                [str(supervisor), "--db", str(state / "config.db"), "--state", str(state / "state"), "--certs",
                 self.bundle["CERTS"], "--run", str(state / "run"), "--http", "127.0.0.1:29104", "--user-prefix",
                 "none", "--confine", "auto", "--fips"], stderr=log) as bundle:
            try:
                deadline = time.monotonic() + 10
                text = ""
                while "no FIPS provider that can be used" not in text:
                    self.assertLess(time.monotonic(), deadline, text)
                    text = pathlib.Path(log.name).read_text()
                    time.sleep(0.05)
            finally:
                bundle.terminate()
        log.close()


class ManyTenants(Scene):
    port_base = 29000
    TENANTS = 1000

    def add_tenants(self):
        """Folders that appear whole, each with the same key and a certificate for all of them, three with their own;
        the serial numbers of those by name."""
        certs, new = pathlib.Path(self.bundle["CERTS"]), self.folder / "new"
        own = {}

        def make(folder, name):
            folder.mkdir(parents=True)
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj",
                    f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", str(folder / "privkey.pem"), "-out",
                    str(folder / "fullchain.pem"))
        make(new / "all", "*.many.test")
        for number in range(self.TENANTS):
            name = f"t{number}.many.test"
            if number in (0, self.TENANTS // 2, self.TENANTS - 1):
                make(new / name, name)
                own[name] = (new / name / "fullchain.pem").read_text()
            else:
                shutil.copytree(new / "all", new / name)
            os.rename(new / name, certs / name)
        return own

    def given(self, name):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection((self.bundle["ADDR"], int(self.bundle["PUBLIC_TLS"])), 10) as plain:
            with context.wrap_socket(plain, server_hostname=name) as secured:
                return ssl.DER_cert_to_PEM_cert(secured.getpeercert(binary_form=True))

    def watch_looks(self):
        """Told of each time that somebody lists the folder of all certificates."""
        libc = ctypes.CDLL(None, use_errno=True)
        watch = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self.addCleanup(os.close, watch)
        self.assertGreaterEqual(libc.inotify_add_watch(watch, os.fsencode(self.bundle["CERTS"]), IN_OPEN), 0)
        return watch

    @staticmethod
    def looks(watch):
        try:
            return os.read(watch, 1 << 20).count(IN_OPEN_OF_A_FOLDER)
        except BlockingIOError:
            return 0

    def test_a_thousand_tenants_are_told_apart_and_nobody_goes_through_them_at_accept(self):
        own = self.add_tenants()
        self.bundle.wait_health(lambda d: sum(c["confirmed"] for c in d["certificates"]) >= self.TENANTS,
                                "all of them are served", seconds=60, page="/sip-tls/health")
        watch = self.watch_looks()
        os.listdir(self.bundle["CERTS"])
        self.assertEqual(self.looks(watch), 1, "the watch is blind")
        for name, certificate in own.items():
            self.assertEqual(self.given(name), certificate)
        for number in range(1, 101):
            self.given(f"t{number}.many.test")
        with self.assertRaisesRegex(ssl.SSLError, "UNRECOGNIZED_NAME"):
            self.given("t1000.many.test")
        self.assertLess(self.looks(watch), 10)  # once in a while all the same: not every file system tells of changes


if __name__ == "__main__":
    unittest.main()

"""What an operator or a stranger gets wrong: a clear answer, the right exit status, nothing lost."""

import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest

from harness.bundle import BUILD, Bundle, quickstart
from harness.scene import Scene


class Options(unittest.TestCase):
    """Programs that must refuse to start; no bundle."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringfence-bad-"))
        self.addCleanup(shutil.rmtree, self.folder)
        for name in ("state", "certs", "run"):
            (self.folder / name).mkdir()

    def supervisor(self, *options, **replaced):
        paths = {"db": self.folder / "config.db", "state": self.folder / "state", "certs": self.folder / "certs",
                 "run": self.folder / "run", "http": "127.0.0.1:8990", "user-prefix": "none", **replaced}
        arguments = [text for name, value in paths.items() for text in (f"--{name}", str(value))]
        return subprocess.run([BUILD / "bin" / "ringfence-supervisor", *arguments, *options], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20,
                              check=False)

    def refused(self, done, status, *words):
        self.assertEqual(done.returncode, status, done.stderr)
        line = done.stderr.strip().splitlines()[-1]
        for word in words:
            self.assertIn(word, line)

    def test_unknown_option(self):
        self.refused(self.supervisor("--bogus"), 64, "--bogus")

    def test_value_out_of_form(self):
        self.refused(self.supervisor("--rtp-ports", "9-8-7"), 64, "--rtp-ports")

    def test_database_that_is_none(self):
        (self.folder / "config.db").write_bytes(b"this is no database" * 100)
        self.refused(self.supervisor(), 78, "config.db", "not a database")

    def test_database_in_a_folder_that_does_not_exist(self):
        self.refused(self.supervisor(db=self.folder / "nowhere" / "config.db"), 78, "nowhere")

    def test_database_that_is_a_folder(self):
        self.refused(self.supervisor(db=self.folder), 78, str(self.folder))

    def test_socket_path_too_long(self):
        deep = self.folder / ("x" * 90)
        deep.mkdir()
        self.refused(self.supervisor(run=deep), 78, "100")

    def test_http_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.refused(self.supervisor(http=f"127.0.0.1:{port}"), 78, str(port), "in use")

    def test_ringfencectl(self):
        ctl = BUILD / "bin" / "ringfencectl"
        done = subprocess.run([ctl, "frobnicate"], text=True, capture_output=True, check=False, timeout=10)
        self.assertEqual(done.returncode, 64)
        self.assertIn("frobnicate", done.stderr)
        done = subprocess.run([ctl, "--db", self.folder / "none.db", "tenant", "list"], text=True,
                              capture_output=True, check=False, timeout=10)
        self.assertEqual(done.returncode, 1)
        self.assertIn("none.db", done.stderr)

    def test_quickstart_unknown_option(self):
        script = pathlib.Path(__file__).parents[2] / "deploy" / "quickstart.sh"
        done = subprocess.run([script, "--bogus"], text=True, capture_output=True, check=False, timeout=10)
        self.assertEqual(done.returncode, 64)
        self.assertIn("--bogus", done.stderr)


class Running(Scene):
    port_base = 8000

    def test_quickstart_on_the_ports_of_another_bundle(self):
        with self.assertRaisesRegex(RuntimeError, "another bundle runs here"):
            quickstart(self.work / "second", "--detach", "--port-base", str(self.port_base))

    def handshake(self, name, port="PUBLIC_TLS"):
        context = ssl.create_default_context(cafile=self.bundle["CA"])
        context.check_hostname = False
        with socket.create_connection((self.bundle["ADDR"], int(self.bundle[port])), timeout=5) as raw:
            with context.wrap_socket(raw, server_hostname=name) as tls:
                return tls.getpeercert()

    def certificates(self):
        return {c["sni"]: c for c in self.bundle.health("/sip-tls/health")[1]["certificates"]}

    def wait_certificates(self, predicate, what):
        self.bundle.wait_health(lambda _: predicate(self.certificates()), what)

    def test_an_unknown_name_is_refused_with_its_alert(self):
        with self.assertRaisesRegex(ssl.SSLError, "(?i)unrecognized.name"):
            self.handshake("unknown.example.org")

    def test_a_certificate_comes_breaks_and_goes(self):
        folder = pathlib.Path(self.bundle["CERTS"]) / "new.ringfence.test"
        folder.mkdir()
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        certificate, key = self.certificate("new", "DNS:new.ringfence.test")
        shutil.copy(key, folder / "privkey.pem")
        shutil.copy(certificate, folder / "fullchain.pem")
        self.wait_certificates(lambda c: "new.ringfence.test" in c, "the new certificate is loaded")
        self.handshake("new.ringfence.test")
        (folder / "fullchain.pem").write_text("this is no certificate")
        self.bundle.wait_log(r"(WRN|ERR) .*new\.ringfence\.test")
        self.handshake("new.ringfence.test")  # the last good pair stays
        shutil.rmtree(folder)
        self.wait_certificates(lambda c: "new.ringfence.test" not in c, "the certificate is gone")
        with self.assertRaises(ssl.SSLError):
            self.handshake("new.ringfence.test")

    def test_an_expired_certificate_is_reported(self):
        folder = pathlib.Path(self.bundle["CERTS"]) / "old.ringfence.test"
        certificate, key = self.certificate("old", "DNS:old.ringfence.test", days=-1)
        folder.mkdir()
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        shutil.copy(key, folder / "privkey.pem")
        shutil.copy(certificate, folder / "fullchain.pem")
        self.bundle.wait_log(r"WRN .*old\.ringfence\.test.*expired|WRN .*expired.*old\.ringfence\.test")
        self.wait_certificates(lambda c: c.get("old.ringfence.test", {}).get("days_left", 0) < 0, "days_left < 0")

    def test_garbage_on_every_port_and_a_call_still_works(self):
        """F001 and its like in small: no process dies of it, and none is restarted."""
        before = {p["name"]: p["pid"] for p in self.bundle.health()[1]["processes"]}
        address = self.bundle["ADDR"]
        garbage = [b"\x00" * 1500, os.urandom(1400), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\r\n\r\n",
                   b"INVITE sip:x SIP/2.0\r\n\r\n", b"INVITE sip:bob@x SIP/2.0\r\nContent-Length: -1\r\n\r\n",
                   b"REGISTER sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\nl: 99999999999999999999\r\n\r\n"]
        for name in ("TRUNK_UDP", "PUBLIC_UDP"):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                for octets in garbage:
                    sender.sendto(octets, (address, int(self.bundle[name])))
                sender.sendto(b"", (address, int(self.bundle[name])))
        for port in (self.bundle["TRUNK_TLS"], self.bundle["PUBLIC_UDP"], self.bundle["PUBLIC_TLS"],
                     self.bundle["HTTP"].rsplit(":", 1)[1]):
            for octets in garbage:
                with socket.create_connection((address, int(port)), timeout=5) as stream:
                    stream.sendall(octets)
                    stream.shutdown(socket.SHUT_WR)
                    try:
                        while stream.recv(4096):
                            pass
                    except ConnectionError:
                        pass
        done = self.bundle.ctl("selftest", "--seconds", "1", check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual({p["name"]: p["pid"] for p in self.bundle.health()[1]["processes"]}, before)

    def test_nonsense_in_the_database_is_refused_with_a_sentence(self):
        done = subprocess.run(["sqlite3", self.bundle["DB"], "UPDATE listeners SET port = 70000"], text=True,
                              capture_output=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("port", done.stderr)

    def test_a_host_that_is_none_is_reported_and_the_rest_works(self):
        self.bundle.sql("INSERT INTO trunks(tenant_id, label, host) VALUES(1, 'Broken', 'not a host')")
        self.addCleanup(self.bundle.sql, "DELETE FROM trunks WHERE label = 'Broken'")
        self.bundle.wait_health(
            lambda d: any(e["table"] == "trunks" and e["column"] == "host" for e in d["config"]["errors"]),
            "config.errors names the row")
        done = self.bundle.ctl("selftest", "--seconds", "1", check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_a_listener_port_in_use_is_said_and_tried_again(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
            taken.bind((self.bundle["ADDR"], self.port_base + 90))
            self.bundle.sql("INSERT INTO listeners(name, side, transport, address, port) VALUES('extra', 'public', "
                            "'udp', ?, ?)", self.bundle["ADDR"], self.port_base + 90)
            self.addCleanup(self.bundle.sql, "DELETE FROM listeners WHERE name = 'extra'")
            self.bundle.wait_log(rf"ERR .*{self.port_base + 90}.*in use|ERR .*in use.*{self.port_base + 90}")
            self.bundle.wait_health(lambda d: d["status"] != "ok", "health is not ok")
        self.bundle.wait_health(lambda d: d["status"] == "ok", "bound once the port is free")

    def test_a_second_start_in_the_same_folder_is_refused(self):
        with self.assertRaisesRegex(RuntimeError, "already runs"):
            Bundle(self.folder, self.port_base)


if __name__ == "__main__":
    unittest.main()

"""Private keys lie in key-keeper and nowhere else: the memory of every process of a running bundle and a core dump of
tls-front, searched for each form that a key can have (F111). By itself no process writes one: a debugger has to."""

import mmap
import os
import pathlib
import re
import ssl
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from harness.scene import Scene, need  # noqa: E402

CHUNK = 1 << 22
RSA_NAME = "rsa.test"


def numbers_of(pem):
    """The private numbers of a key, by their names in openssl's text."""
    text = subprocess.run(["openssl", "pkey", "-in", pem, "-noout", "-text"], capture_output=True, text=True,
                          check=True).stdout
    found = re.findall(r"^(priv|privateExponent|prime1|prime2):\n((?:    [0-9a-f:]+\n)+)", text, re.MULTILINE)
    return {name: bytes.fromhex(re.sub(r"[\s:]", "", digits)).lstrip(b"\0") for name, digits in found}


def forms_of(pem):
    """What a key looks like in memory: numbers as files and as OpenSSL keep them, DER, PEM."""
    forms = {}
    for name, number in numbers_of(pem).items():
        forms[f"{name} big-endian"] = number[:32]
        forms[f"{name} little-endian"] = number[::-1][:32]
    text = pathlib.Path(pem).read_text()
    lines = [line for line in text.splitlines() if not line.startswith("-")]
    forms["PEM"] = lines[len(lines) // 2].encode()
    return forms


def memory_of(pid):
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            start, end = (int(place, 16) for place in span.split("-"))
            if "r" not in rights or "[v" in line:
                continue
            tail = b""
            while start < end:
                memory.seek(start)
                try:
                    piece = memory.read(min(CHUNK, end - start))
                except OSError:  # a guard page
                    break
                if not piece:
                    break
                yield tail + piece
                tail = piece[-64:]
                start += len(piece)


def signed_part_of(pem):
    """The beginning of what is signed of the certificate that comes first: OpenSSL keeps it as it came."""
    der = ssl.PEM_cert_to_DER_cert(re.search(r"-----BEGIN.*?-----END CERTIFICATE-----", pem.read_text(), re.S)[0])
    return der[4:200]


def found_in_core(pid, forms):
    with tempfile.TemporaryDirectory() as folder:
        core = pathlib.Path(folder) / "core"
        subprocess.run(["gdb", "-nx", "-batch", "-p", str(pid), "-ex", f"generate-core-file {core}"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
        with open(core, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as octets:
            return {name for name, form in forms.items() if octets.find(form) >= 0}


def found_in(pid, forms):
    return {name for piece in memory_of(pid) for name, octets in forms.items() if octets in piece}


@unittest.skipUnless(os.geteuid() == 0, "only root may read the memory of a process that is not dumpable")
class PrivateKeys(Scene):
    port_base = 14000

    @classmethod
    def setUpClass(cls):
        os.environ["RINGFENCE_CONFINE"] = "require"
        cls.addClassCleanup(os.environ.pop, "RINGFENCE_CONFINE")
        super().setUpClass()
        cls.add_rsa()
        cls.shake_hands()

    @classmethod
    def add_rsa(cls):
        """A name of its own with an RSA key; the demo's keys are of P-256."""
        folder, new = pathlib.Path(cls.bundle["CERTS"]) / RSA_NAME, cls.folder / "rsa"
        folder.mkdir()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{new}.key", "-out",
                        f"{new}.crt", "-days", "30", "-subj", f"/CN={RSA_NAME}"], check=True, capture_output=True)
        os.rename(f"{new}.key", folder / "privkey.pem")
        os.rename(f"{new}.crt", folder / "fullchain.pem")
        cls.bundle.wait_health(lambda d: any(c["sni"] == RSA_NAME for c in d["certificates"]), "the RSA key is held",
                               page="/sip-tls/health")

    @classmethod
    def shake_hands(cls):
        """With each kind of key and each form of signature."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context.maximum_version = version
            for name in 3 * (cls.bundle["DOMAIN"], RSA_NAME):
                with socket.create_connection((cls.bundle["ADDR"], int(cls.bundle["PUBLIC_TLS"])), 5) as plain:
                    with context.wrap_socket(plain, server_hostname=name) as secured:
                        assert secured.version() == version.name.replace("_", ".")

    def pids(self):
        return {process["name"]: process["pid"] for process in self.bundle.health()[1]["processes"]}

    def keys(self):
        return sorted(pathlib.Path(self.bundle["CERTS"]).glob("*/privkey.pem"))

    def test_f111_no_process_but_key_keeper_holds_a_private_key(self):
        self.assertTrue(self.keys())
        pids = self.pids() | {"supervisor": int(self.bundle["PID"])}
        for pem in self.keys():
            forms = forms_of(pem)
            for name, pid in pids.items():
                with self.subTest(f"{pem.parent.name} {name}"):
                    found = found_in(pid, forms)
                    if name == "key-keeper":
                        self.assertTrue(any("priv" in form or "prime" in form for form in found), "the search is blind")
                        self.assertNotIn("PEM", found)
                    else:
                        self.assertFalse(found)

    def test_f111_a_core_dump_of_tls_front_holds_no_private_key(self):
        need("gdb")
        forms = {f"certificate of {pem.parent.name}": signed_part_of(pem.with_name("fullchain.pem")) for pem in self.keys()}
        certificates = set(forms)
        for pem in self.keys():
            forms |= {f"{pem.parent.name} {form}": octets for form, octets in forms_of(pem).items()}
        self.assertEqual(found_in_core(self.pids()["tls-front"], forms), certificates)

    def test_neither_writes_a_core_dump(self):
        pids = self.pids()
        for name in ("tls-front", "key-keeper"):
            limits = pathlib.Path(f"/proc/{pids[name]}/limits").read_text()
            self.assertRegex(limits, r"Max core file size +0 +0 ")

    def test_the_memory_of_keys_is_locked(self):
        status = pathlib.Path(f"/proc/{self.pids()['key-keeper']}/status").read_text()
        self.assertGreater(int(re.search(r"VmLck:\s+(\d+)", status)[1]), 0)


if __name__ == "__main__":
    unittest.main()

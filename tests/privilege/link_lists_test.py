"""The libraries that each program links are the privilege diagram of ARCHITECTURE.md: media-worker knows
no database, tls-front no SIP, sip-core no TLS and no private keys, the supervisor no network protocol."""

import os
import pathlib
import re
import subprocess
import unittest

BIN = pathlib.Path(os.environ["RINGFENCE_BUILD"]) / "bin"

EVERYBODY = {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2"}
CHILD = EVERYBODY | {"libuv.so.1", "libspdlog.so.1.10", "libfmt.so.9", "libprotobuf-lite.so.32", "libseccomp.so.2"}
ALLOWED = {
    "ringfence-supervisor": CHILD | {"libsqlite3.so.0", "libsystemd.so.0"},
    "ringfence-status": CHILD,
    "ringfence-key-keeper": CHILD | {"libcrypto.so.3"},
    "ringfence-tls-front": CHILD | {"libssl.so.3", "libcrypto.so.3"},
    "ringfence-sip-core": CHILD | {"libsqlite3.so.0", "libcares.so.2", "libcrypto.so.3"},
    "ringfence-media-worker": CHILD | {"libcrypto.so.3"},
}
# Statically linked parts show in no NEEDED list: what may not be inside, by its symbols.
FORBIDDEN_SYMBOLS = {
    "ringfence-supervisor": r"\bsrtp_(?:create|protect|init)|ringfence::sip_core|ringfence::tls_front|ringfence::media_worker",
    "ringfence-status": r"\bsrtp_(?:create|protect|init)|sqlite3_|ringfence::(?:sip_core|tls_front|media_worker|supervisor::)",
    "ringfence-key-keeper": r"\bsrtp_(?:create|protect|init)|sqlite3_|\bSSL_|ringfence::(?:sip_core|tls_front|media_worker|supervisor)",
    "ringfence-tls-front": r"\bsrtp_(?:create|protect|init)|sqlite3_|PEM_read_bio_Priv|ringfence::(?:sip_core|key_keeper|media_worker|supervisor)",
    "ringfence-sip-core": r"\bsrtp_(?:create|protect|init)|\bSSL_|PEM_read|EVP_PKEY_sign|ringfence::(?:tls_front|media_worker|supervisor)",
    "ringfence-media-worker": r"sqlite3_|\bSSL_|ringfence::(?:sip_core|tls_front|supervisor)",
}


def needed(program):
    listing = subprocess.run(["readelf", "-d", BIN / program], check=True, capture_output=True, text=True).stdout
    return set(re.findall(r"\(NEEDED\).*\[(.+)\]", listing))


def symbols(program):
    return subprocess.run(["nm", "-C", BIN / program], check=True, capture_output=True, text=True).stdout


class LinkLists(unittest.TestCase):
    def test_each_program_links_what_its_part_needs_and_no_more(self):
        for program, allowed in ALLOWED.items():
            with self.subTest(program):
                self.assertFalse(needed(program) - allowed)

    def test_no_program_holds_code_of_another_part(self):
        for program, forbidden in FORBIDDEN_SYMBOLS.items():
            with self.subTest(program):
                found = re.findall(rf"^.*(?:{forbidden}).*$", symbols(program), re.MULTILINE)
                self.assertFalse(found[:3])


if __name__ == "__main__":
    unittest.main()

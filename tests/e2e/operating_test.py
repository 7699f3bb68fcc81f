"""deploy/OPERATING.md is true: each of its commands does what it says on a demo set-up, in order and in one shell, and
what is printed below a command comes out of it. A block that is not run says so."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest

from harness.bundle import BUILD, ROOT, RTP_PORTS, Bundle, quickstart
from harness.manual import FENCE, NOT_RUN, RUN, Shell, commands
from harness.scene import Scene, need

MANUAL = ROOT / "deploy" / "OPERATING.md"
# What comes true a moment after the change that it tells of.
LOOKS = re.compile(r"ringfencectl (status|cert list|calls|registrations|doctor)\b")


class Operating(Scene):
    port_base = 22000

    @classmethod
    def setUpClass(cls):
        """A folder that looks like a checkout, where quickstart.sh keeps to our build and our ports."""
        need("kamailio", "openssl", "sqlite3")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringfence-e2e-"))
        cls.addClassCleanup(cls.put_away)
        (cls.folder / "deploy").mkdir()
        (cls.folder / "schema").symlink_to(ROOT / "schema")
        low, high = (cls.port_base + port for port in RTP_PORTS)
        start = cls.folder / "deploy" / "quickstart.sh"
        start.write_text(f'''#!/bin/sh
case $1 in
  --detach) set -- --detach --no-install --build {BUILD} --port-base {cls.port_base} --rtp-ports {low}-{high} ;;
esac
exec {ROOT}/deploy/quickstart.sh "$@"
''')
        start.chmod(0o755)

    @classmethod
    def put_away(cls):
        quickstart(cls.folder / "demo", "--stop")
        if not os.environ.get("RINGFENCE_KEEP"):
            shutil.rmtree(cls.folder)

    def start_carrier(self, shell):
        """The carrier of the manual, with a certificate of the demo's own CA."""
        self.bundle = Bundle.found_in(self.folder / "demo")
        carrier = self.carrier(max_expires=60)
        status, told = shell.run("CARRIER_HOST=127.0.0.1 CARRIER_PASSWORD=carrier-secret "
                                 f"CARRIER_PORT={carrier.port} CARRIER_TLS_PORT={carrier.tls_port}")
        self.assertEqual(status, 0, told)

    def check(self, shell, command, expected):
        """None, or what is not as the manual says."""
        status, told = shell.run(command)
        missing = [line for line in expected if line not in told]
        if status == 0 and not missing:
            return None
        return f"exit status {status}, not printed: {missing}\n{told}"

    def test_every_command_of_the_manual_works(self):
        shell = Shell(self.folder, {})
        self.stack.callback(shell.close)
        self.bundle = None
        for number, command, expected in commands(MANUAL.read_text()):
            with self.subTest(f"OPERATING.md:{number}: {command}"):
                deadline = time.monotonic() + 45
                wrong = self.check(shell, command, expected)
                while wrong and LOOKS.match(command) and time.monotonic() < deadline:
                    time.sleep(0.1)
                    wrong = self.check(shell, command, expected)
                self.assertIsNone(wrong, (self.bundle.log_tail() if self.bundle else ""))
            if command.startswith("deploy/quickstart.sh --detach") and self.bundle is None:
                self.start_carrier(shell)
            if command.startswith("ringfencectl restart"):
                self.bundle.wait_health(lambda d: any(p["restarts"] > 0 for p in d["processes"]) and
                                        all(p["state"] == "running" for p in d["processes"]), "it runs again")


class Manual(unittest.TestCase):
    def test_no_block_looks_like_a_command_and_is_not_run(self):
        text = MANUAL.read_text()
        for block in FENCE.finditer(text):
            line = text.count("\n", 0, block.start()) + 1
            with self.subTest(f"OPERATING.md:{line}"):
                self.assertIn(block.group(1), (RUN, NOT_RUN))
                if block.group(1) == NOT_RUN:
                    self.assertRegex(text[:block.start()].rsplit("\n\n", 2)[-2], "[Tt]he test|by the test")
        self.assertGreater(len(commands(text)), 100)

    def test_every_command_of_ringfencectl_is_in_the_manual(self):
        """As completion knows them. Of the tables, whose commands are alike, each table and each verb."""
        words = subprocess.run([BUILD / "bin" / "ringfencectl", "completion", "bash"], check=True,
                               stdout=subprocess.PIPE, text=True).stdout
        entries = dict(re.findall(r'^  \["(.*?)"\]="(.*)"$', words, re.M))
        run = "\n".join(command for _, command, _ in commands(MANUAL.read_text()))
        verbs = {"add", "list", "show", "set", "rm"}
        for path, following in entries.items():
            below = [word for word in following.split() if not word.startswith("--")]
            table = path.split()[0] if verbs & set(entries.get(path.split()[0], "").split()) else None
            with self.subTest(path):
                if path == "ringfencectl" or (table and path.split()[-1] in verbs):
                    continue
                self.assertIn(f"ringfencectl {path}{' ' if below else ''}", run)
        for verb in verbs:
            self.assertRegex(run, rf"ringfencectl \w+ {verb}\b")


if __name__ == "__main__":
    unittest.main()

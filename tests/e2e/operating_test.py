"""OPERATING.md is true: every command in a block marked `console run` does what it says on a demo set-up, and
what is printed below a command comes out of it."""

import os
import pathlib
import re
import subprocess
import unittest

from harness.bundle import ROOT
from harness.scene import Scene

BLOCK = re.compile(r"^```console run\n(.*?)^```$", re.M | re.S)


def commands(text):
    """(line number, command, expected output lines) of each `$ ` line."""
    found = []
    for block in BLOCK.finditer(text):
        number = text.count("\n", 0, block.start(1)) + 1
        for offset, line in enumerate(block.group(1).splitlines()):
            if line.startswith("$ "):
                found.append((number + offset, line[2:], []))
            else:
                found[-1][2].append(line)
    return found


class Operating(Scene):
    port_base = 22000

    def variables(self):
        bundle = self.bundle
        return {**os.environ, **bundle.env, "RINGFENCE_DB": bundle["DB"], "RINGFENCE_RUN": bundle["RUN"],
                "RINGFENCE_STATE": bundle["STATE"], "RINGFENCE_CERTS": bundle["CERTS"],
                "RINGFENCE_CA": bundle["CA"], "RINGFENCE_HTTP": bundle["HTTP"].removeprefix("http://"),
                "PATH": os.environ["PATH"] + os.pathsep + str(pathlib.Path(bundle["CTL"]).parent)}

    def test_every_command_of_the_manual_works(self):
        listed = commands((ROOT / "OPERATING.md").read_text())
        self.assertGreater(len(listed), 20)
        for number, command, expected in listed:
            with self.subTest(f"OPERATING.md:{number}: {command}"):
                done = subprocess.run(["bash", "-c", command], env=self.variables(), cwd=self.work, timeout=60,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stdout + self.bundle.log_tail())
                for line in expected:
                    self.assertIn(line, done.stdout)
                if command.startswith("ringfencectl restart"):
                    self.bundle.wait_health(
                        lambda d: any(p["restarts"] > 0 for p in d["processes"]) and
                        all(p["state"] == "running" for p in d["processes"]), "it was restarted and serves")

    def test_every_command_of_ringfencectl_is_in_the_manual(self):
        text = (ROOT / "OPERATING.md").read_text()
        for command in ("restart", "status", "trunk", "route", "did", "cert list", "calls", "registrations", "trace", "blocklist list",
                        "setting", "selftest", "doctor", "acl explain", "route explain", "tenant", "extension", "group",
                        "sql", "drain"):
            self.assertIn(f"$ ringfencectl {command}", text)


if __name__ == "__main__":
    unittest.main()

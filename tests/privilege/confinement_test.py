"""Every child of a running bundle: no capabilities, NoNewPrivs 1, seccomp filtering, not dumpable; and on an
installed system (--user-prefix, --confine require) a uid of its own."""

import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from harness.scene import Scene  # noqa: E402


def status_of(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


class Confinement(Scene):
    port_base = 14000

    @classmethod
    def setUpClass(cls):
        os.environ["RINGFENCE_CONFINE"] = "require"
        cls.addClassCleanup(os.environ.pop, "RINGFENCE_CONFINE")
        super().setUpClass()

    def children(self):
        found = subprocess.run(["pgrep", "-P", self.bundle["PID"]], capture_output=True, text=True, check=True)
        return {int(pid): pathlib.Path(f"/proc/{pid}/comm").read_text().strip() for pid in found.stdout.split()}

    def test_every_child_is_confined(self):
        children = self.children()
        self.assertGreaterEqual(len(children), 4, children)
        for pid, name in children.items():
            with self.subTest(name):
                status = status_of(pid)
                for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
                    self.assertEqual(int(status[kind].strip(), 16), 0, kind)
                self.assertEqual(status["NoNewPrivs"].strip(), "1")
                self.assertEqual(status["Seccomp"].strip(), "2")

    def test_every_thread_is_confined(self):
        for pid, name in self.children().items():
            for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                with self.subTest(f"{name} {task.name}"):
                    self.assertIn("Seccomp:\t2", (task / "status").read_text())

    def test_health_says_what_is_in_force(self):
        for process in self.bundle.health()[1]["processes"]:
            self.assertIn("seccomp", process["confinement"])
            self.assertIn("landlock", process["confinement"])

    def test_a_confined_bundle_carries_a_call(self):
        done = self.bundle.ctl("selftest", "--seconds", "1", check=False)
        self.assertEqual(done.returncode, 0, done.stdout + self.bundle.log_tail())

    def test_no_child_can_be_entered_by_its_descriptors(self):
        """Nothing but the supervisor's link, its log and what it was handed: no database in tls-front."""
        for pid, name in self.children().items():
            targets = [os.readlink(fd) for fd in pathlib.Path(f"/proc/{pid}/fd").iterdir() if fd.is_symlink()]
            files = [t for t in targets if t.startswith("/") and not t.startswith("/dev/")
                     and t != self.bundle["LOG"]]
            with self.subTest(name):
                if name == "ringfence-sip-c":
                    self.assertTrue(all(t.startswith(self.bundle["STATE"]) for t in files), files)
                else:
                    self.assertFalse(files)


if __name__ == "__main__":
    unittest.main()

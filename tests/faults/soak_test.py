"""A long day (F123): calls with secured audio at a steady rate while one part of the bundle after another is killed.
No answered call is lost, each is in the records with its end, and no part grows.

A minute by default. RINGFENCE_SOAK_SECONDS=86400 RINGFENCE_SOAK_KILL_EVERY=300 make it the day of the fault's row;
RINGFENCE_SOAK_SEED repeats an order of kills."""

import contextlib
import json
import os
import pathlib
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness.bundle import BUILD, Bundle, quickstart  # noqa: E402 (its folder had to be found first)

PORT_BASE = 2000
SECONDS = int(os.environ.get("RINGFENCE_SOAK_SECONDS", 60))
KILL_EVERY = int(os.environ.get("RINGFENCE_SOAK_KILL_EVERY", 8))  # seconds
RATE = int(os.environ.get("RINGFENCE_SOAK_RATE", 8))  # calls a second
HOLD_MS = 5000
LONG_ENOUGH_FOR_A_SLOPE = 600  # seconds
GROWTH = 1.1  # of the memory of a part, from the first third of a long run to the last


class Soak(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringfence-soak-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.bundle = Bundle(cls.folder, PORT_BASE, environment={"RINGFENCE_MEDIA_WORKERS": "2"})
        cls.addClassCleanup(quickstart, cls.bundle.folder, "--stop")

    def start_calls(self):
        """From one trunk to another, both of which are the load driver."""
        bundle, uas = self.bundle, PORT_BASE + 190
        tenant = bundle.sql("SELECT id FROM tenants WHERE name = 'demo'")[0][0]
        for label, port, sources in (("callers", 1, "127.0.0.1/32"), ("called", uas, "127.255.255.255/32")):
            bundle.sql("INSERT INTO trunks(tenant_id, label, host, port, source_cidrs, srtp)"
                       " VALUES(?, ?, '127.0.0.1', ?, ?, 1)", tenant, label, port, sources)
        bundle.sql("INSERT INTO dids(tenant_id, number, target) VALUES(?, '100', 'trunk:called')", tenant)
        bundle.wait_applied()
        target = f"127.0.0.1:{bundle['TRUNK_UDP']}"
        load = subprocess.Popen(
            [BUILD / "bin" / "sip_load", "--audio", "--target", target, "--ruri", f"sip:100@{target}", "--uas-port",
             str(uas), "--rate", str(RATE), "--seconds", str(SECONDS), "--hold", str(HOLD_MS)],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(load.stdout.close)
        self.addCleanup(load.wait)
        self.addCleanup(load.kill)
        return load

    def memory(self):
        """KiB of each part that is resident, the supervisor among them."""
        pids = {process["name"]: process["pid"] for process in self.bundle.health()[1]["processes"]}
        pids["supervisor"] = int(self.bundle["PID"])
        return {name: int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4 for name, pid in pids.items()}

    def kill_until_over(self, load, order):
        """What each part held in memory before each kill, and how many kills there were."""
        held, kills = {}, 0
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                load.wait(KILL_EVERY)
                return held, kills
            for name, kib in self.memory().items():
                held.setdefault(name, []).append(kib)
            self.bundle.kill(order.choice(sorted(held.keys() - {"supervisor"})))
            self.bundle.wait_health(lambda d: d["status"] == "ok", "all is well again", seconds=20)
            kills += 1

    def records(self):
        """Of the calls that ended: all, and those that were answered."""
        with contextlib.closing(sqlite3.connect(f"{self.bundle['STATE']}/state.db", timeout=10)) as state:
            return state.execute("SELECT count(*), count(answered) FROM cdr").fetchone()

    def assert_no_growth(self, held):
        for name, kib in held.items():
            third = len(kib) // 3
            before, after = statistics.median(kib[:third]), statistics.median(kib[-third:])
            self.assertLess(after, before * GROWTH, f"{name} grows: {kib}")

    def test_f123_a_day_of_calls_and_deaths(self):
        seed = int(os.environ.get("RINGFENCE_SOAK_SEED", time.time()))
        load = self.start_calls()
        held, kills = self.kill_until_over(load, random.Random(seed))
        result = json.loads(load.communicate()[0])
        told = f"seed {seed}, {kills} kills: {result}"
        print(told, {name: (kib[0], kib[-1]) for name, kib in held.items()}, file=sys.stderr)
        self.assertGreater(kills, 0, told)
        self.assertEqual(result["lost"], 0, told)
        audio = result["audio"]
        self.assertEqual((audio["unsecured"], audio["refused"]), (0, 0), told)
        # Only who was about to be answered when a part died may have been turned away.
        self.assertLessEqual(result["failed"], kills * RATE, told)
        self.bundle.wait_health(lambda d: d["calls"]["active"] == 0, "no call is left", seconds=60)
        ended, answered = self.records()
        self.assertGreaterEqual(answered, result["done"], told)
        self.assertLessEqual(answered, result["done"] + kills * RATE, told)
        self.assertLessEqual(ended, result["started"] + kills * RATE, told)
        self.assertEqual(self.bundle.ctl("calls", "--verify", check=False).returncode, 0)
        if SECONDS >= LONG_ENOUGH_FOR_A_SLOPE:
            self.assert_no_growth(held)


if __name__ == "__main__":
    unittest.main()

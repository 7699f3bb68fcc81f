"""The whole of Ringfence as quickstart.sh starts it, in a folder of the test's own."""

import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("RINGFENCE_BUILD", ROOT / "build" / "release"))


# Of a test file's block of 2000 ports: its listeners and peers, the bundle's RTP, the peers' RTP. Blocks are
# apart: a bundle holds hundreds of RTP ports, any of which could be the one that another's listener needs.
RTP_PORTS = (200, 1599)
PEER_RTP = 1600


def log_tail(folder):
    log = folder / "ringfence.log"
    return log.read_text(errors="replace")[-4000:] if log.exists() else "(no log)"


def quickstart(folder, *options, environment=None):
    done = subprocess.run(
        [str(ROOT / "deploy" / "quickstart.sh"), "--no-install", "--build", str(BUILD), "--dir", str(folder), *options],
        env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(f"quickstart.sh {' '.join(options)} ended with {done.returncode}:\n{done.stdout}\n"
                           + log_tail(folder))
    return done.stdout


class Bundle:
    def __init__(self, folder, port_base, *options, environment=None):
        self.folder = pathlib.Path(folder) / "demo"
        self.rtp_ports = tuple(port_base + port for port in RTP_PORTS)
        quickstart(
            self.folder, "--detach", "--port-base", str(port_base), "--rtp-ports", "{}-{}".format(*self.rtp_ports),
            *options, environment=environment)
        self.read_environment()

    @classmethod
    def found_in(cls, folder):
        """One that somebody else has started there."""
        bundle = cls.__new__(cls)
        bundle.folder = pathlib.Path(folder)
        bundle.read_environment()
        return bundle

    def read_environment(self):
        lines = (self.folder / "demo.env").read_text().splitlines()
        self.env = dict(line.split("=", 1) for line in lines)
        self.log_path = pathlib.Path(self.env["RF_LOG"])

    def log_tail(self):
        return log_tail(self.folder)

    def __getitem__(self, name):
        return self.env["RF_" + name]

    def sql(self, statement, *values):
        """As the sqlite3 CLI would: one statement, committed."""
        connection = sqlite3.connect(self["DB"], timeout=10, isolation_level=None)
        try:
            return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    def wait_applied(self):
        """Until what was written to the database before is in force everywhere. A setting that nothing here
        depends on is changed as well: without any difference there is no new revision to wait for. Twice, for
        the first new revision may have been read between two statements of ours; the second has them all."""
        for _ in range(2):
            revision = self.health()[1]["config"]["revision"]
            self.sql("UPDATE settings SET value = CAST(value AS INTEGER) % 300 + 1 WHERE key = 'cdr_keep_days'")
            self.wait_health(lambda d, r=revision: d["config"]["revision"] > r, "the change is in force", seconds=10)

    def bindings(self):
        """How many contacts sip-core has written down."""
        connection = sqlite3.connect(f"file:{self['STATE']}/state.db?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute("SELECT count(*) FROM bindings").fetchone()[0]
        finally:
            connection.close()

    def ctl(self, *arguments, check=True, timeout=60):
        environment = {**os.environ, "RINGFENCE_DB": self["DB"], "RINGFENCE_RUN": self["RUN"],
                       "RINGFENCE_CA": self["CA"], "RINGFENCE_STATE": self["STATE"], "RINGFENCE_CERTS": self["CERTS"], "RINGFENCE_HTTP": self["HTTP"].removeprefix("http://")}
        done = subprocess.run([self["CTL"], *arguments], env=environment, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"ringfencectl {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}\n"
                                 + self.log_tail())
        return done

    def health(self, page="/health"):
        """(HTTP status, JSON document)."""
        try:
            with urllib.request.urlopen(self["HTTP"] + page, timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def process(self, name):
        for process in self.health()[1]["processes"]:
            if process["name"] == name:
                return process
        raise AssertionError(f"/health knows no process {name}")

    def wait_health(self, predicate, what, seconds=10, page="/health"):
        """Polls that page until the predicate holds; how long that took, in seconds."""
        started = time.monotonic()
        document = None
        while time.monotonic() < started + seconds:
            try:
                _, document = self.health(page)
                if predicate(document):
                    return time.monotonic() - started
            except OSError:
                pass
            time.sleep(0.02)
        raise AssertionError(f"not within {seconds} s: {what}; {page} says {json.dumps(document)}\n{self.log_tail()}")

    def trunk_state(self, label):
        return {t["label"]: t["state"] for t in self.health()[1]["trunks"]}.get(label)

    def wait_log(self, pattern, seconds=10, start=0):
        deadline = time.monotonic() + seconds
        while True:
            match = re.search(pattern, self.log_path.read_text(errors="replace")[start:])
            if match:
                return match
            if time.monotonic() > deadline:
                raise AssertionError(f"no log line matches {pattern} within {seconds} s:\n{self.log_tail()}")
            time.sleep(0.05)

    def kill(self, name):
        """SIGKILL to one child; the seconds until another of that name runs."""
        old = self.process(name)["pid"]
        os.kill(old, signal.SIGKILL)

        def back(document):
            return any(p["name"] == name and p["pid"] != old and p["state"] == "running"
                       for p in document["processes"])
        return self.wait_health(back, f"{name} is back")

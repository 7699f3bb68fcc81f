#!/usr/bin/env python3
"""A bundle set up for measuring: what quickstart.sh makes, and beside it two trunks, a DID between them and
numbered extensions. A call from 127.0.0.1 to the DID on the trunk side goes to UDP 127.0.0.1:UAS-PORT.

  bundle.py start --dir DIR [--port-base N] [--uas-port N] [--users N] [--cpu N]   prints where it listens, as NAME=value
  bundle.py stop --dir DIR"""

import argparse
import os
import pathlib
import sqlite3
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("RINGFENCE_BUILD", ROOT / "build" / "release"))
DID = "100"
PASSWORD = "pw"


def quickstart(folder, *options, cpu=None):
    pinned = ["taskset", "-c", str(cpu)] if cpu is not None else []
    done = subprocess.run(
        [*pinned, str(ROOT / "deploy" / "quickstart.sh"), "--no-install", "--build", str(BUILD), "--dir", str(folder),
         *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stdout)


def add_rows(database, uas_port, users):
    connection = sqlite3.connect(database, timeout=10)
    with connection:
        tenant = connection.execute("SELECT id FROM tenants WHERE name = 'demo'").fetchone()[0]
        # The caller's side is known by its address. The called side's networks hold nobody, so that
        # nothing that comes from 127.0.0.1 is taken for it.
        connection.execute(
            "INSERT OR IGNORE INTO trunks(tenant_id, label, host, port, source_cidrs) VALUES(?, 'callers', '127.0.0.1', 1, "
            "'127.0.0.1/32')", (tenant,))
        connection.execute(
            "INSERT OR IGNORE INTO trunks(tenant_id, label, host, port, source_cidrs) VALUES(?, 'called', '127.0.0.1', ?, "
            "'127.255.255.255/32')", (tenant, uas_port))
        connection.execute("UPDATE trunks SET port = ? WHERE label = 'called'", (uas_port,))
        connection.execute("INSERT OR IGNORE INTO dids(tenant_id, number, target) VALUES(?, ?, 'trunk:called')",
                           (tenant, DID))
        connection.executemany(
            "INSERT OR IGNORE INTO extensions(tenant_id, username, password) VALUES(?, ?, ?)",
            ((tenant, f"u{i}", PASSWORD) for i in range(users)))
    connection.close()


class Bundle:
    """Context: a fresh bundle in `folder`, all of its processes on one core."""

    def __init__(self, folder, port_base=24000, uas_port=7000, users=1000, cpu=None, rtp_ports="42000-61999"):
        self.folder = pathlib.Path(folder)
        self.options = ["--port-base", str(port_base), "--rtp-ports", rtp_ports]
        self.uas_port, self.users, self.cpu = uas_port, users, cpu
        self.env = {}

    def __enter__(self):
        quickstart(self.folder, "--detach", *self.options, cpu=self.cpu)
        lines = (self.folder / "demo.env").read_text().splitlines()
        self.env = {name.removeprefix("RF_"): value for name, value in (line.split("=", 1) for line in lines)}
        add_rows(self.env["DB"], self.uas_port, self.users)
        time.sleep(2.5)  # a change of the database is in force within two seconds
        return self

    def __exit__(self, *exception):
        quickstart(self.folder, "--stop")

    @property
    def pid(self):
        return int(self.env["PID"])

    def address(self, name):
        return f"{self.env['ADDR']}:{self.env[name]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["start", "stop"])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--port-base", type=int, default=24000)
    parser.add_argument("--uas-port", type=int, default=7000)
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--rtp-ports", default="42000-61999")
    parser.add_argument("--cpu")
    options = parser.parse_args()
    if options.command == "stop":
        quickstart(options.dir, "--stop")
        return
    bundle = Bundle(options.dir, options.port_base, options.uas_port, options.users, options.cpu, options.rtp_ports)
    bundle.__enter__()
    print(f"PID={bundle.pid}", f"DOMAIN={bundle.env['DOMAIN']}", sep="\n")
    for side in ("TRUNK_UDP", "TRUNK_TLS", "PUBLIC_UDP", "PUBLIC_TLS"):
        print(f"{side}={bundle.address(side)}")
    print(f"RURI=sip:{DID}@{bundle.address('TRUNK_UDP')}")


if __name__ == "__main__":
    sys.exit(main())

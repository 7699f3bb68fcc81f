#!/usr/bin/env python3
"""The TLS edge of a whole bundle while others wear it down (F055, F057): what a connection costs that comes and goes
without an octet, what 10,000 silent TLS connections cost, and how calls are set up meanwhile.

  besieged.py [--idle N] [--hanging N] [--rate N] [--seconds S]

Builds nothing: first  cmake --build build/release --target programs sip_load handshake_load  . Calls go over TLS to the
trunk side and from there to sip_load's own UDP port."""

import argparse
import contextlib
import json
import os
import pathlib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

from bundle import BUILD, DID, Bundle
from compare_sip import processes_below
from compare_tls import cpu_time

UAS_PORT = 24102
PROBES = 20_000
BEGINNING = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"  # of a ClientHello
SETTINGS = {"connections_per_source": 0, "handshakes_per_source": 0, "first_message_timeout_s": 3600,
            "idle_timeout_s": 3600}


def settle(bundle):
    with contextlib.closing(sqlite3.connect(bundle.env["DB"], timeout=10)) as database, database:
        database.executemany("INSERT OR REPLACE INTO settings(key, value) VALUES(?, ?)", SETTINGS.items())
    time.sleep(2.5)  # a change of the database is in force within two seconds


def tls_front(bundle):
    return next(pid for pid in processes_below(bundle.pid)
                if pathlib.Path(f"/proc/{pid}/comm").read_text().startswith("ringfence-tls-f"))


def resident(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def empty_connections(bundle, target):
    """Microseconds of the whole bundle for a connection that is closed without an octet."""
    before = cpu_time(bundle.pid)
    for _ in range(PROBES):
        with socket.create_connection(target):
            pass
    time.sleep(1)
    return (cpu_time(bundle.pid) - before) / PROBES * 1e6


@contextlib.contextmanager
def silent(target, count, options):
    """So many TLS connections that say nothing."""
    load = subprocess.Popen(
        ["taskset", "-c", str(options.load_cpu), str(BUILD / "bin" / "handshake_load"), "--hold", "--target", target,
         "--count", str(count), "--at-once", "64"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(load.stdout.readline())
    finally:
        load.stdin.close()
        load.wait()


def hang(target, count):
    """Handshakes that begin and do not go on; whom the cap lets in."""
    hanging = contextlib.ExitStack()
    for number in range(count):
        peer = hanging.enter_context(socket.socket())
        peer.bind((f"127.0.{number // 200 + 2}.{number % 200 + 1}", 0))
        with contextlib.suppress(OSError):
            peer.connect(target)
            peer.sendall(BEGINNING)
    return hanging


def set_up_calls(bundle, options, hanging=0):
    """Over connections that are there before the others hang."""
    driver = subprocess.Popen(
        ["taskset", "-c", str(options.load_cpu), str(BUILD / "bin" / "sip_load"), "--mode", "call", "--proto", "tls",
         "--rate", str(options.rate), "--seconds", str(options.seconds), "--connections", "20", "--uas-port",
         str(UAS_PORT), "--target", bundle.address("TRUNK_TLS"), "--ruri", f"sip:{DID}@{bundle.address('TRUNK_UDP')}"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in driver.stderr:
        if line.startswith("READY"):
            break
    with hang((bundle.env["ADDR"], int(bundle.env["TRUNK_TLS"])), hanging):
        report, complaint = driver.communicate()
    if driver.returncode != 0:
        raise SystemExit(f"sip_load: {complaint}")
    result = json.loads(report)
    return f"{result['done']} of {result['started']} set up, p50 {result['p50_ms']} ms, p99 {result['p99_ms']} ms"


def besiege(bundle, options):
    target = bundle.address("TRUNK_TLS")
    cost = empty_connections(bundle, (bundle.env["ADDR"], int(bundle.env["PUBLIC_TLS"])))
    print(f"a connection without an octet   {cost:.1f} us; 10,000 a second {cost:.0f} % of a core", flush=True)
    set_up_calls(bundle, options)  # warms up
    print(f"calls, quiet                    {set_up_calls(bundle, options)}", flush=True)
    front = tls_front(bundle)
    memory = resident(front)
    with silent(target, options.idle, options) as opened:
        time.sleep(1)
        print(f"{opened['done']} silent connections     {(resident(front) - memory) / max(1, opened['done']) / 1024:.1f} "
              "KiB each in tls-front")
        before = cpu_time(front)
        time.sleep(5)
        print(f"tls-front meanwhile             {(cpu_time(front) - before) / 5 * 100:.2f} % of a core", flush=True)
        print(f"calls, besides them             {set_up_calls(bundle, options)}", flush=True)
        print(f"calls, and {options.hanging} handshakes hang   {set_up_calls(bundle, options, options.hanging)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--idle", type=int, default=10_000)
    parser.add_argument("--hanging", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50, help="calls a second")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--load-cpu", type=int, default=os.cpu_count() - 1)
    parser.add_argument("--port-base", type=int, default=24000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ringfence-bench-") as folder:
        with Bundle(pathlib.Path(folder) / "ringfence", options.port_base, UAS_PORT, users=10) as bundle:
            settle(bundle)
            besiege(bundle, options)


if __name__ == "__main__":
    sys.exit(main())

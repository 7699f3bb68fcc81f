#!/usr/bin/env python3
"""Ringfence beside haproxy and kamailio as TLS servers, in the same run, on one core each: CPU time of all the server's
processes (key-keeper's signatures included) per full handshake. Runs alternate, so that whatever else the machine does
falls on all of them.

  compare_tls.py [--keys ec,rsa] [--runs N] [--count N] [--at-once N] [--tls12]

Builds nothing: first  cmake --build build/release --target programs handshake_load  . Of haproxy and kamailio (package
kamailio-tls-modules) those are measured that are installed. All serve the same self-signed certificate, P-256 or
RSA-2048. The last core is the load's, the first one the servers'."""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

from bundle import BUILD, Bundle
from compare_sip import KAMAILIO_TLS, Kamailio, processes_below

HAPROXY_PORT = 24110
NEW_KEY = {"ec": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "rsa": ["-newkey", "rsa:2048"]}
HAPROXY = """global
 nbthread 1
 tune.ssl.cachesize 0
 ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets
defaults
 mode http
 timeout client 1h
 timeout http-request 1h
 timeout connect 5s
 timeout server 1h
frontend measured
 bind 127.0.0.1:{port} ssl crt {pem}
 http-request return status 204
"""


def make_certificate(folder, key):
    """As the bundle's and kamailio's folders name it, and as haproxy wants it."""
    folder.mkdir()
    subprocess.run(["openssl", "req", "-x509", *NEW_KEY[key], "-sha256", "-nodes", "-keyout", folder / "privkey.pem",
                    "-out", folder / "fullchain.pem", "-days", "30", "-subj", "/CN=127.0.0.1"],
                   check=True, stderr=subprocess.DEVNULL)
    (folder / "both.pem").write_text((folder / "privkey.pem").read_text() + (folder / "fullchain.pem").read_text())


def serve(bundle, certificate):
    """As the bundle's default; without the limits that keep a single source from doing what we are about to do."""
    default = pathlib.Path(bundle.env["CERTS"]) / "default"
    for name in ("privkey.pem", "fullchain.pem"):
        shutil.copy(certificate / name, default / f"{name}.new")
    for name in ("privkey.pem", "fullchain.pem"):
        os.rename(default / f"{name}.new", default / name)
    with contextlib.closing(sqlite3.connect(bundle.env["DB"], timeout=10)) as database, database:
        database.executemany("INSERT OR REPLACE INTO settings(key, value) VALUES(?, '0')",
                             [("connections_per_source",), ("handshakes_per_source",)])
    time.sleep(2.5)  # a change of the database is in force within two seconds


@contextlib.contextmanager
def haproxy(folder, certificate, cpu):
    configuration = folder / "haproxy.cfg"
    configuration.write_text(HAPROXY.format(port=HAPROXY_PORT, pem=certificate / "both.pem"))
    with open(folder / "haproxy.log", "wb") as log:
        process = subprocess.Popen(["taskset", "-c", str(cpu), "haproxy", "-db", "-f", str(configuration)], stdout=log,
                                   stderr=log, stdin=subprocess.DEVNULL)
    time.sleep(1)
    if process.poll() is not None:
        raise SystemExit("haproxy does not run:\n" + (folder / "haproxy.log").read_text())
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def cpu_time(pid):
    """Seconds that a process, its threads and all below it have run, finer than clock ticks."""
    nanoseconds = 0
    for one in processes_below(pid):
        for task in pathlib.Path(f"/proc/{one}/task").glob("*/schedstat"):
            nanoseconds += int(task.read_text().split()[0])
    return nanoseconds / 1e9


def shake_hands(pid, target, count, options):
    """Microseconds of the server for each handshake."""
    before = cpu_time(pid)
    done = subprocess.run(
        ["taskset", "-c", str(options.load_cpu), str(BUILD / "bin" / "handshake_load"), "--target", target, "--count",
         str(count), "--at-once", str(options.at_once), *(["--tls12"] if options.tls12 else [])],
        stdout=subprocess.PIPE, text=True, check=True)
    time.sleep(0.3)  # what the server does after the last one is part of it
    result = json.loads(done.stdout)
    if result["failed"]:
        print(f"{result['failed']} of {count} handshakes with {target} failed", file=sys.stderr)
    return (cpu_time(pid) - before) / max(1, result["done"]) * 1e6


def measure(servers, options):
    samples = {name: [] for name in servers}
    for run in range(options.runs + 1):
        for name, (pid, target) in servers.items():
            cost = shake_hands(pid, target, options.count if run else 200, options)
            if run:  # the first one warms up
                samples[name].append(cost)
    return samples


def tell(key, samples):
    ours = samples["ringfence"]
    print(f"{key:4s} ringfence {statistics.median(ours):6.0f} us  [{min(ours):.0f}-{max(ours):.0f}]")
    for name in list(samples)[1:]:
        theirs = samples[name]
        ratio = statistics.median(a / b for a, b in zip(ours, theirs))
        print(f"{key:4s} {name:9s} {statistics.median(theirs):6.0f} us  [{min(theirs):.0f}-{max(theirs):.0f}]"
              f"  ratio {ratio:.2f}, the median of {len(ours)} pairs", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", default="ec,rsa")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--tls12", action="store_true")
    parser.add_argument("--server-cpu", type=int, default=0)
    parser.add_argument("--load-cpu", type=int, default=os.cpu_count() - 1)
    parser.add_argument("--port-base", type=int, default=24000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ringfence-bench-") as temporary:
        folder = pathlib.Path(temporary)
        with Bundle(folder / "ringfence", options.port_base, users=10, cpu=options.server_cpu) as bundle:
            for key in options.keys.split(","):
                certificate = folder / key
                make_certificate(certificate, key)
                serve(bundle, certificate)
                with contextlib.ExitStack() as others:
                    servers = {"ringfence": (bundle.pid, bundle.address("PUBLIC_TLS"))}
                    if shutil.which("haproxy"):
                        servers["haproxy"] = (others.enter_context(haproxy(folder, certificate, options.server_cpu)),
                                              f"127.0.0.1:{HAPROXY_PORT}")
                    if shutil.which("kamailio"):
                        server = Kamailio(folder / "kamailio", certificate, "127.0.0.1", options.server_cpu)
                        servers["kamailio"] = (others.enter_context(server).pid, f"127.0.0.1:{KAMAILIO_TLS}")
                    tell(key, measure(servers, options))


if __name__ == "__main__":
    sys.exit(main())

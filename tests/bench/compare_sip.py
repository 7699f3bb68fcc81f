#!/usr/bin/env python3
"""Ringfence beside kamailio under the same SIP load, in the same run, on one core each: CPU time of all the
server's processes per call or registration. Runs alternate, so that whatever else the machine does falls on both.

  compare_sip.py [--what call-udp,call-tls,register-udp,register-tls] [--runs N] [--seconds S] [--rate N]

Builds nothing: first  cmake --build build/release --target programs sip_load  . Without kamailio (packages kamailio
and kamailio-tls-modules) only Ringfence is measured. kamailio is a proxy that records its route and keeps
registrations in memory; Ringfence is a back-to-back user agent that anchors the media and writes calls, call detail
records and registrations to disk. The last core is the load's, the first one the server's."""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from bundle import BUILD, DID, Bundle

KAMAILIO_UDP, KAMAILIO_TLS = 24100, 24101
UAS_PORT = 24102
TICK = os.sysconf("SC_CLK_TCK")

KAMAILIO = """#!KAMAILIO
debug=0
log_stderror=yes
children=1
socket_workers=1
tcp_children=1
enable_tls=yes
listen=udp:127.0.0.1:{udp}
listen=tls:127.0.0.1:{tls}
auto_aliases=no
loadmodule "tls.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
modparam("tls", "config", "{folder}/tls.cfg")
modparam("usrloc", "db_mode", 0)
modparam("registrar", "max_contacts", 1)
modparam("auth", "qop", "auth")
request_route {{
  if (is_method("REGISTER")) {{
    if (!pv_www_authenticate("{domain}", "pw", "0")) {{ www_challenge("{domain}", "0"); exit; }}
    if (!save("location", "0x04")) sl_reply_error();
    exit;
  }}
  if (has_totag()) {{ if (loose_route()) t_relay(); else sl_send_reply("404", "Not Here"); exit; }}
  record_route();
  if (!t_relay()) sl_reply_error();
}}
"""


class Kamailio:
    """Context: kamailio in the foreground, with the certificate that the bundle's CA made."""

    def __init__(self, folder, certificate, domain, cpu):
        self.folder, self.certificate, self.domain, self.cpu = pathlib.Path(folder), certificate, domain, cpu
        self.process = None

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "tls.cfg").write_text(
            f"[server:default]\nmethod = TLSv1.2+\nverify_certificate = no\nrequire_certificate = no\n"
            f"private_key = {self.certificate}/privkey.pem\ncertificate = {self.certificate}/fullchain.pem\n")
        (self.folder / "kamailio.cfg").write_text(
            KAMAILIO.format(udp=KAMAILIO_UDP, tls=KAMAILIO_TLS, folder=self.folder, domain=self.domain))
        log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            ["taskset", "-c", str(self.cpu), "kamailio", "-DD", "-E", "-f", str(self.folder / "kamailio.cfg"), "-m", "512",
             "-P", str(self.folder / "pid"), "-Y", str(self.folder), "-w", str(self.folder)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        time.sleep(3)
        if self.process.poll() is not None:
            raise SystemExit(f"kamailio does not run; its log: {self.folder}/log")
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait()

    @property
    def pid(self):
        return self.process.pid


def processes_below(pid):
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += processes_below(int(child))
    return found


def cpu_seconds(pid):
    """User and system time of a process and all below it."""
    ticks = 0
    for one in processes_below(pid):
        try:
            fields = pathlib.Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICK


def put_load(pid, cpu, arguments):
    """One run: (microseconds of the server for each that was done, the driver's report)."""
    driver = subprocess.Popen(["taskset", "-c", str(cpu), str(BUILD / "bin" / "sip_load"), *arguments],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in driver.stderr:
        if line.startswith("READY"):
            break
    before = cpu_seconds(pid)
    report, complaint = driver.communicate()
    if driver.returncode != 0:
        raise SystemExit(f"sip_load: {complaint}")
    time.sleep(0.5)  # what the server does after the last message is part of it
    result = json.loads(report)
    return (cpu_seconds(pid) - before) / max(1, result["done"]) * 1e6, result


def measure(what, servers, options):
    mode, protocol = what.split("-")
    rate = options.rate or (300 if mode == "call" else 1000)
    samples = {name: [] for name in servers}
    failed = dict.fromkeys(servers, 0)
    for run in range(options.runs + 1):
        for name, (pid, place) in servers.items():
            arguments = ["--mode", mode, "--proto", protocol, "--rate", str(rate), "--uas-port", str(UAS_PORT),
                         "--seconds", str(options.seconds if run else 1), *place(mode, protocol)]
            cost, report = put_load(pid, options.load_cpu, arguments)
            if run:  # the first one warms up
                samples[name].append(cost)
                failed[name] += report["failed"]
    return rate, {name: statistics.median(costs) for name, costs in samples.items()}, failed


def place_of_ringfence(bundle):
    def place(mode, protocol):
        if mode == "call":
            return ["--target", bundle.address(f"TRUNK_{protocol.upper()}"),
                    "--ruri", f"sip:{DID}@{bundle.address('TRUNK_UDP')}"]
        return ["--target", bundle.address(f"PUBLIC_{protocol.upper()}"), "--domain", bundle.env["DOMAIN"]]
    return place


def place_of_kamailio(domain):
    def place(mode, protocol):
        port = KAMAILIO_UDP if protocol == "udp" else KAMAILIO_TLS
        target = ["--target", f"127.0.0.1:{port}"]
        return target + (["--ruri", f"sip:{DID}@127.0.0.1:{UAS_PORT}"] if mode == "call" else ["--domain", domain])
    return place


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--what", default="call-udp,call-tls,register-udp,register-tls")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rate", type=float, help="a second (default 300 calls, 1000 registrations)")
    parser.add_argument("--server-cpu", type=int, default=0)
    parser.add_argument("--load-cpu", type=int, default=os.cpu_count() - 1)
    parser.add_argument("--port-base", type=int, default=24000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ringfence-bench-") as folder:
        with Bundle(pathlib.Path(folder) / "ringfence", options.port_base, UAS_PORT, cpu=options.server_cpu) as bundle:
            servers = {"ringfence": (bundle.pid, place_of_ringfence(bundle))}
            if not shutil.which("kamailio"):
                compare(servers, options)
                return
            domain = bundle.env["DOMAIN"]
            certificate = pathlib.Path(bundle.env["CERTS"]) / "default"
            with Kamailio(pathlib.Path(folder) / "kamailio", certificate, domain, options.server_cpu) as kamailio:
                servers["kamailio"] = (kamailio.pid, place_of_kamailio(domain))
                compare(servers, options)


def compare(servers, options):
    print(f"{'what':14s} {'rate/s':>7s} {'ringfence us':>13s} {'kamailio us':>12s} {'ratio':>6s}  failed")
    for what in options.what.split(","):
        rate, cost, failed = measure(what, servers, options)
        ours, theirs = cost["ringfence"], cost.get("kamailio")
        beside = f"{theirs:12.0f} {ours / theirs:6.2f}" if theirs else f"{'-':>12s} {'-':>6s}"
        print(f"{what:14s} {rate:7.0f} {ours:13.0f} {beside}  {sum(failed.values())}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

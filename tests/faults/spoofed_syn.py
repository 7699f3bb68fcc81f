"""SYNs from addresses that answer nobody. Needs a raw socket and a network of the test's own."""

import pathlib
import socket
import struct
import subprocess

NOBODY = "12.0.0.0/8"
SYN = 2


def prepare():
    """What is sent to the made-up sources is lost on its way, as in the wild."""
    subprocess.run(["ip", "route", "add", NOBODY, "dev", "lo"], check=True)


def checksum(octets):
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def segment(source, source_port, to, port):
    ends = socket.inet_aton(source) + socket.inet_aton(to)
    fields = (source_port, port, 1, 0, 5 << 4, SYN, 64240)
    length = struct.calcsize("!HHIIBBHHH")
    bare = struct.pack("!HHIIBBHHH", *fields, 0, 0)
    tcp = struct.pack("!HHIIBBHHH", *fields, checksum(ends + struct.pack("!BBH", 0, socket.IPPROTO_TCP, length) + bare), 0)
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, 0, 0, 64, socket.IPPROTO_TCP, 0) + ends + tcp


def flood(to, port, count):
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        for number in range(count):
            source = f"12.0.{number // 250}.{number % 250 + 1}"
            raw.sendto(segment(source, 1024 + number, to, port), (to, 0))


def cookies_sent():
    names, values = [line.split() for line in pathlib.Path("/proc/net/netstat").read_text().splitlines()
                     if line.startswith("TcpExt:")]
    return int(values[names.index("SyncookiesSent")])

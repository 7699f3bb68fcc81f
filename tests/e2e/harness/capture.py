"""What crosses the loopback while a test does something, by tcpdump."""

import signal
import struct
import subprocess


def packets(path):
    """(protocol, source port, destination port, payload) of each IPv4 packet in a pcap file."""
    octets = path.read_bytes()
    order = "<" if octets[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    link = struct.unpack(order + "I", octets[20:24])[0]
    assert link == 1, f"link type {link}"
    position = 24
    while position + 16 <= len(octets):
        length = struct.unpack(order + "I", octets[position + 8:position + 12])[0]
        frame = octets[position + 16:position + 16 + length]
        position += 16 + length
        if frame[12:14] != b"\x08\x00":
            continue
        ip = frame[14:]
        header = (ip[0] & 15) * 4
        total = struct.unpack("!H", ip[2:4])[0]
        segment = ip[header:total]
        source, destination = struct.unpack("!HH", segment[:4])
        data = segment[8:] if ip[9] == 17 else segment[(segment[12] >> 4) * 4:]
        yield {6: "tcp", 17: "udp"}.get(ip[9]), source, destination, data


class Capture:
    """Context: what is `seen` afterwards, as packets() gives it."""

    def __init__(self, folder):
        self.path = folder / "capture.pcap"
        self.seen = []

    def __enter__(self):
        self.tcpdump = subprocess.Popen(
            ["tcpdump", "-i", "lo", "-U", "-w", self.path, "-s", "0", "-B", "16384", "ip"], stderr=subprocess.PIPE,
            text=True)
        while "listening on" not in self.tcpdump.stderr.readline():
            if self.tcpdump.poll() is not None:
                raise RuntimeError("tcpdump does not run")
        return self

    def __exit__(self, *exception):
        self.tcpdump.send_signal(signal.SIGINT)
        self.tcpdump.wait(10)
        self.tcpdump.stderr.close()
        self.seen = list(packets(self.path))

    def on_tcp(self, ports):
        return [data for kind, source, destination, data in self.seen
                if kind == "tcp" and {source, destination} & set(ports)]

    def rtp(self, low, high):
        """RTP and SRTP (RFC 5761 §4 tells RTCP apart) to and from these ports."""
        return [data for kind, source, destination, data in self.seen
                if kind == "udp" and (low <= source <= high or low <= destination <= high)
                and len(data) >= 12 and data[0] >> 6 == 2 and not 64 <= data[1] & 0x7F <= 95]


def looks_plain(rtp):
    """Whether the 20 ms of a tone in A-law lie bare in it: noise has more different octets."""
    return len(set(rtp[12:172])) < 60

"""A capture of the loopback during an encrypted call: no plaintext RTP, no SIP in clear on a TLS port."""

import re
import signal
import struct
import subprocess
import unittest

from harness.scene import Scene

SIP = re.compile(rb"SIP/2\.0|INVITE sips?:|REGISTER sips?:")


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


class Capture(Scene):
    port_base = 20000

    def capture(self, call):
        path = self.work / "capture.pcap"
        tcpdump = subprocess.Popen(["tcpdump", "-i", "lo", "-U", "-w", path, "-s", "0", "-B", "16384", "ip"],
                                   stderr=subprocess.PIPE, text=True)
        self.stack.callback(tcpdump.stderr.close)
        while "listening on" not in tcpdump.stderr.readline():
            self.assertIsNone(tcpdump.poll(), "tcpdump does not run")
        call()
        tcpdump.send_signal(signal.SIGINT)
        tcpdump.wait(10)
        return list(packets(path))

    def test_an_encrypted_call_shows_nothing(self):
        def call():
            done = self.bundle.ctl("selftest", check=False)
            self.assertEqual(done.returncode, 0, done.stdout + self.bundle.log_tail())
        seen = self.capture(call)
        tls_ports = {int(self.bundle["PUBLIC_TLS"]), int(self.bundle["TRUNK_TLS"])}
        on_tls = [data for kind, source, destination, data in seen
                  if kind == "tcp" and {source, destination} & tls_ports]
        self.assertGreater(sum(map(len, on_tls)), 2000, "the call's signalling is not in the capture")
        self.assertFalse([data for data in on_tls if SIP.search(data)])

        low, high = self.bundle.rtp_ports
        media = [data for kind, source, destination, data in seen
                 if kind == "udp" and (low <= source <= high or low <= destination <= high)]
        rtp = [data for data in media if len(data) >= 12 and data[0] >> 6 == 2 and not 64 <= data[1] & 0x7F <= 95]
        self.assertGreater(len(rtp), 200, "the call's media is not in the capture")
        # A-law in clear: 160 octets of payload and nothing behind them. SRTP carries a tag of 10 octets,
        # and its payload has as many different octets as noise has; a tone has few.
        self.assertEqual({len(data) for data in rtp}, {12 + 160 + 10})
        poor = [data for data in rtp if len(set(data[12:172])) < 60]
        self.assertFalse(poor, f"{len(poor)} of {len(rtp)} packets look like plaintext")


if __name__ == "__main__":
    unittest.main()

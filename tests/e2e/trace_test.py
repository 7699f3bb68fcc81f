"""ringfencectl trace, calls and registrations on a running bundle: an encrypted call between two baresip
phones, on the terminal, in a capture that tshark decodes, and at a HEP collector. R124: what the phones
really used as keys and digest responses is looked for in all of them, and in the log."""

import base64
import json
import re
import socket
import subprocess
import unittest

from harness.homer import Homer
from harness.scene import Scene, need

LONG_OPTIONS = """OPTIONS sip:{domain} SIP/2.0\r
Via: SIP/2.0/{transport} {own};branch=z9hG4bKlong{transport}\r
Max-Forwards: 70\r
From: <sip:x@{domain}>;tag=1\r
To: <sip:{domain}>\r
Call-ID: long-{transport}\r
CSeq: 1 OPTIONS\r
Subject: {subject}\r
Content-Length: 0\r
\r
"""
KEY = re.compile(rb"inline:([A-Za-z0-9+/=]{20,})")
RESPONSE = re.compile(rb'(?:c?nonce|response|opaque)="?([^",\s]+)')


def octets(line):
    if "message_base64" in line:
        return base64.b64decode(line["message_base64"])
    return line["message"].encode()


class Trace(Scene):
    port_base = 24000

    @classmethod
    def setUpClass(cls):
        need("tshark")
        super().setUpClass()

    def setUp(self):
        super().setUp()
        self.srtp("required", "alice", "bob")

    def call(self, alice, bob):
        alice.dial(f"sip:bob@{self.bundle['DOMAIN']}")
        alice.wait_event("CALL_ESTABLISHED")
        bob.wait_event("CALL_ESTABLISHED")

    def hang_up(self, alice, bob):
        alice.hang_up()
        bob.wait_event("CALL_CLOSED")

    def held(self, *subject):
        """The messages that sip-core still holds, as objects."""
        done = self.bundle.ctl("trace", *subject, "--seconds", "0", "--json")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(lines[-1], {"kind": "live"})
        return [line for line in lines if line["kind"] == "message"]

    def secrets_of(self, *phones):
        """Keys and digest answers that went over the wire, as the phones' own SIP logs have them."""
        found = set()
        for phone in phones:
            log = (phone.folder / "log.txt").read_bytes()
            found.update(KEY.findall(log))
            found.update(value for value in RESPONSE.findall(log) if len(value) >= 8)
        return found

    def test_a_call_is_shown_on_both_legs_and_nothing_secret_with_it(self):
        """R124."""
        alice = self.phone("alice", 1, sip_trace=True)
        bob = self.phone("bob", 2, sip_trace=True)
        self.call(alice, bob)
        calls = json.loads(self.bundle.ctl("calls", "--json").stdout)
        self.assertEqual(len(calls), 1)
        self.assertEqual((calls[0]["from"], calls[0]["to"], calls[0]["state"]), ("alice", "bob", "answered"))
        for leg in ("a", "b"):
            self.assertEqual((calls[0][leg]["transport"], calls[0][leg]["srtp"]),
                             ("tls", "AES_CM_128_HMAC_SHA1_80"))
        self.assertRegex(self.bundle.ctl("calls").stdout, r"alice +bob +- +answered .*tls +SRTP +tls +SRTP")
        registrations = json.loads(self.bundle.ctl("registrations", "--json").stdout)
        self.assertEqual({row["extension"] for row in registrations}, {"alice", "bob"})
        self.hang_up(alice, bob)

        near, far = calls[0]["a"]["call_id"], calls[0]["b"]["call_id"]
        capture = self.work / "call.pcap"
        ladder = self.bundle.ctl("trace", near, "--seconds", "20", "--pcap", str(capture)).stdout
        for row in (r"\|--- INVITE SDP -+>\| +\|$", r"\| +\|--- INVITE SDP -+>\| 127", r"\| +\|<-- 200 \S+ \(INVITE\) SDP",
                    r"tls +\|<-- 200 OK \(INVITE\) SDP", r"\|--- BYE -+>\| +\|$", r"\| +\|--- BYE -+>\| 127"):
            self.assertRegex(ladder, re.compile(row, re.M))
        whole = self.bundle.ctl("trace", far, "--seconds", "20", "--full").stdout
        self.assertIn("inline:********", whole)
        self.assertIn('response="********', whole)

        decoded = subprocess.run(
            ["tshark", "-r", capture, "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-Y", "sip",
             "-T", "fields", "-e", "sip.Method", "-e", "sip.Status-Code", "-e", "tcp.checksum.status", "-e",
             "ip.checksum.status"], check=True, capture_output=True, text=True).stdout
        rows = [tuple(line.split("\t")) for line in decoded.splitlines()]
        self.assertEqual({row[2:] for row in rows}, {("1", "1")}, "valid checksums")
        self.assertEqual([method for method, *_ in rows].count("INVITE"), 3, "challenged, with credentials, far leg")
        self.assertEqual([method for method, *_ in rows].count("BYE"), 2)
        self.assertEqual(len(rows), sum("|" in line for line in ladder.splitlines()))

        secrets = self.secrets_of(alice, bob)
        self.assertGreaterEqual(len(secrets), 8, "keys and digests of both phones are known")
        exported = b"".join(octets(line) for line in self.held())
        for name, text in (("ladder", ladder.encode()), ("whole messages", whole.encode()), ("JSON", exported),
                           ("capture", capture.read_bytes()), ("log", self.bundle.log_path.read_bytes())):
            self.assertFalse([s for s in secrets if s in text], f"a secret is in the {name}")

    def test_a_trace_follows_a_call_live_to_its_end(self):
        alice = self.phone("alice", 1)
        bob = self.phone("bob", 2)
        follower = subprocess.Popen([self.bundle["CTL"], "--run", self.bundle["RUN"], "trace", "alice", "--json"],
                                    stdout=subprocess.PIPE, text=True)
        self.stack.callback(follower.stdout.close)
        self.stack.callback(follower.kill)
        self.bundle.wait_log(r"a trace started uid=\d+ of=alice")
        self.call(alice, bob)
        seen = []
        for line in follower.stdout:
            seen.append(json.loads(line))
            if seen[-1].get("label") == "ACK" and seen[-1]["leg"] == "b":
                break
        self.assertEqual(len({line["call"] for line in seen if line.get("leg")}), 1, "both legs are one call")
        call_id = next(line["call_id"] for line in seen if line.get("leg") == "b")
        one_call = subprocess.Popen([self.bundle["CTL"], "--run", self.bundle["RUN"], "trace", call_id],
                                    stdout=subprocess.PIPE, text=True)
        self.bundle.wait_log(rf"a trace started uid=\d+ of={re.escape(call_id)}")
        self.hang_up(alice, bob)
        text = one_call.communicate(timeout=20)[0]
        self.assertEqual(one_call.returncode, 0, "it ends with the call")
        self.assertRegex(text, re.compile(r"200 OK \(BYE\)[^\n]*\n\Z"))
        self.bundle.wait_log(rf"a trace ended uid=\d+ of={re.escape(call_id)} messages=\d+ reason=\"the call is over\"")
        follower.terminate()
        self.assertEqual(follower.wait(10), 0, "SIGTERM and Ctrl-C end it in order")
        self.bundle.wait_log(r"a trace ended uid=\d+ of=alice .*reason=\"the reader went\"")

    def test_messages_longer_than_a_packet_come_whole_out_of_a_capture(self):
        address, port = self.bundle["ADDR"], int(self.bundle["PUBLIC_UDP"])
        for transport, kind in (("UDP", socket.SOCK_DGRAM), ("TCP", socket.SOCK_STREAM)):
            with socket.socket(socket.AF_INET, kind) as peer:
                peer.settimeout(10)
                peer.connect((address, port))
                own = "%s:%d" % peer.getsockname()
                peer.send(LONG_OPTIONS.format(domain=self.bundle["DOMAIN"], transport=transport, own=own,
                                              subject="long " * 800).encode())
                self.assertIn(b"SIP/2.0 200", peer.recv(65536))
        capture = self.work / "long.pcap"
        self.bundle.ctl("trace", "--seconds", "0", "--pcap", str(capture))
        decoded = subprocess.run(
            ["tshark", "-r", capture, "-o", "udp.check_checksum:TRUE", "-Y", 'sip.Call-ID contains "long-"', "-T", "fields",
             "-e", "sip.Call-ID", "-e", "sip.Method", "-e", "sip.Status-Code", "-e", "sip.Subject", "-e", "udp.checksum.status"],
            check=True, capture_output=True, text=True).stdout
        rows = [line.split("\t") for line in decoded.splitlines()]
        self.assertEqual([row[:3] for row in rows],
                         [["long-UDP", "OPTIONS", ""], ["long-UDP", "", "200"], ["long-TCP", "OPTIONS", ""],
                          ["long-TCP", "", "200"]])
        self.assertEqual([len(row[3].strip()) for row in rows], [3999, 0, 3999, 0])
        self.assertEqual({row[4] for row in rows[:2]}, {"1"}, "valid over all fragments")

    def test_what_nobody_knows_is_refused_in_words(self):
        done = self.bundle.ctl("trace", "carol", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("neither a call that is known nor an extension", done.stdout)

    def test_a_collector_gets_both_legs_under_one_correlation_id(self):
        """R124 at the collector; its password never in the log or in a list."""
        collector = Homer(port=self.port_base + 190)
        self.stack.callback(collector.stop)
        off = [("hep_server", ""), ("hep_password", ""), ("hep_capture_id", "2001")]
        for key, value in off:
            self.stack.callback(self.bundle.ctl, "setting", "set", key, value)
        self.bundle.ctl("setting", "set", "hep_password", "homer-secret")
        self.bundle.ctl("setting", "set", "hep_capture_id", "4711")
        self.bundle.ctl("setting", "set", "hep_server", f"127.0.0.1:{collector.port}")
        self.bundle.wait_log(rf"messages are sent to a HEP collector, secrets masked server=127.0.0.1:{collector.port}")
        alice = self.phone("alice", 1, sip_trace=True)
        bob = self.phone("bob", 2, sip_trace=True)
        self.call(alice, bob)
        self.hang_up(alice, bob)
        packets = collector.wait(lambda ps: sum(p["payload"].startswith(b"BYE ") for p in ps) >= 2, "two BYEs")
        self.assertEqual({(p["password"], p["capture_id"], p["type"], p["protocol"]) for p in packets},
                         {(b"homer-secret", 4711, 1, 6)})
        invites = [p for p in packets if p["payload"].startswith(b"INVITE ")]
        byes = {p["correlation"] for p in packets if p["payload"].startswith(b"BYE ")}
        self.assertEqual(len(byes), 1, "both legs under one id")
        call_ids = {re.search(rb"Call-ID: *(\S+)", p["payload"]).group(1) for p in invites
                    if p["correlation"] in byes}
        self.assertEqual(len(call_ids), 2)
        secrets = self.secrets_of(alice, bob)
        self.assertGreaterEqual(len(secrets), 8)
        everything = b"".join(collector.raw)
        self.assertFalse([s for s in secrets if s in everything])
        for text in (self.bundle.log_path.read_text(), self.bundle.ctl("setting", "list").stdout,
                     self.bundle.ctl("setting", "show", "hep_password", "--json").stdout):
            self.assertNotIn("homer-secret", text)
        self.assertEqual(self.decoded_by_tshark(packets), [p["payload"].split(b" ")[0].decode() if not
                                                           p["payload"].startswith(b"SIP/2.0") else ""
                                                           for p in packets])

    def decoded_by_tshark(self, packets):
        """The methods that tshark finds in the payloads; empty for a response. (It does not know HEP itself.)"""
        dump, capture = self.work / "hep.txt", self.work / "hep.pcap"
        dump.write_text("".join("000000 " + " ".join(f"{octet:02x}" for octet in packet["payload"]) + "\n"
                                for packet in packets))
        subprocess.run(["text2pcap", "-q", "-u", "5060,5060", dump, capture], check=True, capture_output=True)
        decoded = subprocess.run(["tshark", "-r", capture, "-Y", "sip", "-T", "fields", "-e", "sip.Method"],
                                 check=True, capture_output=True, text=True).stdout
        return decoded.split("\n")[:-1]


if __name__ == "__main__":
    unittest.main()

"""What an operator does by hand while the box runs: access rules, and the long way to stop."""

import os
import socket
import ssl
import threading
import time
import unittest

from harness.scene import Scene


def options(number, transport):
    return (f"OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/{transport} 127.0.0.1:9;branch=z9hG4bKop{number};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:a@b.test>;tag={number}\r\nTo: <sip:127.0.0.1>\r\nCall-ID: op{number}\r\n"
            f"CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n").encode()


class AccessRules(Scene):
    port_base = 12000
    asked = 0

    def answer(self, transport, silence):
        """The status of an answer to OPTIONS over that transport; None: silence, once the rule has been logged."""
        AccessRules.asked += 1
        port = int(self.bundle["PUBLIC_TLS" if transport == "TLS" else "PUBLIC_UDP"])
        kind = socket.SOCK_DGRAM if transport == "UDP" else socket.SOCK_STREAM
        peer = socket.socket(socket.AF_INET, kind)
        peer.settimeout(10)
        peer.connect(("127.0.0.1", port))
        if transport == "TLS":
            context = ssl.create_default_context(cafile=self.bundle["CA"])
            peer = context.wrap_socket(peer, server_hostname=self.bundle["DOMAIN"])
        with peer:
            peer.sendall(options(AccessRules.asked, transport))
            if silence:
                self.bundle.wait_log(rf"\[acl-deny\] .*call-id=op{AccessRules.asked}\n")
                peer.setblocking(False)
            try:
                return int(peer.recv(4096).split()[1])
            except BlockingIOError:
                return None

    def answers(self, silent=()):
        return {transport: self.answer(transport, transport in silent) for transport in ("UDP", "TCP", "TLS")}

    def test_rules_hold_for_every_transport_as_soon_as_they_are_written(self):
        """F120: and a rule without `force` locks nobody out."""
        everybody = {"UDP": 200, "TCP": 200, "TLS": 200}
        self.bundle.sql("INSERT INTO acl_rules(action, kind, pattern) VALUES('deny', 'cidr', '0.0.0.0/0')")
        self.stack.callback(self.bundle.wait_applied)
        self.stack.callback(self.bundle.sql, "DELETE FROM acl_rules")
        self.bundle.wait_applied()
        self.assertEqual(self.answers(), everybody)
        self.bundle.sql("UPDATE acl_rules SET force = 1")
        self.bundle.wait_applied()
        self.assertEqual(self.answers(silent=("UDP",)), {"UDP": None, "TCP": 403, "TLS": 403})
        self.assertIn("refused by rule", self.bundle.ctl("acl", "explain", "127.0.0.1").stdout)
        self.bundle.wait_log(r"\[acl-deny\] .*kind=cidr remote=127\.0\.0\.1")
        self.bundle.sql("INSERT INTO acl_rules(action, kind, pattern, priority) VALUES('allow', 'ip', '127.0.0.1', 1)")
        self.bundle.wait_applied()
        self.assertEqual(self.answers(), everybody)

    def test_shadow_mode_counts_and_refuses_nobody(self):
        self.stack.callback(self.bundle.wait_applied)
        self.stack.callback(self.bundle.ctl, "setting", "set", "acl_mode", "enforce")
        self.stack.callback(self.bundle.wait_applied)
        self.stack.callback(self.bundle.sql, "DELETE FROM acl_rules")
        self.bundle.ctl("setting", "set", "acl_mode", "shadow")
        self.bundle.wait_applied()  # one change at a time: else the first alone may be waited for
        self.bundle.sql("INSERT INTO acl_rules(action, kind, pattern, force) VALUES('deny', 'cidr', '0.0.0.0/0', 1)")
        self.bundle.wait_applied()
        start = self.bundle.log_path.stat().st_size
        self.assertEqual(self.answers(), {"UDP": 200, "TCP": 200, "TLS": 200})
        self.bundle.wait_log(r"\[acl-shadow\] .*kind=cidr", start=start)
        self.assertNotIn("[acl-deny]", self.bundle.log_path.read_text()[start:])
        self.bundle.wait_health(lambda d: any(w["column"] == "acl_mode" for w in d["config"]["warnings"]),
                                "health says that the rules are only counted")


class Draining(Scene):
    port_base = 12000

    def test_the_last_call_ends_the_box_and_no_new_one_begins(self):
        alice = self.phone("alice", 1, tone=440, transport="tcp", media=None)
        bob = self.phone("bob", 2, tone=620, transport="tcp", media=None)
        alice.dial(f"sip:bob@{self.bundle['DOMAIN']}")
        alice.wait_event("CALL_ESTABLISHED")
        told = []
        drain = threading.Thread(target=lambda: told.append(self.bundle.ctl("drain", timeout=60)))
        drain.start()
        self.bundle.wait_health(lambda d: d["draining"], "it drains")
        bob.dial(f"sip:alice@{self.bundle['DOMAIN']}")
        self.assertIn("503", bob.wait_event("CALL_CLOSED")["param"])
        self.talk(alice, bob)
        self.assertTrue(drain.is_alive())
        alice.hang_up()
        drain.join(30)
        self.assertIn("no new calls are taken; 1 left", told[0].stdout)
        self.assertIn("Ringfence has ended", told[0].stdout)
        deadline = time.monotonic() + 10
        while os.path.exists(f"/proc/{self.bundle['PID']}") and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertFalse(os.path.exists(f"/proc/{self.bundle['PID']}"))


if __name__ == "__main__":
    unittest.main()

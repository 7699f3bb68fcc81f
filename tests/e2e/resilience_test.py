"""kill -9 to each part: it is back in under a second, and what it held is there or is made anew.

Faults: F-numbers of the crash group are named where a test covers one."""

import unittest

from harness.scene import Scene


class Resilience(Scene):
    port_base = 8000

    def selftest(self):
        done = self.bundle.ctl("selftest", "--seconds", "1", check=False)
        self.assertEqual(done.returncode, 0, done.stdout + self.bundle.log_tail())

    def kill_and_selftest(self, name):
        took = self.bundle.kill(name)
        self.assertLess(took, 1.0, f"{name} took {took:.2f} s to come back")
        self.bundle.wait_health(lambda d: d["status"] == "ok", "all is well again")
        self.selftest()

    def test_tls_front(self):
        self.kill_and_selftest("tls-front")

    def test_sip_core(self):
        self.kill_and_selftest("sip-core")

    def test_media_worker(self):
        self.kill_and_selftest("media-worker-0")

    def test_bindings_and_calls_outlive_sip_core(self):
        self.srtp("required", "alice", "bob")
        alice = self.phone("alice", 1, tone=440)
        bob = self.phone("bob", 2, tone=620)
        alice.dial(f"sip:bob@{self.bundle['DOMAIN']}")
        alice.wait_event("CALL_ESTABLISHED")
        bob.wait_event("CALL_ESTABLISHED")
        self.talk(alice, bob, seconds=1)
        self.bundle.kill("sip-core")
        self.bundle.wait_health(lambda d: d["status"] == "ok" and d["registrations"]["active"] == 2
                                and d["calls"]["active"] == 1, "bindings and the call are restored")
        # The audio never stopped, a BYE still finds its dialog, and a call finds its phone.
        self.talk(alice, bob, seconds=3)
        alice.hang_up()
        bob.wait_event("CALL_CLOSED")
        self.assert_hears(bob, 440)
        bob.dial(f"sip:alice@{self.bundle['DOMAIN']}")
        bob.wait_event("CALL_ESTABLISHED")
        bob.hang_up()
        alice.wait_event("CALL_CLOSED")

    def test_a_call_whose_media_worker_died_ends(self):
        self.srtp("required", "alice", "bob")
        alice = self.phone("alice", 1)
        bob = self.phone("bob", 2)
        alice.dial(f"sip:bob@{self.bundle['DOMAIN']}")
        alice.wait_event("CALL_ESTABLISHED")
        bob.wait_event("CALL_ESTABLISHED")
        for process in self.bundle.health()[1]["processes"]:
            if process["name"].startswith("media-worker"):
                self.bundle.kill(process["name"])
        alice.wait_event("CALL_CLOSED", seconds=6)
        bob.wait_event("CALL_CLOSED", seconds=6)


if __name__ == "__main__":
    unittest.main()

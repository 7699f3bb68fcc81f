"""kill -9 to each part: it is back, and what it held is there or is made anew.

Faults: F-numbers of the crash group are named where a test covers one."""

import unittest

from harness.scene import Scene


class CallScene(Scene):
    port_base = 8000

    def secured_call(self):
        self.srtp("required", "alice", "bob")
        alice = self.phone("alice", 1, tone=440)
        bob = self.phone("bob", 2, tone=620)
        alice.dial(f"sip:bob@{self.bundle['DOMAIN']}")
        alice.wait_event("CALL_ESTABLISHED")
        bob.wait_event("CALL_ESTABLISHED")
        return alice, bob

    def kill_media_workers(self):
        for process in self.bundle.health()[1]["processes"]:
            if process["name"].startswith("media-worker"):
                self.bundle.kill(process["name"])


class CrashLoop(CallScene):
    def test_f005_a_call_over_which_media_workers_die_again_and_again_ends(self):
        alice, bob = self.secured_call()
        for _ in range(4):
            self.kill_media_workers()
        alice.wait_event("CALL_CLOSED", seconds=10)
        bob.wait_event("CALL_CLOSED", seconds=10)


class Resilience(CallScene):
    def selftest(self):
        done = self.bundle.ctl("selftest", "--seconds", "1", check=False)
        self.assertEqual(done.returncode, 0, done.stdout + self.bundle.log_tail())

    def kill_and_selftest(self, name):
        self.bundle.kill(name)
        self.bundle.wait_health(lambda d: d["status"] == "ok", "all is well again")
        self.selftest()

    def test_tls_front(self):
        self.kill_and_selftest("tls-front")

    def test_key_keeper(self):
        self.kill_and_selftest("key-keeper")

    def test_sip_core(self):
        self.kill_and_selftest("sip-core")

    def test_media_worker(self):
        self.kill_and_selftest("media-worker-0")

    def test_bindings_and_calls_outlive_sip_core(self):
        alice, bob = self.secured_call()
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

    def test_f005_a_call_outlives_its_media_worker(self):
        alice, bob = self.secured_call()
        self.talk(alice, bob, seconds=1)
        self.kill_media_workers()
        self.bundle.wait_health(lambda d: d["status"] == "ok" and d["calls"]["active"] == 1, "the call goes on")
        # The same keys, counted on from where they were: each phone would drop a repeated index.
        self.talk(alice, bob, seconds=4)
        alice.hang_up()
        bob.wait_event("CALL_CLOSED")
        self.assert_hears(bob, 440)
        self.assert_hears(alice, 620)


if __name__ == "__main__":
    unittest.main()

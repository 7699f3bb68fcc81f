"""kill -9 to each part: it is back, and what it held is there or is made anew.

Faults: F-numbers of the crash group are named where a test covers one."""

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import unittest
import urllib.request

from harness.bundle import BUILD
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


class ManyCalls(Scene):
    port_base = 8000
    environment = {"RINGFENCE_MEDIA_WORKERS": "1"}
    calls = 100

    def test_f005_a_hundred_calls_outlive_their_media_worker(self):
        """Each stream is decrypted by libsrtp2, which refuses an index that it has seen."""
        bundle = self.bundle
        tenant = bundle.sql("SELECT id FROM tenants WHERE name = 'demo'")[0][0]
        uas = self.port_base + 190
        for label, port, sources in (("callers", 1, "127.0.0.1/32"), ("called", uas, "127.255.255.255/32")):
            bundle.sql("INSERT INTO trunks(tenant_id, label, host, port, source_cidrs, srtp) VALUES(?, ?, '127.0.0.1', ?, ?, 1)",
                       tenant, label, port, sources)
        bundle.sql("INSERT INTO dids(tenant_id, number, target) VALUES(?, '100', 'trunk:called')", tenant)
        bundle.wait_applied()
        target = f"127.0.0.1:{bundle['TRUNK_UDP']}"
        load = subprocess.Popen(
            [BUILD / "bin" / "sip_load", "--audio", "--target", target, "--ruri", f"sip:100@{target}", "--uas-port",
             str(uas), "--rate", str(self.calls), "--seconds", "1", "--hold", "6000"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.stack.callback(load.kill)
        bundle.wait_health(lambda d: d["calls"]["active"] == self.calls, "all calls are up")
        bundle.kill("media-worker-0")
        result = json.loads(load.communicate(timeout=60)[0])
        self.assertEqual((result["done"], result["failed"]), (self.calls, 0), result)
        audio = result["audio"]
        self.assertEqual((audio["streams"], audio["unsecured"], audio["silent"], audio["refused"]),
                         (2 * self.calls, 0, 0, 0), result)
        # Six seconds of 50 packets each way, but for what fell into the gap.
        self.assertGreater(audio["received"], 2 * self.calls * 200, result)


class StateScene(CallScene):
    def open_state(self):
        return contextlib.closing(
            sqlite3.connect(f"{self.bundle['STATE']}/state.db", timeout=10, isolation_level=None))

    def state(self, statement):
        with self.open_state() as connection:
            return connection.execute(statement).fetchall()


class LockedState(StateScene):
    def busy(self):
        with urllib.request.urlopen(self.bundle["HTTP"] + "/metrics", timeout=5) as answer:
            return re.search(r"^ringfence_reg_store_busy_total\S* [1-9]", answer.read().decode(), re.M)

    def test_f027_another_process_that_holds_state_db_stops_no_call(self):
        alice = self.phone("alice", 1, transport="tcp", media=None)
        bob = self.phone("bob", 2, transport="tcp", media=None)
        with self.open_state() as other:
            other.execute("BEGIN EXCLUSIVE")
            alice.dial(f"sip:bob@{self.bundle['DOMAIN']}")
            alice.wait_event("CALL_ESTABLISHED")
            self.talk(alice, bob)
            alice.hang_up()
            bob.wait_event("CALL_CLOSED")
            self.bundle.wait_log(r"ERR sip-core \[reg-store\] .*err=BUSY")
        self.bundle.wait_health(lambda _: self.busy(), "the metrics tell of it", seconds=15)
        self.assertEqual(self.bundle.ctl("selftest", "--seconds", "1").returncode, 0)
        self.bundle.ctl("calls", "--verify")
        past = json.loads(self.bundle.ctl("calls", "--since", "1h", "--json").stdout)
        self.assertIn("ext:bob", [call["b_party"] for call in past], "the record was written afterwards")


class NewerState(StateScene):
    def test_f032_a_state_of_a_newer_version_is_refused_and_left_as_it_is(self):
        self.phone("alice", 1)
        (ours,), = self.state("PRAGMA user_version")
        self.state("PRAGMA user_version = 99")
        os.kill(self.bundle.process("sip-core")["pid"], signal.SIGKILL)
        self.bundle.wait_health(lambda d: any(e["table"] == "state.db" for e in d["config"]["errors"]), "it says why")
        self.bundle.wait_log(rf"ERR sip-core \[schema\] .*have=99 want={ours}")
        self.assertEqual(self.state("SELECT count(*) FROM bindings"), [(1,)])
        self.assertEqual(self.state("PRAGMA user_version"), [(99,)])
        self.state(f"PRAGMA user_version = {ours}")
        self.bundle.wait_health(lambda d: d["status"] == "ok" and not d["config"]["errors"], "it is back", seconds=20)
        self.assertEqual(self.bundle.bindings(), 1)


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

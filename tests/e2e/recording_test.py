"""deploy/RECORDING.md is true: its commands verify a recording, by ringfencectl and by openssl and sha256sum alone, and
what was done to a copy of it shows in the sentence that the page promises."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import wave

from harness.bundle import BUILD, ROOT
from harness.manual import Shell, commands

PAGE = ROOT / "deploy" / "RECORDING.md"
NAME = "20261126T101500Z-3fa9c1d2"
RECORDING_TOOL = BUILD / "bin" / "make_recording"
CTL = BUILD / "bin" / "ringfencectl"


class Recording(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringfence-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.all = self.folder / "recordings"
        self.make("end", 25)
        self.it = self.all / NAME

    def make(self, how, seconds=0, folder=None, key="signing.pem"):
        subprocess.run([RECORDING_TOOL, folder or self.all, self.folder / key, NAME, str(seconds), how], check=True)

    def verify(self, *more):
        """(exit status, what was printed)."""
        done = subprocess.run([CTL, "recording", "verify", NAME, "--recordings", self.all, *more], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout

    def by_hand(self):
        """The sections of the page's way by openssl and sha256sum alone that fail."""
        page = PAGE.read_text()
        text = page[page.index("## By openssl"):]
        shell = Shell(self.all, {})
        failed = []
        try:
            for _, command, expected in commands(text):
                status, told = shell.run(command)
                if status != 0 or any(line not in told for line in expected):
                    failed.append(command)
        finally:
            shell.close()
        return failed

    def expect_problem(self, sentence, *more):
        status, told = self.verify(*more)
        self.assertEqual(status, 1, told)
        self.assertRegex(told, rf"(?m)^{sentence}$")
        self.assertIn("NOT WHOLE", told)
        self.assertTrue(self.by_hand(), "the steps by hand see nothing")

    def test_every_command_of_the_page_works(self):
        shell = Shell(self.all, {"PATH": f"{BUILD / 'bin'}:/usr/bin:/bin"})
        self.addCleanup(shell.close)
        found = commands(PAGE.read_text())
        self.assertGreater(len(found), 10)
        for number, command, expected in found:
            with self.subTest(f"RECORDING.md:{number}: {command}"):
                status, told = shell.run(command)
                self.assertEqual(status, 0, told)
                for line in expected:
                    self.assertIn(line, told)

    def test_every_sentence_of_the_page_is_one_that_is_tested(self):
        tested = pathlib.Path(__file__).read_text()
        table = re.findall(r"^\| [^|`]+ \| `([^`]+)` \|$", PAGE.read_text(), re.M)
        self.assertGreater(len(table), 7)
        for sentence in table:
            with self.subTest(sentence):
                self.assertIn(re.split(r" \(|…|0003|, on line", sentence)[0].strip(), tested)

    def test_the_sound_is_what_was_said(self):
        seconds = 0
        for path in sorted(self.it.glob("*.wav")):
            with wave.open(str(path)) as sound:
                self.assertEqual((sound.getnchannels(), sound.getsampwidth(), sound.getframerate()), (2, 2, 8000))
                seconds += sound.getnframes() / 8000
        self.assertEqual(seconds, 25)

    def test_one_octet_changed(self):
        path = self.it / "0002.wav"
        octets = bytearray(path.read_bytes())
        octets[5000] ^= 1
        path.write_bytes(octets)
        self.expect_problem("0002.wav was altered: it is not the file that was signed")
        self.assertEqual(self.by_hand(), ["sha256sum --check --strict manifest"])

    def test_a_segment_removed(self):
        (self.it / "0002.wav").unlink()
        self.expect_problem("0002.wav is missing: it was signed, and was removed since")

    def test_a_segment_removed_with_its_lines(self):
        (self.it / "0002.wav").unlink()
        lines = (self.it / "manifest").read_text().splitlines(True)
        place = next(i for i, line in enumerate(lines) if line.endswith("0002.wav\n"))
        (self.it / "manifest").write_text("".join(lines[:place] + lines[place + 3:]))
        self.expect_problem("0002.wav was cut out of the manifest, or moved: 0003.wav stands in its place")

    def test_two_segments_swapped(self):
        one, two = self.it / "0001.wav", self.it / "0002.wav"
        one.rename(self.it / "x")
        two.rename(one)
        (self.it / "x").rename(two)
        self.expect_problem("0001.wav and 0002.wav were swapped: each holds what was signed as the other")

    def test_a_segment_added(self):
        shutil.copy(self.it / "0003.wav", self.it / "0004.wav")
        self.expect_problem("0004.wav was added: the manifest does not know it")

    def test_the_tail_removed(self):
        (self.it / "0003.wav").unlink()
        lines = (self.it / "manifest").read_text().splitlines(True)
        place = next(i for i, line in enumerate(lines) if line.endswith("0003.wav\n"))
        (self.it / "manifest").write_text("".join(lines[:place]))
        self.expect_problem("the end is missing below segment 2: .*the tail was removed")

    def test_a_hash_put_right(self):
        path, manifest = self.it / "0002.wav", self.it / "manifest"
        hash_of = lambda: subprocess.run(["sha256sum", path], check=True, capture_output=True).stdout.decode()[:64]
        before = hash_of()
        path.write_bytes(path.read_bytes()[:-4] + b"ABCD")
        manifest.write_text(manifest.read_text().replace(before, hash_of()))
        self.expect_problem("the manifest was altered at 0002.wav, on line 9 or below: its chain breaks there")

    def test_a_foreign_key(self):
        """All of it signed anew; the key that is trusted is ours."""
        ours = self.folder / "ours.pem"
        shutil.move(self.all / "recorder.pem", ours)
        shutil.rmtree(self.it)
        self.make("end", 25, key="foreign.pem")
        self.assertEqual(self.verify()[0], 0)
        shutil.copy(ours, self.all / "recorder.pem")
        self.expect_problem("the recording is signed with another key: [0-9a-f]{64} instead of [0-9a-f]{64}",
                            "--key", ours)

    def test_a_recorder_that_died_and_came_back(self):
        shutil.rmtree(self.it)
        self.make("die", 25)
        status, told = self.verify("--json")
        self.assertEqual(status, 1)
        self.assertIn("the end is missing below segment 2", json.loads(told)["problems"][0])
        self.make("recover")
        status, told = self.verify("--json")
        self.assertEqual(status, 0, told)
        self.assertEqual((json.loads(told)["state"], json.loads(told)["segments"]), ("interrupted", 3))
        self.assertIn("its recorder died", self.verify()[1])
        with wave.open(str(self.it / "0003.wav")) as sound:
            self.assertEqual(sound.getnframes(), 5 * 8000)
        self.assertFalse([c for c in self.by_hand() if "# end" not in c])

    def test_the_list(self):
        def listed(*more):
            return subprocess.run([CTL, "recording", "list", "--recordings", self.all, *more], check=True,
                                  capture_output=True, text=True).stdout
        self.assertRegex(listed(), rf"{NAME} +demo +sip:alice@demo.example +sip:bob@demo.example +25.0 +complete")
        self.assertEqual(json.loads(listed("--json"))[0]["recording"], NAME)

    def test_what_cannot_be_done_is_said(self):
        for words, status, sentence in (
                (["verify"], 64, "recording is required"),
                (["verify", "nothing"], 1, "there is no recording nothing"),
                (["verify", self.it, "--key", "/nowhere"], 1, "cannot read the public key /nowhere"),
                (["verify", self.it, "--key", self.it / "manifest"], 1, "no public Ed25519 key"),
                (["list", "--recordings", CTL], 1, "cannot read the recordings in"),
                (["list", "--recordings", "/nowhere"], 0, "There are no recordings in /nowhere.")):
            with self.subTest(words):
                done = subprocess.run([CTL, "recording", *words], capture_output=True, text=True)
                self.assertEqual(done.returncode, status)
                self.assertIn(sentence, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()

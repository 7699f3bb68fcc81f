"""A baresip phone: its own folder, a tone as its microphone, a recording of what it hears.

Driven over its control socket (netstrings of JSON); every wait is for an event, with a deadline."""

import json
import pathlib
import re
import socket
import subprocess
import time

from harness import audio

MODULES = "/usr/lib/baresip/modules"
CONFIG = """poll_method epoll
sip_listen {host}:{sip_port}
{extra}net_interface {address}
audio_source aufile,{folder}/tone.wav
audio_player aubridge,sink
audio_alert aubridge,sink
ausrc_srate 48000
auplay_srate 48000
ausrc_channels 1
auplay_channels 1
rtp_ports {rtp_low}-{rtp_high}
rtp_stats yes
call_max_calls 8
call_local_timeout 60
snd_path {folder}/recordings
ctrl_tcp_listen {host}:{control_port}
module_path {modules}
module aufile.so
module aubridge.so
module sndfile.so
module g711.so
module srtp.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
"""


class Phone:
    """`account` is the text after `<sip:…>` of an account line's address."""

    def __init__(self, folder, name, address_of_record, password, *, outbound=None, sip_port, control_port,
                 rtp_low, media="srtp-mand", tone=440, certificate=None, register=True, answer="auto",
                 address="127.0.0.1", sip_trace=False):
        self.name, self.folder = name, pathlib.Path(folder) / name
        self.address, self.control_port = address, control_port
        (self.folder / "recordings").mkdir(parents=True)
        audio.write_tone(self.folder / "tone.wav", tone)
        (self.folder / "config").write_text(CONFIG.format(
            address=address, host=f"[{address}]" if ":" in address else address, sip_port=sip_port,
            extra=f"sip_certificate {certificate}\n" if certificate else "", folder=self.folder, control_port=control_port,
            rtp_low=rtp_low, rtp_high=rtp_low + 40, modules=MODULES))
        options = [f"auth_pass={password}", f"answermode={answer}", "audio_codecs=PCMA/8000/1",
                   f"regint={60 if register else 0}"]
        if media:
            options.append(f"mediaenc={media}")
        if outbound:
            options.append(f'outbound="{outbound}"')
        (self.folder / "accounts").write_text("")
        (self.folder / "contacts").write_text("")
        self.log = open(self.folder / "log.txt", "w", encoding="utf-8")
        self.process = subprocess.Popen(["baresip", *(["-s"] if sip_trace else []), "-f", str(self.folder)], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=subprocess.STDOUT)
        self.events, self.buffer, self.control = [], b"", None
        self._connect()
        # Only now, so that its first REGISTER's outcome is an event that we hear.
        self.command("uanew", f"<{address_of_record}>;{';'.join(options)}")

    def _connect(self):
        deadline = time.monotonic() + 10
        while True:
            try:
                self.control = socket.create_connection((self.address, self.control_port), timeout=10)
                return
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError(f"baresip {self.name} did not start: {self.folder}/log.txt") from None
                time.sleep(0.05)

    def command(self, command, params=""):
        body = json.dumps({"command": command, "params": params, "token": command}).encode()
        self.control.sendall(b"%d:%s," % (len(body), body))

    def dial(self, uri):
        self.events.clear()  # what comes from now on belongs to this call
        self.command("dial", uri)

    def hang_up(self):
        self.command("hangup")

    def _read(self, deadline):
        self.control.settimeout(max(0.01, deadline - time.monotonic()))
        try:
            data = self.control.recv(65536)
        except (TimeoutError, socket.timeout):
            return
        if not data:
            raise RuntimeError(f"baresip {self.name} closed its control socket")
        self.buffer += data
        while b":" in self.buffer:
            size, rest = self.buffer.split(b":", 1)
            if len(rest) < int(size) + 1:
                return
            message = json.loads(rest[:int(size)])
            self.buffer = rest[int(size) + 1:]
            self.events.append(message)

    def wait_event(self, *types, seconds=15):
        """The first event of one of the types since the last wait that returned one."""
        deadline = time.monotonic() + seconds
        while True:
            for index, event in enumerate(self.events):
                if event.get("type") in types:
                    del self.events[:index + 1]
                    return event
            if time.monotonic() > deadline:
                seen = [e.get("type") or e.get("response") or e.get("data") for e in self.events]
                raise AssertionError(f"{self.name}: no {' or '.join(types)} within {seconds} s; seen {seen}; "
                                     f"log: {self.folder}/log.txt")
            self._read(deadline)

    def wait_registered(self, seconds=15):
        return self.wait_event("REGISTER_OK", seconds=seconds)

    def heard(self, frequency):
        """Share of the tone in what the far end sent to us (the newest recording)."""
        found = sorted((self.folder / "recordings").glob("dump-*-dec.wav"), key=lambda p: p.stat().st_mtime)
        if not found:
            raise AssertionError(f"{self.name} recorded nothing: {self.folder}/log.txt")
        return audio.heard_share(found[-1], frequency)

    def sent_octets(self):
        """How much speech it has recorded of its own microphone."""
        found = list((self.folder / "recordings").glob("dump-*-enc.wav"))
        return sum(path.stat().st_size for path in found)

    def packets_received(self):
        """RTP packets of the last call, as baresip counts them at its end."""
        counts = re.findall(r"^packets:\s+\d+\s+(\d+)", (self.folder / "log.txt").read_text(errors="replace"), re.M)
        return int(counts[-1]) if counts else 0

    def stop(self):
        if self.control:
            self.control.close()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()

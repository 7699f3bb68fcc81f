"""linphone's console client as a phone: its own folder, a tone as its microphone, a recording of what it hears.

Driven on its standard input and read on its output; every wait is for a sentence that it prints, with a deadline."""

import os
import pathlib
import pty
import re
import selectors
import subprocess
import time

from harness import audio

# Without auto_net_state_mon=0 it waits for a network that loopback is not.
CONFIG = """[sip]
auto_net_state_mon=0
sip_port={sip_port}
sip_tcp_port={sip_port}
sip_tls_port={tls_port}
use_ipv6=0
verify_server_certs=1
verify_server_cn=0
root_ca={ca}
media_encryption={encryption}
media_encryption_mandatory={mandatory}
srtp_crypto_suites={suites}
keepalive_period=30000
use_info={info}
use_rfc2833={rfc2833}
guess_hostname=0
contact=sip:{user}@127.0.0.1
default_proxy=0
register_only_when_network_is_up=0
register_only_when_upnp_is_ok=0

[rtp]
audio_rtp_port={rtp_low}

[net]
firewall_policy=0

[video]
enabled=0
display=0
capture=0

[misc]
history_max_size=0

[audio_codec_0]
mime=PCMA
rate=8000
enabled=1

[proxy_0]
reg_proxy=<sip:127.0.0.1:{port};transport={transport}>
reg_route=<sip:127.0.0.1:{port};transport={transport}>
reg_identity=sip:{user}@{domain}
reg_expires=120
reg_sendregister=1
publish=0

[auth_info_0]
username={user}
passwd={password}
realm={domain}
domain={domain}
"""


class Linphone:
    def __init__(self, folder, user, domain, password, *, port, ca, sip_port, rtp_low, transport="tls",
                 suites="AES_CM_128_HMAC_SHA1_80", encryption="srtp", tone=700, keys="stream"):
        """`keys`: how it tells them, in the `stream` (RFC 4733) or by `info`."""
        self.name, self.folder = user, pathlib.Path(folder) / f"linphone-{user}"
        self.folder.mkdir()
        audio.write_tone(self.folder / "tone.wav", tone)
        (self.folder / "rc").write_text(CONFIG.format(
            sip_port=sip_port, tls_port=sip_port + 1, ca=ca, user=user, domain=domain, password=password, port=port,
            transport=transport, rtp_low=rtp_low, suites=suites, encryption=encryption,
            mandatory=0 if encryption == "none" else 1, info=int(keys == "info"), rfc2833=int(keys == "stream")))
        self.log = open(self.folder / "log.txt", "wb")
        (self.folder / ".local/share/linphone").mkdir(parents=True)
        # It works off its events only while a terminal waits for input.
        self.terminal, end = pty.openpty()
        self.process = subprocess.Popen(
            ["linphonec", "-c", str(self.folder / "rc"), "-d", "6", "-l", str(self.folder / "debug.txt")],
            stdin=end, stdout=end, stderr=end,
            env={"HOME": str(self.folder), "PATH": os.environ["PATH"], "TERM": "dumb"})
        os.close(end)
        os.set_blocking(self.terminal, False)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.terminal, selectors.EVENT_READ)
        self.said = ""
        self.command("soundcard use files")
        self.command(f"play {self.folder}/tone.wav")
        self.command(f"record {self.folder}/heard.wav")

    def command(self, text):
        os.write(self.terminal, text.encode() + b"\n")

    def _listen(self):
        if not self.selector.select(timeout=0.2):
            return
        try:
            data = os.read(self.terminal, 65536)
        except OSError:  # it has ended
            data = b""
        self.log.write(data)
        self.log.flush()
        self.said += data.decode(errors="replace")

    def wait_said(self, pattern, seconds=20, ask=None):
        """Until it prints that; what came before is forgotten. `ask`: a command to be given until it does, once a
        second: between two commands it works off one event."""
        deadline = time.monotonic() + seconds
        asked = 0.0
        while True:
            found = re.search(pattern, self.said)
            if found:
                self.said = self.said[found.end():]
                return found
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError(f"linphonec {self.name} did not say {pattern}: {self.folder}/log.txt:\n"
                                     f"{self.said[-1500:]}")
            if ask and time.monotonic() > asked + 1:
                self.command(ask)
                asked = time.monotonic()
            self._listen()

    def wait_registered(self):
        return self.wait_said(r"registered, identity=", ask="status register", seconds=40)

    def dial(self, uri):
        self.command(f"call {uri}")

    def wait_answered(self):
        return self.wait_said(r"Media streams established|Call \d+ with .* connected")

    def hang_up(self):
        self.command("terminate")

    def heard(self, frequency):
        return audio.heard_share(self.folder / "heard.wav", frequency)

    def stop(self):
        if self.log.closed:
            return
        if self.process.poll() is None:
            try:
                self.command("quit")
                self.process.wait(10)
            except (subprocess.TimeoutExpired, OSError):
                self.process.kill()
                self.process.wait()
        self.selector.close()
        os.close(self.terminal)
        self.log.close()

"""The carrier: kamailio with its TLS module, in front of one phone that answers its numbers.

Registers the trunk with digest, asks for digest on the trunk's calls, relays them to the phone, and
sends the phone's calls to the registered trunk (or straight to an address)."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import time

CONFIG = """#!KAMAILIO
debug=2
log_stderror=yes
fork=yes
children=2
tcp_children=2
auto_aliases=no
dns_try_ipv6=no
listen=udp:{address}:{port}
listen=tcp:{address}:{port}
listen=tls:{address}:{tls_port}
alias="{domain}"
enable_tls=yes
tcp_connection_lifetime=3605
loadmodule "tls.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "nathelper.so"
loadmodule "auth.so"
loadmodule "xlog.so"
modparam("tls", "config", "{folder}/tls.cfg")
modparam("usrloc", "db_mode", 0)
modparam("registrar", "received_avp", "$avp(received)")
modparam("nathelper", "received_avp", "$avp(received)")
modparam("registrar", "max_expires", {max_expires})
request_route {{
  xlog("L_NOTICE", "carrier: $rm $ru from $proto:$si:$sp to=$tu call-id=$ci cseq=$cs expires=$hdr(Expires)\\n");
  if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
  if (is_method("REGISTER")) {{
    if (!pv_www_authenticate("{domain}", "{password}", "0")) {{ www_challenge("{domain}", "1"); exit; }}
    fix_nated_register();
    save("location");
    exit;
  }}
  if (has_totag()) {{
    if (loose_route()) {{
      if ($du == "") handle_ruri_alias();
      t_relay();
      exit;
    }}
    if (is_method("ACK")) {{ if (t_check_trans()) t_relay(); exit; }}
    sl_send_reply("404", "Not Here");
    exit;
  }}
  if (is_method("CANCEL")) {{ if (t_check_trans()) t_relay(); exit; }}
  if (is_method("OPTIONS")) {{ sl_send_reply("200", "OK"); exit; }}
  t_check_trans();
  if ($sp == {phone_port} && $proto == "udp") {{
    record_route();
    t_on_reply("FROM_TRUNK");
    {to_trunk}
    t_relay();
    exit;
  }}
  if (is_method("INVITE") && {challenge}) {{
    if (!pv_proxy_authenticate("{domain}", "{password}", "0")) {{ proxy_challenge("{domain}", "1"); exit; }}
    consume_credentials();
  }}
  if ($rU == "busy") {{ sl_send_reply("486", "Busy Here"); exit; }}
  # In-dialog requests go back over the connection that the trunk opened, whatever its Contact says.
  if ($proto == "tls") set_contact_alias();
  record_route();
  $ru = "sip:subscriber@{address}:{phone_port}";
  t_relay();
}}
onreply_route[FROM_TRUNK] {{
  if ($proto == "tls") set_contact_alias();
}}
"""

TO_REGISTERED = """$var(number) = $rU;
    $rU = "{username}"; $rd = "{domain}";
    if (!lookup("location")) {{ sl_send_reply("480", "Trunk Not Registered"); exit; }}
    $rU = $var(number);
    subst_uri('/^sips:/sip:/');"""

TLS = """[server:default]
method = TLSv1.2+
private_key = {key}
certificate = {certificate}
verify_certificate = no
require_certificate = no
[client:default]
method = TLSv1.2+
verify_certificate = no
require_certificate = no
"""


class Carrier:
    """`straight_to`: where calls for the trunk go when it does not register, e.g. "sip:127.0.0.1:5060"."""

    def __init__(self, folder, *, port, phone_port, domain, username, password, certificate, key,
                 straight_to=None, challenge_calls=True, max_expires=120, address="127.0.0.1"):
        self.folder = pathlib.Path(folder) / "kamailio"
        self.folder.mkdir()
        self.address, self.port, self.tls_port = address, port, port + 1
        to_trunk = f'$du = "{straight_to}";' if straight_to else TO_REGISTERED.format(username=username, domain=domain)
        (self.folder / "tls.cfg").write_text(TLS.format(key=key, certificate=certificate))
        (self.folder / "kamailio.cfg").write_text(CONFIG.format(
            address=address, port=port, tls_port=self.tls_port, folder=self.folder, domain=domain,
            password=password, phone_port=phone_port, to_trunk=to_trunk, max_expires=max_expires,
            challenge="1" if challenge_calls else "0"))
        self.log_path = self.folder / "log.txt"
        self.log = open(self.log_path, "w", encoding="utf-8")
        self.process = subprocess.Popen(
            ["kamailio", "-DD", "-E", "-f", str(self.folder / "kamailio.cfg"), "-Y", str(self.folder),
             "-w", str(self.folder), "-P", str(self.folder / "pid")],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True)
        self._wait_listening()

    def _wait_listening(self):
        deadline = time.monotonic() + 15
        while True:
            try:
                socket.create_connection((self.address, self.tls_port), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    self.stop()
                    raise RuntimeError(f"kamailio did not start: {self.log_path}:\n"
                                       + self.log_path.read_text()[-2000:]) from None
                time.sleep(0.05)

    def registers(self, start=0):
        """What it was asked to register, in order: dicts of uri, transport, to, call_id, cseq, expires."""
        return [match.groupdict() for match in re.finditer(
            r"carrier: REGISTER (?P<uri>\S+) from (?P<transport>\w+):\S+ to=(?P<to>\S+) call-id=(?P<call_id>\S+)"
            r" cseq=(?P<cseq>\d+) expires=(?P<expires>\d+)", self.log_path.read_text(errors="replace")[start:])]

    def wait_register(self, predicate, what, seconds=10, start=0):
        deadline = time.monotonic() + seconds
        while True:
            for register in self.registers(start):
                if predicate(register):
                    return register
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s: {what}; it saw {self.registers(start)}")
            time.sleep(0.05)

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.log.close()

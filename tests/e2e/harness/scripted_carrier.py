"""A carrier as a script: it registers, calls and is called, by the book, and refuses whatever its Terms do not allow.
What its Terms ask is in carrier_terms.py; what is not theirs (framing, digest, dialogs, media) is here."""

import hashlib
import re
import socket
import threading
import time

from harness.sip_ports import SipPorts
from harness.sip_text import Message, answer, uri_in

PACKET = 12 + 160  # RTP header and 20 ms of G.711


def digest_holds(value, method, username, password):
    """RFC 7616, qop=auth."""
    given = dict(re.findall(r'(\w+)="?([^",]+)"?', value))
    function = hashlib.sha256 if given.get("algorithm", "MD5").upper() == "SHA-256" else hashlib.md5

    def hashed(*parts):
        return function(":".join(parts).encode()).hexdigest()
    known = hashed(username, given.get("realm", ""), password)
    wanted = hashed(known, given.get("nonce", ""), given.get("nc", ""), given.get("cnonce", ""), given.get("qop", ""),
                    hashed(method, given.get("uri", "")))
    return given.get("username") == username and given.get("response") == wanted


class ScriptedCarrier:
    def __init__(self, terms, *, address="127.0.0.1", port, media_port, certificate, key, ca):
        self.terms, self.address, self.port, self.tls_port, self.ca = terms, address, port, port + 1, ca
        self.changed = threading.Condition(threading.RLock())
        self.heard, self.refused, self.responses, self.flows = [], [], [], {}
        self.binding = None  # the Contact that was registered, and the flow that it came over
        self.waits_for_prack, self.sequence = {}, 0
        self.media_port, self.media = media_port, socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.media.bind((address, media_port))
        self.ports = SipPorts(address, port, self.tls_port, certificate, key, self._on_message,
                              ask=ca if terms.wants_our_certificate else None)

    def stop(self):
        self.ports.stop()
        self.media.close()

    def wait(self, predicate, what, seconds=15):
        with self.changed:
            if not self.changed.wait_for(predicate, seconds):
                raise AssertionError(f"not within {seconds} s: {what}; it heard {[m.line for m in self.heard]}, "
                                     f"refused {self.refused}, was answered {[m.line for m in self.responses]}")

    def wait_request(self, method, count=1):
        self.wait(lambda: sum(m.method == method for m in self.heard) >= count, f"{count} {method}")
        return [m for m in self.heard if m.method == method][count - 1]

    def wait_media(self, packets=10):
        """Audio of the phone arrives, as large as its protection makes it."""
        self._forget_media()
        self.media.settimeout(10)
        sizes = {len(self.media.recv(2048)) for _ in range(packets)}
        wanted = {PACKET + more for more in self.terms.protection}
        if not wanted & sizes:
            raise AssertionError(f"packets of {sizes} octets, wanted {wanted}")

    def _forget_media(self):
        """What is left of a call before."""
        self.media.setblocking(False)
        try:
            while True:
                self.media.recv(2048)
        except BlockingIOError:
            pass

    # ---- what comes

    def _on_message(self, message, flow):
        with self.changed:
            if message.status:
                self._on_response(message, flow)
            else:
                self._on_request(message, flow)
            self.changed.notify_all()

    def _on_request(self, request, flow):
        within_dialog = ";tag=" in request.get("to")
        complaint = None if within_dialog or request.method == "ACK" else self.terms.complaint(request, flow, self)
        if complaint:
            status, reason = complaint
            self.refused.append(f"{request.method}: {status} {reason}")
            return flow.send(answer(request, status, reason))
        if request.method in ("REGISTER", "INVITE") and not within_dialog and not self._knows(request):
            return self._challenge(request, flow)
        self.heard.append(request)
        self.flows[request.get("call-id")] = flow
        work = {"REGISTER": self._register, "INVITE": self._invite, "PRACK": self._prack, "ACK": lambda *_: None}
        return work.get(request.method, self._agree)(request, flow)

    def _knows(self, request):
        if not self.terms.password or (request.method == "INVITE" and not self.terms.challenges_calls):
            return True
        name = "authorization" if request.method == "REGISTER" else "proxy-authorization"
        return digest_holds(request.get(name), request.method, self.terms.username, self.terms.password)

    def _challenge(self, request, flow):
        proxy = request.method != "REGISTER"
        value = f'Digest realm="{self.terms.realm}", nonce="{time.monotonic_ns():x}", qop="auth", algorithm=' \
            + self.terms.algorithm
        flow.send(answer(request, 407 if proxy else 401, "Who are you",
                         ("Proxy-Authenticate" if proxy else "WWW-Authenticate", value), *self.terms.security_fields()))

    def _register(self, request, flow):
        gone = request.get("expires") == "0"
        self.binding = None if gone else (uri_in(request.get("contact")), flow)
        flow.send(answer(request, 200, "OK", ("Contact", request.get("contact") + ";expires=600"),
                         *self.terms.registered_fields()))

    def _agree(self, request, flow):
        flow.send(answer(request, 200, "OK", ("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, REFER, NOTIFY, UPDATE"),
                         ("Accept", "application/sdp")))

    def _invite(self, request, flow):
        flow.send(answer(request, 100, "Trying"))
        if self.terms.early_dialogs and ";tag=" not in request.get("to"):
            self.waits_for_prack[request.get("call-id")] = [request, set(self.terms.early_dialogs)]
            for number, tag in enumerate(self.terms.early_dialogs):
                flow.send(answer(request, 183, "Session Progress", self._contact(), ("Require", "100rel"),
                                 ("RSeq", str(100 + number)), tag=tag))
            return
        flow.send(answer(request, 180, "Ringing", self._contact()))
        self._answer_call(request, flow)

    def _prack(self, request, flow):
        self._agree(request, flow)
        invite, tags = self.waits_for_prack.get(request.get("call-id"), (None, set()))
        tags.discard(request.get("to").split(";tag=")[1])
        if invite and not tags:
            del self.waits_for_prack[request.get("call-id")]
            self._answer_call(invite, flow)

    def _answer_call(self, invite, flow):
        fields = [self._contact()]
        if "timer" in invite.words("supported") and invite.get("session-expires"):
            expires = invite.get("session-expires").split(";")[0]
            fields += [("Require", "timer"), ("Session-Expires", f"{expires};refresher=uac")]
        flow.send(answer(invite, 200, "OK", *fields, body=self.terms.sdp(self.media_port, invite.body)))

    def _contact(self):
        port, transport = (self.tls_port, ";transport=tls") if self.terms.tls else (self.port, "")
        return "Contact", f"<sip:{self.address}:{port}{transport}>"

    def _on_response(self, response, flow):
        self.responses.append(response)
        if "100rel" in response.words("require"):
            self._send_within(response, "PRACK", flow, ("RAck", f"{response.get('rseq')} {response.get('cseq')}"))

    # ---- what we begin

    def call(self, number, bundle):
        """Calls `number` there; the 200 that answers it."""
        if self.binding:
            contact, flow = self.binding
            place = contact.split("@")[1]
        elif self.terms.tls:
            flow = self.ports.dial(bundle["ADDR"], int(bundle["TRUNK_TLS"]), self.terms.our_name, self.ca)
            place = f"{self.terms.our_name}:{bundle['TRUNK_TLS']};transport=tls"
        else:
            flow = self.ports.udp_flow((bundle["ADDR"], int(bundle["TRUNK_UDP"])))
            place = f"{bundle['ADDR']}:{bundle['TRUNK_UDP']}"
        self.sequence += 1
        call_id = f"in-{self.sequence}-{time.monotonic_ns():x}"
        caller = f"<sip:+4940555@{self.terms.host}>"
        invite = Message(f"INVITE sip:{number}@{place} SIP/2.0", [
            ("Via", self._via()), ("Max-Forwards", "70"), ("From", f"{caller};tag=in{self.sequence}"),
            ("To", f"<sip:{number}@{self.terms.host}>"), ("Call-ID", call_id), ("CSeq", "1 INVITE"), self._contact(),
            ("Supported", "100rel, timer"), ("Session-Expires", "1800"), ("Min-SE", "90"),
            ("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE"), ("P-Asserted-Identity", caller),
            ("Content-Type", "application/sdp")], self.terms.sdp(self.media_port, None))
        flow.send(invite)
        final = self.wait_final(call_id, "INVITE")
        if final.status != 200:
            raise AssertionError(f"the call was answered {final.line}")
        self.terms.check_answer(final)
        self._send_within(final, "ACK", flow)
        self.flows[call_id] = flow
        return final

    def hang_up(self, success):
        call_id = success.get("call-id")
        self._send_within(success, "BYE", self.flows[call_id])
        final = self.wait_final(call_id, "BYE")
        if final.status != 200:
            raise AssertionError(f"BYE was answered {final.line}")

    def wait_final(self, call_id, method):
        def finals():
            return [m for m in self.responses if m.get("call-id") == call_id and m.status >= 200
                    and m.get("cseq").endswith(method)]
        self.wait(finals, f"a final response to {method}")
        return finals()[-1]

    def _via(self):
        self.sequence += 1
        port = self.tls_port if self.terms.tls else self.port
        return (f"SIP/2.0/{'TLS' if self.terms.tls else 'UDP'} {self.address}:{port}"
                f";branch=z9hG4bK{time.monotonic_ns():x}{self.sequence}")

    def _send_within(self, response, method, flow, *fields):
        """As the caller, in the dialog of that response to our INVITE."""
        number = 1 if method == "ACK" else 2 if method == "PRACK" else 9
        flow.send(Message(f"{method} {uri_in(response.get('contact'))} SIP/2.0", [
            ("Via", self._via()), ("Max-Forwards", "70"), ("From", response.get("from")), ("To", response.get("to")),
            ("Call-ID", response.get("call-id")), ("CSeq", f"{number} {method}"),
            *[("Route", route) for route in reversed(response.words("record-route"))], *fields]))

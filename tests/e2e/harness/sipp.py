"""sipp as one side of a call: a scenario is a list of steps, written out as sipp's XML and run once or many times.

The steps are SIP as it is on the wire, so that what a test sends and expects stands in the test itself."""

import pathlib
import subprocess
from xml.sax.saxutils import escape, quoteattr

NUMBER = "4930777"  # what the calling side dials
TARGET = f"sip:{NUMBER}@[remote_ip]:[remote_port]"

SDP = """v=0
o=sipp 1 {version} IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio [media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a={direction}
"""


def sdp(direction="sendrecv", version=1):
    return SDP.format(direction=direction, version=version)


def _message(head, fields, body):
    kind = "Content-Type: application/sdp\n" if body else ""
    return f"{head}\n" + "".join(f"{line}\n" for line in fields) + f"{kind}Content-Length: [len]\n\n{body}"


def _send(message, **attributes):
    text = "".join(f" {name}={quoteattr(str(value))}" for name, value in attributes.items())
    return f"<send{text}><![CDATA[\n{message}\n]]></send>"


def reply(status, reason="Reply", *, fields=(), body="", **attributes):
    """A response to the last request received; `retrans` repeats it until the next step is met."""
    top = ["[last_Via:]", "[last_From:]", "[last_To:];tag=[pid]sipp[call_number]", "[last_Call-ID:]", "[last_CSeq:]",
           "Contact: <sip:sipp@[local_ip]:[local_port]>", *fields]
    return _send(_message(f"SIP/2.0 {status} {reason}", top, body), **attributes)


def reply_in_dialog(status, *, fields=(), body="", **attributes):
    """To a request that has both tags already."""
    top = ["[last_Via:]", "[last_From:]", "[last_To:]", "[last_Call-ID:]", "[last_CSeq:]",
           "Contact: <sip:sipp@[local_ip]:[local_port]>", *fields]
    return _send(_message(f"SIP/2.0 {status} Reply", top, body), **attributes)


def invite(*, fields=(), body="", **attributes):
    """The first INVITE of the calling side."""
    top = ["Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]", "Max-Forwards: 70",
           "From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]sipp[call_number]", f"To: <sip:{NUMBER}@[remote_ip]>",
           "Call-ID: [call_id]", "CSeq: 1 INVITE", "Contact: <sip:sipp@[local_ip]:[local_port]>", *fields]
    return _send(_message(f"INVITE {TARGET} SIP/2.0", top, body), retrans=500, **attributes)


def request(method, cseq, *, fields=(), body="", caller=True, cseq_method=None, **attributes):
    """Within the dialog: the caller names itself in From, the called side in To."""
    if caller:
        parties = ["From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]sipp[call_number]",
                   f"To: <sip:{NUMBER}@[remote_ip]>[peer_tag_param]"]
    else:
        parties = ["From:[$called];tag=[pid]sipp[call_number]", "To:[$peer]"]
    top = ["Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]", "Max-Forwards: 70", *parties,
           "Call-ID: [call_id]", f"CSeq: {cseq} {cseq_method or method}",
           "Contact: <sip:sipp@[local_ip]:[local_port]>", *fields]
    if method not in ("ACK", "CANCEL"):
        attributes.setdefault("retrans", 500)
    return _send(_message(f"{method} [next_url] SIP/2.0", top, body), **attributes)


def cancel():
    """Of the first INVITE, whose branch it has."""
    top = ["[last_Via:]", "From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]sipp[call_number]",
           f"To: <sip:{NUMBER}@[remote_ip]>", "Call-ID: [call_id]", "CSeq: 1 CANCEL", "Max-Forwards: 70"]
    return _send(_message(f"CANCEL {TARGET} SIP/2.0", top, ""))


def ack_failure():
    """ACK to a final response that is no 2xx: of the INVITE's own branch."""
    top = ["[last_Via:]", "From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]sipp[call_number]", "[last_To:]",
           "Call-ID: [call_id]", "CSeq: 1 ACK", "Max-Forwards: 70"]
    return _send(_message(f"ACK {TARGET} SIP/2.0", top, ""))


def _expression(pattern, place, variables, check):
    return (f'<ereg regexp={quoteattr(pattern)} {place} check_it="{"true" if check else "false"}"'
            f' assign_to="{",".join(variables)}"/>')


def _place(header):
    return 'search_in="body"' if header == "body" else f'search_in="hdr" header={quoteattr(header + ":")}'


def receive(what, *, optional=False, checks=None, remember=False, take_route=False, timeout=8000):
    """A method or a status. `checks`: header (or "body") to an expression that must be found there.

    `remember`: the called side keeps who is who, for requests of its own."""
    kind = "response" if isinstance(what, int) else "request"
    attributes = f'{kind}="{what}"' + (' optional="true"' if optional else f' timeout="{timeout}"')
    attributes += ' rrs="true"' if take_route else ""
    actions, unused = [], []
    for index, (header, pattern) in enumerate((checks or {}).items()):
        unused.append(f"found{index}")
        actions.append(_expression(pattern, _place(header), [f"found{index}"], True))
    if remember:
        unused += ["whole", "peer", "called"]
        actions.append(_expression("(.*)", _place("From"), ["whole", "peer"], False))
        actions.append(_expression("(.*)", _place("To"), ["whole", "called"], False))
    if not actions:
        return f"<recv {attributes}/>"
    return (f"<recv {attributes}><action>{''.join(actions)}</action></recv>"
            f'<Reference variables="{",".join(unused)}"/>')


def pause(milliseconds):
    return f'<pause milliseconds="{milliseconds}"/>'


class Sipp:
    """One running sipp. `finish()` waits for its calls and fails with its own words when one went wrong."""

    def __init__(self, folder, name, steps, *, port, peer, calls=1, rate=1, media_port=6000, transport="u1"):
        self.name, self.folder = name, pathlib.Path(folder) / name
        self.folder.mkdir()
        scenario = self.folder / "scenario.xml"
        scenario.write_text('<?xml version="1.0" encoding="UTF-8"?>\n'
                            f'<scenario name="{escape(name)}">\n' + "\n".join(steps) + "\n</scenario>\n")
        self.output = open(self.folder / "output.txt", "w", encoding="utf-8")
        self.process = subprocess.Popen(
            ["sipp", "-sf", str(scenario), "-i", "127.0.0.1", "-p", str(port), "-t", transport, "-m", str(calls),
             "-r", str(rate), "-cid_str", "%u-%p", "-mp", str(media_port), "-timeout", "60s", "-timeout_error",
             "-nostdin", "-trace_err",
             "-trace_msg", "-error_file", str(self.folder / "errors.txt"),
             "-message_file", str(self.folder / "messages.txt"), peer],
            cwd=self.folder, env={"TERM": "xterm", "PATH": "/usr/bin:/bin"}, stdin=subprocess.DEVNULL,
            stdout=self.output, stderr=subprocess.STDOUT)

    def finish(self, seconds=70):
        code = self.process.wait(seconds)
        if code != 0:
            raise AssertionError(f"sipp {self.name} ended with {code}:\n{self.tail('errors.txt')}\n"
                                 f"{self.tail('messages.txt')}")

    def tail(self, name):
        path = self.folder / name
        return path.read_text(errors="replace")[-6000:] if path.exists() else f"(no {name})"

    def messages(self):
        return (self.folder / "messages.txt").read_text(errors="replace")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)
        self.output.close()

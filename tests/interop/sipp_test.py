"""Two sipps as carriers, a call through the bundle between them: what each side may do, seen from the other."""

import unittest

from harness.bundle import PEER_RTP
from harness.scene import Scene, need
from harness.sipp import (Sipp, ack_failure, cancel, invite, pause, receive, reply, reply_in_dialog, request, sdp)

OFFER, ANSWER = sdp(), sdp()
CALLER_BYE = [request("BYE", 9), receive(200)]
CALLED_BYE = [receive("BYE"), reply_in_dialog(200)]


class Between(Scene):
    """A call from trunk `near` to trunk `far`: its number leads there."""

    port_base = 4000

    @classmethod
    def setUpClass(cls):
        need("sipp")
        super().setUpClass()
        for label, port in (("near", 150), ("far", 151)):
            cls.bundle.sql("INSERT INTO trunks(tenant_id, label, host, port) VALUES(1, ?, '127.0.0.1', ?)", label,
                           cls.port_base + port)
        cls.bundle.sql("INSERT INTO dids(tenant_id, number, target) VALUES(1, '4930777', 'trunk:far')")
        cls.bundle.wait_applied()

    def call(self, caller, called=None, calls=1, rate=1):
        sides = []
        for name, steps, port, media in (("called", called, 151, PEER_RTP + 300), ("caller", caller, 150, PEER_RTP + 350)):
            if steps is None:
                continue
            side = Sipp(self.work, name, steps, port=self.port_base + port, calls=calls, rate=rate,
                        peer=f"127.0.0.1:{self.bundle['TRUNK_UDP']}", media_port=self.port_base + media)
            self.stack.callback(side.stop)
            sides.append(side)
        for side in reversed(sides):
            side.finish()
        self.bundle.wait_health(lambda d: d["calls"]["active"] == 0, "no call is left")
        return sides


class Calls(Between):
    answer = [receive("INVITE", remember=True, take_route=True), reply(180), pause(100), reply(200, body=ANSWER),
              receive("ACK")]
    begin = [invite(body=OFFER), receive(100, optional=True), receive(180, optional=True),
             receive(200, take_route=True), request("ACK", 1)]

    def test_two_hundred_calls(self):
        self.call([*self.begin, pause(200), *CALLER_BYE], [*self.answer, *CALLED_BYE], calls=200, rate=50)

    def test_the_called_side_hangs_up(self):
        self.call([*self.begin, receive("BYE"), reply_in_dialog(200)],
                  [*self.answer, pause(200), request("BYE", 1, caller=False), receive(200)])

    def test_nothing_of_one_side_is_seen_on_the_other_R168(self):
        called, caller = self.call([*self.begin, *CALLER_BYE], [*self.answer, *CALLED_BYE])
        for mine, other in ((called.messages(), self.port_base + 150), (caller.messages(), self.port_base + 151)):
            self.assertNotIn(f":{other}", mine)

    def test_a_late_offer(self):
        self.call([invite(), receive(100, optional=True), receive(180, optional=True),
                   receive(200, take_route=True, checks={"body": "m=audio [1-9]"}), request("ACK", 1, body=ANSWER),
                   *CALLER_BYE],
                  [receive("INVITE", remember=True, take_route=True), reply(180), reply(200, body=OFFER),
                   receive("ACK", checks={"body": "m=audio [1-9]"}), *CALLED_BYE])

    def test_hold_and_resume(self):
        def change(cseq, version, direction, expected):
            return [request("INVITE", cseq, body=sdp(direction, version)), receive(100, optional=True),
                    receive(200, checks={"body": f"a={expected}"}), request("ACK", cseq)]

        def changed(version, expected, direction):
            return [receive("INVITE", checks={"body": f"a={expected}"}),
                    reply_in_dialog(200, body=sdp(direction, version)), receive("ACK")]
        self.call([*self.begin, *change(2, 2, "sendonly", "recvonly"), *change(3, 3, "sendrecv", "sendrecv"), *CALLER_BYE],
                  [*self.answer, *changed(2, "sendonly", "recvonly"), *changed(3, "sendrecv", "sendrecv"), *CALLED_BYE])

    def test_dtmf_in_info(self):
        self.call([*self.begin, request("INFO", 2, fields=["Info-Package: infoDtmf"]), receive(200), *CALLER_BYE],
                  [*self.answer, receive("INFO", checks={"Info-Package": "infoDtmf"}), reply_in_dialog(200), *CALLED_BYE])

    def test_cancel_R053(self):
        self.call([invite(body=OFFER), receive(100, optional=True), receive(180), cancel(), receive(200), receive(487),
                   ack_failure()],
                  [receive("INVITE"), reply(180), receive("CANCEL"), reply_in_dialog(200), self.TERMINATED,
                   receive("ACK")])

    # With the INVITE's CSeq: what sipp received last is the CANCEL.
    TERMINATED = """<send><![CDATA[
SIP/2.0 487 Request Terminated
[last_Via:]
[last_From:]
[last_To:];tag=[pid]sipp[call_number]
[last_Call-ID:]
CSeq: 1 INVITE
Content-Length: 0

]]></send>"""

    def test_what_the_called_side_says_is_told_R060(self):
        for status, told in ((486, 486), (404, 404), (603, 603), (503, 500)):
            with self.subTest(status=status):
                self.work = self.folder / f"refused-{status}"
                self.work.mkdir()
                self.call([invite(body=OFFER), receive(100, optional=True), receive(told), ack_failure()],
                          [receive("INVITE"), reply(status), receive("ACK")])


class EachLegOnItsOwnTerms(Between):
    """Options of RFC 3262, 3311 and 4028, agreed on one leg and unknown to the other."""

    reliable = [receive("INVITE", remember=True, take_route=True),
                reply(183, fields=["Require: 100rel", "RSeq: 1"], body=ANSWER, retrans=500),
                receive("PRACK", checks={"RAck": "1 1 INVITE"}), reply_in_dialog(200)]
    SETTLE = pause(500)  # both legs have had their ACK: before that an UPDATE would cross it (491)
    # The INVITE's answer after the PRACK's: sipp answers what it received last.
    accept_first = """<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
From:[$peer]
To:[$called];tag=[pid]sipp[call_number]
[last_Call-ID:]
CSeq: 1 INVITE
Contact: <sip:sipp@[local_ip]:[local_port]>
Content-Length: 0

]]></send>"""

    def test_the_called_side_is_reliable_and_the_caller_knows_nothing_of_it(self):
        via = receive("INVITE", remember=True, take_route=True).replace(
            "</action>", '<ereg regexp="(.*)" search_in="hdr" header="Via:" assign_to="whole,via"/></action>')
        self.call([invite(body=OFFER), receive(100, optional=True),
                   receive(183, checks={"body": "m=audio [1-9]"}), receive(200, take_route=True), request("ACK", 1),
                   *CALLER_BYE],
                  [via, *self.reliable[1:], self.accept_first.replace("[last_Via:]", "Via:[$via]"), receive("ACK"),
                   *CALLED_BYE])

    def test_the_caller_is_reliable_and_the_called_side_is_not(self):
        self.call([invite(fields=["Supported: 100rel"], body=OFFER), receive(100, optional=True),
                   receive(183, checks={"Require": "100rel", "RSeq": "[0-9]"}, take_route=True).replace(
                       "</action>", '<ereg regexp=" *([0-9]+)" search_in="hdr" header="RSeq:" '
                                    'assign_to="whole,rseq"/></action>') + '<Reference variables="whole"/>',
                   request("PRACK", 2, fields=["RAck: [$rseq] 1 INVITE"]), receive(200, checks={"CSeq": "PRACK"}),
                   receive(200, take_route=True, checks={"CSeq": "INVITE"}), request("ACK", 1), *CALLER_BYE],
                  [receive("INVITE", remember=True, take_route=True), reply(183, body=ANSWER), pause(300),
                   reply(200, body=ANSWER), receive("ACK"), *CALLED_BYE])

    def test_an_update_by_the_called_side(self):
        begin = [invite(fields=["Allow: INVITE, ACK, BYE, CANCEL, UPDATE"], body=OFFER), *Calls.begin[1:]]
        self.call([*begin, receive("UPDATE", checks={"body": "a=sendonly"}),
                   reply_in_dialog(200, body=sdp("recvonly", 2)), *CALLED_BYE],
                  [*Calls.answer, self.SETTLE, request("UPDATE", 1, caller=False, body=sdp("sendonly", 2)),
                   receive(200, checks={"body": "a=recvonly"}), request("BYE", 2, caller=False), receive(200)])

    def test_a_session_interval_that_is_too_small_R152(self):
        self.call([invite(fields=["Supported: timer", "Session-Expires: 60", "Min-SE: 60"], body=OFFER),
                   receive(422, checks={"Min-SE": "90"}), ack_failure()])

    def test_a_session_timer_is_agreed_with_the_caller_alone_R157(self):
        self.call([invite(fields=["Supported: timer", "Session-Expires: 600;refresher=uac"], body=OFFER),
                   receive(100, optional=True), receive(180, optional=True),
                   receive(200, take_route=True, checks={"Session-Expires": "600;refresher=uac", "Require": "timer"}),
                   request("ACK", 1), request("UPDATE", 2, fields=["Supported: timer",
                                                                  "Session-Expires: 600;refresher=uac"]),
                   receive(200, checks={"Session-Expires": "600"}), *CALLER_BYE],
                  [*Calls.answer, *CALLED_BYE])


if __name__ == "__main__":
    unittest.main()

"""Three sipps as carriers: one transfers a call to another, blind and attended (RFC 5589)."""

import unittest

from harness.bundle import PEER_RTP
from harness.scene import Scene, need
from harness.sipp import NUMBER, Sipp, invite, pause, receive, reply, reply_in_dialog, request, sdp

PORTS = {"near": 150, "far": 151, "third": 152}
RENEGOTIATED = [receive("INVITE"), reply_in_dialog(200, body=sdp(version=2)), receive("ACK")]
BYE = [receive("BYE"), reply_in_dialog(200)]


def notified(status):
    return [receive("NOTIFY", checks={"body": f"SIP/2.0 {status}", "Event": "refer"}), reply_in_dialog(200)]


class Transfers(Scene):
    """The numbers 4930771, 4930772 and 4930777 lead to the trunks `far`, `third` and `far`."""

    port_base = 4000

    @classmethod
    def setUpClass(cls):
        need("sipp")
        super().setUpClass()
        for label, port in PORTS.items():
            cls.bundle.sql("INSERT INTO trunks(tenant_id, label, host, port) VALUES(1, ?, '127.0.0.1', ?)", label,
                           cls.port_base + port)
        for number, label in (("4930771", "far"), ("4930772", "third"), (NUMBER, "far")):
            cls.bundle.sql("INSERT INTO dids(tenant_id, number, target) VALUES(1, ?, ?)", number, f"trunk:{label}")
        cls.bundle.wait_applied()

    def run_sides(self, calls=1, **steps):
        """Those who are called are there first; `near` begins."""
        sides = []
        for name in sorted(steps, key=lambda name: name == "near"):
            side = Sipp(self.work, name, steps[name], port=self.port_base + PORTS[name],
                        calls=calls if name == "near" else 1, peer=f"127.0.0.1:{self.bundle['TRUNK_UDP']}",
                        media_port=self.port_base + PEER_RTP + 300 + 10 * (PORTS[name] - 150))
            self.stack.callback(side.stop)
            sides.append(side)
        for side in reversed(sides):
            side.finish()
        self.bundle.wait_health(lambda d: d["calls"]["active"] == 0, "no call is left")

    def test_a_blind_transfer_by_the_called_side(self):
        self.run_sides(
            near=[invite(body=sdp()), receive(100, optional=True), receive(180, optional=True),
                  receive(200, take_route=True), request("ACK", 1), *RENEGOTIATED, pause(300),
                  request("BYE", 9), receive(200)],
            far=[receive("INVITE", remember=True, take_route=True), reply(200, body=sdp()), receive("ACK"), pause(300),
                 request("REFER", 1, caller=False, fields=["Refer-To: <sip:4930772@[remote_ip]>"]), receive(202),
                 *notified(100), *notified(200), *BYE],
            third=[receive("INVITE", remember=True), reply(200, body=sdp()), receive("ACK"), *BYE])

    def test_an_attended_transfer_by_the_calling_side(self):
        """Near calls far, then third, and refers far to its second call."""
        def dialled(step):
            return step.replace(NUMBER, "493077[call_number]")

        learn = receive(200, take_route=True).replace("/>", """><action>
<ereg regexp=";tag=([^;]*)" search_in="hdr" header="To:" check_it="true" assign_to="whole,tag"/>
<ereg regexp=" *([^ ]*)" search_in="hdr" header="Call-ID:" check_it="true" assign_to="whole,id"/>
<assignstr assign_to="number" value="[call_number]"/>
<strcmp assign_to="differs" variable="number" value="2"/>
<test assign_to="second" variable="differs" compare="equal" value="0"/>
</action></recv>
<Reference variables="whole"/>""")
        replaces = "Replaces=[$id]%3Bto-tag%3D[$tag]%3Bfrom-tag%3D[pid]sipp2"
        refer = request("REFER", 2, fields=[f"Refer-To: <sip:4930772@[remote_ip]?{replaces}>"])
        self.run_sides(
            calls=2,
            near=['<Global variables="tag,id"/>', dialled(invite(body=sdp())), receive(100, optional=True),
                  receive(180, optional=True), learn, dialled(request("ACK", 1)), '<nop next="second" test="second"/>',
                  pause(2500), dialled(refer), receive(202), *notified(100), *notified(200), *BYE,
                  '<nop next="over"/>', '<label id="second"/>', *BYE, '<label id="over"/>'],
            far=[receive("INVITE", remember=True, take_route=True), reply(200, body=sdp()), receive("ACK"),
                 *RENEGOTIATED, pause(300), request("BYE", 1, caller=False), receive(200)],
            third=[receive("INVITE", remember=True), reply(200, body=sdp()), receive("ACK"), *RENEGOTIATED, *BYE])


if __name__ == "__main__":
    unittest.main()

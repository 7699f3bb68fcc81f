"""A name server of the test's own on loopback: answers A, SRV and NAPTR from a table, NXDOMAIN for the rest."""

import socket
import struct
import threading

TYPES = {"A": 1, "SRV": 33, "NAPTR": 35}


def _name(text):
    labels = [label for label in text.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def _text(text):
    return bytes([len(text)]) + text.encode()


def a(address):
    return "A", socket.inet_aton(address)


def srv(priority, weight, port, target):
    return "SRV", struct.pack("!HHH", priority, weight, port) + _name(target)


def naptr(order, preference, service, replacement):
    return "NAPTR", struct.pack("!HH", order, preference) + _text("s") + _text(service) + _text("") + _name(replacement)


class NameServer:
    """`zone`: lower-case name → list of records made by a(), srv(), naptr(). It may be changed at any time."""

    def __init__(self, port, ttl=10):
        self.zone, self.asked, self.ttl = {}, [], ttl
        self.silent = False
        self.forged = None  # an address that forged answers name: of another port, and to another question
        self.forger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.address = f"127.0.0.1:{port}"
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                query, peer = self.socket.recvfrom(4096)
            except OSError:
                return
            if not query:  # woken by stop()
                return
            if self.forged:
                self._forge(query, peer)
            if not self.silent:
                self.socket.sendto(self._answer(query), peer)

    def _forge(self, query, peer):
        true, self.zone = self.zone, {name: [a(self.forged)] for name in self.zone}
        answer = self._answer(query)
        self.zone = true
        self.forger.sendto(answer, peer)
        self.socket.sendto(bytes([answer[0] ^ 1]) + answer[1:], peer)

    def _answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode().lower())
            at += 1 + query[at]
        kind = struct.unpack("!H", query[at + 1:at + 3])[0]
        question = query[12:at + 5]
        name = ".".join(labels)
        self.asked.append((name, kind))
        records = [data for type_name, data in self.zone.get(name, []) if TYPES[type_name] == kind]
        flags = 0x8580 | (0 if name in self.zone else 3)
        answer = query[:2] + struct.pack("!HHHHH", flags, 1, len(records), 0, 0) + question
        for data in records:
            answer += b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, self.ttl, len(data)) + data
        return answer

    def stop(self):
        # A thread in recvfrom() is woken by a shutdown, not by a close.
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.thread.join(5)
        self.socket.close()
        self.forger.close()

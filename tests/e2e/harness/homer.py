"""A HEPv3 collector: keeps every packet that comes, as a dictionary of its chunks."""

import socket
import struct
import threading

NAMES = {1: "family", 2: "protocol", 3: "source", 4: "destination", 5: "source", 6: "destination", 7: "source_port",
         8: "destination_port", 9: "seconds", 10: "microseconds", 11: "type", 12: "capture_id", 14: "password",
         15: "payload", 17: "correlation"}
NUMBERS = {"family", "protocol", "source_port", "destination_port", "seconds", "microseconds", "type", "capture_id"}


def decode(packet):
    if packet[:4] != b"HEP3" or struct.unpack("!H", packet[4:6])[0] != len(packet):
        raise ValueError("no HEP3 packet of the length that it says")
    chunks, position = {}, 6
    while position < len(packet):
        vendor, kind, length = struct.unpack("!HHH", packet[position:position + 6])
        value = packet[position + 6:position + length]
        if vendor != 0 or kind not in NAMES or length < 6 or position + length > len(packet):
            raise ValueError(f"chunk {vendor}/{kind} of length {length}")
        name = NAMES[kind]
        chunks[name] = int.from_bytes(value, "big") if name in NUMBERS else value
        if name in ("source", "destination"):
            chunks[name] = socket.inet_ntop(socket.AF_INET if len(value) == 4 else socket.AF_INET6, value)
        position += length
    return chunks


class Homer:
    def __init__(self, address="127.0.0.1", port=0):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.socket.bind((address, port))
        self.port = self.socket.getsockname()[1]
        self.raw = []
        self.came = threading.Condition()
        self.thread = threading.Thread(target=self._receive, daemon=True)
        self.thread.start()

    def _receive(self):
        while True:
            try:
                packet = self.socket.recv(65536)
            except OSError:
                return
            with self.came:
                self.raw.append(packet)
                self.came.notify_all()
            if packet == b"stop":
                return

    def wait(self, predicate, what, seconds=10):
        """Until the packets, decoded, are what the predicate asks for."""
        with self.came:
            if not self.came.wait_for(lambda: predicate(self.packets()), seconds):
                raise AssertionError(f"the collector did not see {what}; it has "
                                     f"{[p['payload'].split(b' ')[0] for p in self.packets()]}")
            return self.packets()

    def packets(self):
        return [decode(packet) for packet in self.raw if packet != b"stop"]

    def stop(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"stop", self.socket.getsockname())
        self.thread.join(5)
        self.socket.close()

"""The sockets of a scripted SIP peer: UDP and TLS on one address, each message told to its owner."""

import socket
import ssl
import threading

from harness.sip_text import Framer, Message


class Flow:
    """Where a message came from, and where its answer goes."""

    def __init__(self, transport, send, remote, certificate=None):
        self.transport, self._send, self.remote, self.certificate = transport, send, remote, certificate or {}

    def send(self, message):
        self._send(message.octets())


class SipPorts:
    """`on_message(message, flow)` is called from threads of ours, one at a time. `open_socket` makes the sockets,
    so that they may be another network's."""

    def __init__(self, address, port, tls_port, certificate, key, on_message, open_socket=socket.socket, ask=None):
        self.on_message, self.lock, self.over = on_message, threading.RLock(), False
        self.pair = (certificate, key)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        if ask:  # the peer shows a certificate of that CA, or goes
            self.context.verify_mode = ssl.CERT_REQUIRED
            self.context.load_verify_locations(ask)
        self.names = []  # asked for by SNI
        self.context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        self.udp = open_socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((address, port))
        self.listener = open_socket(socket.AF_INET, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((address, tls_port))
        self.listener.listen(16)
        self.streams, self.threads = [], []
        for work in (self._serve_udp, self._serve_tls):
            self._begin(work)

    def _begin(self, work, *arguments):
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def udp_flow(self, remote):
        return Flow("udp", lambda octets: self.udp.sendto(octets, remote), remote)

    def dial(self, address, port, server_name, ca):
        """A TLS connection of our own, with our certificate; the peer's must name `server_name`."""
        context = ssl.create_default_context(cafile=ca)
        context.load_cert_chain(*self.pair)
        stream = context.wrap_socket(socket.create_connection((address, port), timeout=5), server_hostname=server_name)
        stream.settimeout(None)
        flow = Flow("tls", stream.sendall, (address, port))
        self.streams.append(stream)
        self._begin(self._read_stream, stream, flow)
        return flow

    def _tell(self, octets, flow):
        with self.lock:
            if not self.over:
                self.on_message(Message.read(octets), flow)

    def _serve_udp(self):
        while not self.over:
            try:
                octets, remote = self.udp.recvfrom(65536)
            except OSError:
                return
            if octets.strip():
                self._tell(octets, self.udp_flow(remote))

    def _serve_tls(self):
        while not self.over:
            try:
                plain, remote = self.listener.accept()
            except OSError:
                return
            self._begin(self._serve_stream, plain, remote)

    def _serve_stream(self, plain, remote):
        try:
            stream = self.context.wrap_socket(plain, server_side=True)
        except OSError:
            plain.close()
            return
        self.streams.append(stream)
        self._read_stream(stream, Flow("tls", stream.sendall, remote, stream.getpeercert()))

    def _read_stream(self, stream, flow):
        framer = Framer()
        try:
            while octets := stream.recv(65536):
                for one in framer.feed(octets):
                    if one == b"\r\n\r\n":
                        stream.sendall(b"\r\n")
                    else:
                        self._tell(one, flow)
        except OSError:
            pass
        finally:
            stream.close()

    def stop(self):
        self.over = True
        for one in (self.udp, self.listener, *self.streams):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        # Who reads from a stream closes it: a number that is in use must not become another file's.
        for thread in self.threads:
            thread.join(5)
        self.udp.close()
        self.listener.close()

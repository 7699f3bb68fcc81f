"""A network of the test's own: loopback with public addresses, each address of 11.0.0.0/8 as good as a host."""

import concurrent.futures
import ctypes
import os
import socket
import subprocess

CLONE_NEWNET = 0x40000000


def enter():
    """For the rest of this process' life, children included."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "no network namespace can be made here: " +
                      os.strerror(ctypes.get_errno()))
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["ip", "address", "add", "11.0.0.1/8", "dev", "lo"], check=True)


class Neighbour:
    """Another host at the other end of a cable: a network namespace whose sockets we hold."""

    def __init__(self, ours, theirs, cable="v0"):
        """`ours`, `theirs`: addresses with their prefix length. Only after enter()."""
        self.process = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo there; exec sleep infinity"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self.process.stdout.readline()
        self.name = f"/proc/{self.process.pid}/ns/net"
        ip("link", "add", cable, "type", "veth", "peer", "name", "far", "netns", str(self.process.pid))
        ip("address", "add", ours, "dev", cable)
        ip("link", "set", cable, "up")
        self.ip("link", "set", "lo", "up")
        self.ip("address", "add", theirs, "dev", "far")
        self.ip("link", "set", "far", "up")

    def ip(self, *arguments):
        subprocess.run(["nsenter", f"--net={self.name}", "ip", *arguments], check=True)

    def socket(self, *arguments):
        """As socket.socket(), but over there: a socket stays in the network in which it was made."""
        with concurrent.futures.ThreadPoolExecutor(1) as thread:
            return thread.submit(self._socket, *arguments).result()

    def _socket(self, *arguments):
        with open(self.name, encoding="ascii") as there:
            if ctypes.CDLL(None, use_errno=True).setns(there.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "the other network cannot be entered")
        return socket.socket(*arguments)

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)

"""SIP messages as a scripted peer needs them: read loosely, written exactly as asked."""

COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length",
           "c": "content-type", "k": "supported", "x": "session-expires"}


class Message:
    """`line`: the start line; `fields`: (name, value) in order; names compare without case."""

    def __init__(self, line, fields=(), body=""):
        self.line, self.fields, self.body = line, list(fields), body

    @classmethod
    def read(cls, octets):
        head, _, body = octets.decode("utf-8", "replace").partition("\r\n\r\n")
        line, *rest = head.split("\r\n")
        return cls(line, [tuple(part.strip() for part in one.split(":", 1)) for one in rest if ":" in one], body)

    def all(self, name):
        name = name.lower()
        return [value for key, value in self.fields if COMPACT.get(key.lower(), key.lower()) == name]

    def get(self, name, otherwise=""):
        return next(iter(self.all(name)), otherwise)

    def words(self, name):
        """The elements of a comma-separated field, over all its lines."""
        return [word.strip() for value in self.all(name) for word in value.split(",") if word.strip()]

    def add(self, name, value):
        self.fields.append((name, value))
        return self

    @property
    def method(self):
        return self.line.split(" ", 1)[0]

    @property
    def uri(self):
        return self.line.split(" ")[1]

    @property
    def status(self):
        return int(self.line.split(" ")[1]) if self.line.startswith("SIP/2.0 ") else 0

    def octets(self):
        body = self.body.encode()
        fields = "".join(f"{name}: {value}\r\n" for name, value in self.fields)
        return f"{self.line}\r\n{fields}Content-Length: {len(body)}\r\n\r\n".encode() + body


def uri_in(value):
    """The URI of a name-addr."""
    return value[value.index("<") + 1:value.index(">")] if "<" in value else value.split(";")[0]


def user_of(uri):
    return uri.split(":", 1)[1].split("@")[0] if "@" in uri else ""


def host_of(uri):
    return uri.split(":", 1)[1].split("@")[-1].split(";")[0].split(":")[0]


def answer(request, status, reason, *fields, body="", tag="carrier"):
    """`fields`: (name, value). A To without a tag gets one."""
    reply = Message(f"SIP/2.0 {status} {reason}")
    for name in ("Via", "From", "To", "Call-ID", "CSeq", "Record-Route"):
        for value in request.all(name):
            if name == "To" and ";tag=" not in value and status > 100:
                value += f";tag={tag}"
            reply.add(name, value)
    for name, value in fields:
        reply.add(name, value)
    if body:
        reply.add("Content-Type", "application/sdp")
    reply.body = body
    return reply


class Framer:
    """Messages out of a stream, by Content-Length; pings are told apart as b"\\r\\n\\r\\n"."""

    def __init__(self):
        self.octets = b""

    def feed(self, octets):
        self.octets += octets
        while self.octets:
            if self.octets.startswith(b"\r\n\r\n"):
                self.octets = self.octets[4:]
                yield b"\r\n\r\n"
                continue
            if self.octets.startswith(b"\r\n"):
                if len(self.octets) < 4:
                    return
                self.octets = self.octets[2:]
                continue
            head, end, body = self.octets.partition(b"\r\n\r\n")
            length = int(Message.read(head).get("content-length", "0"))
            if not end or len(body) < length:
                return
            yield head + end + body[:length]
            self.octets = body[length:]

"""What each carrier is known to insist on, and how it refuses what does not fit (from public documents and reports of
operators; no carrier was met). A complaint is a status and a reason; None lets the request in."""

import base64
import os
import re

from harness.sip_text import host_of, uri_in, user_of

E164 = re.compile(r"\+[1-9][0-9]{6,14}$")


class Terms:
    """No carrier in particular: SIP and RTP as they come, over UDP."""

    profile, host, realm, algorithm = "generic", "127.0.0.1", "carrier.test", "MD5"
    username = password = ""
    tls = encrypts = challenges_calls = wants_our_certificate = False
    our_name = "localhost"  # in the certificate that we are shown, where we are dialled
    protection = (0,)       # octets that it adds to a packet
    early_dialogs = ()      # To tags of its reliable provisional responses
    columns = {}            # of the trunk's row, beside host, ports and profile
    certificate_names = "DNS:localhost"

    def complaint(self, request, flow, _carrier):
        if flow.transport != ("tls" if self.tls else "udp"):
            return 403, "Wrong Transport"
        if request.method == "INVITE":
            return self.about_call(request) or self.about_media(request.body)
        return self.about_register(request) if request.method == "REGISTER" else self.about_options(request)

    def about_register(self, _request):
        return None

    def about_options(self, _request):
        return None

    def about_call(self, _request):
        return None

    def about_media(self, sdp):
        if not self.encrypts:
            return (488, "No Encryption Here") if "RTP/SAVP" in sdp or "a=crypto" in sdp else None
        keys = re.findall(r"a=crypto:\d+ AES_CM_128_HMAC_SHA1_80 inline:(\S+)", sdp)
        if "RTP/SAVP" not in sdp or not keys:
            return 488, "Secure Media Required"
        return None if all(len(base64.b64decode(key.split("|")[0])) == 30 for key in keys) else (488, "Bad Key")

    def security_fields(self):
        return []

    def registered_fields(self):
        return []

    def check_answer(self, response):
        """Of a call of ours to the trunk."""
        assert ("RTP/SAVP" in response.body) == self.encrypts, response.body

    key_parameters = ""

    def crypto_lines(self, offer):
        if not self.encrypts:
            return ""
        tag = re.search(r"a=crypto:(\d+) AES_CM_128_HMAC_SHA1_80", offer).group(1) if offer else "1"
        return f"a=crypto:{tag} AES_CM_128_HMAC_SHA1_80 inline:{key()}{self.key_parameters}\r\n"

    def sdp(self, port, offer):
        """Its answer to `offer`, or its own offer."""
        profile = "RTP/SAVP" if self.encrypts else "RTP/AVP"
        return ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                f"m=audio {port} {profile} 8\r\na=rtpmap:8 PCMA/8000\r\n{self.crypto_lines(offer)}a=sendrecv\r\n")


def key():
    return base64.b64encode(os.urandom(30)).decode()


def is_e164(uri):
    return E164.match(user_of(uri)) is not None


class Teams(Terms):
    """Both sides show certificates; it reads one name in Contact and Via, that of ours; sip: with transport=tls."""

    profile, host, tls, encrypts, wants_our_certificate = "teams", "sip.pstnhub.test", True, True, True
    our_name = "sbc.customer.test"
    certificate_names = "DNS:*.pstnhub.test"
    early_dialogs = ("first", "second")
    protection = (10, 11)  # the second with a key identifier, as in its own offers
    key_parameters = "|2^31"
    columns = {"contact_host": our_name, "client_certificate": our_name, "country_code": "49"}

    def _about_us(self, request):
        contact = uri_in(request.get("contact"))
        if host_of(contact) != self.our_name or f" {self.our_name}:" not in request.get("via"):
            return 403, "Contact Is Not The Name Of The SBC"
        if not contact.startswith("sip:") or ";transport=tls" not in contact:
            return 400, "Contact Without transport=tls"
        return None

    def complaint(self, request, flow, carrier):
        names = [name for kind, name in flow.certificate.get("subjectAltName", ()) if kind == "DNS"]
        if self.our_name not in names:
            return 403, "Unknown Certificate"
        return self._about_us(request) or super().complaint(request, flow, carrier)

    def about_options(self, request):
        wanted = {"INVITE", "ACK", "BYE", "REFER", "NOTIFY"} if request.method == "OPTIONS" else set()
        return None if wanted <= set(request.words("allow")) else (403, "Allow")

    def about_call(self, request):
        if not is_e164(request.uri) or not is_e164(uri_in(request.get("p-asserted-identity", "<sip:none>"))):
            return 403, "Numbers Begin With +"
        if "100rel" not in request.words("supported") or "timer" not in request.words("supported"):
            return 421, "100rel And timer Are Needed"
        return None

    def about_media(self, sdp):
        return super().about_media(sdp) or (None if "|2^31" in sdp else (488, "Key Without Lifetime"))

    def crypto_lines(self, offer):
        if offer:
            return super().crypto_lines(offer)
        return (f"a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:{key()}|2^31|1:1\r\n"
                f"a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:{key()}|2^31\r\n")

    def check_answer(self, response):
        super().check_answer(response)
        assert host_of(uri_in(response.get("contact"))) == self.our_name, response.get("contact")


class Twilio(Terms):
    """Secure trunking: nothing in the clear; one suite, and no more in a key than the key."""

    profile, host, tls, encrypts = "twilio", "customer.pstn.test", True, True
    our_name, protection = "sbc.customer.test", (10,)
    certificate_names = "DNS:*.pstn.test"
    columns = {"country_code": "49"}

    def about_call(self, request):
        if not request.uri.startswith("sip:") or not is_e164(request.uri):
            return 400, "Invalid Number"
        return None if is_e164(uri_in(request.get("from"))) else (403, "Caller Is No Number")

    def about_media(self, sdp):
        single = sdp.count("a=crypto:") == 1 and "|" not in sdp
        return super().about_media(sdp) or (None if single else (488, "One Plain Key"))


class Telnyx(Terms):
    """Registers by credentials and asks for them at each call; calls in come over our connection."""

    profile, host, tls, encrypts, challenges_calls = "telnyx", "sip.telnyx.test", True, True, True
    protection = (10,)
    realm, algorithm, username, password = "sip.telnyx.test", "SHA-256", "customer", "telnyx-secret"
    certificate_names = "DNS:sip.telnyx.test"
    columns = {"username": username, "password": password, "country_code": "49"}

    def about_register(self, request):
        return None if request.uri.startswith("sip:") else (416, "Unsupported URI Scheme")

    def about_call(self, request):
        return None if request.uri.startswith("sip:") and is_e164(request.uri) else (404, "No Such Number")


class CompanyFlex(Terms):
    """Behind a proxy of the customer's own; how media is protected is agreed on by REGISTER and repeated in calls."""

    profile, host, tls, encrypts, challenges_calls = "telekom-companyflex", "tel.flex.test", True, True, True
    protection = (10,)
    realm, username, password = "tel.flex.test", "+4930123450", "flex-secret"
    proxy, edge = "551234567890.primary.flex.test", "edge.flex.test"
    certificate_names = f"DNS:{proxy}"
    mechanisms = ("msrp-tls;mediasec", "sdes-srtp;mediasec", "dtls-srtp;mediasec")
    columns = {"username": username, "password": password, "country_code": "49"}

    def complaint(self, request, flow, carrier):
        if carrier.ports.names[-1:] != [self.proxy]:
            return 403, "Unknown Domain In SNI"
        return super().complaint(request, flow, carrier)

    def _about_security(self, request):
        tags = request.words("require"), request.words("proxy-require")
        if any("mediasec" not in tag for tag in tags):
            return 403, "mediasec Is Needed"
        return None

    def about_register(self, request):
        if user_of(uri_in(request.get("to"))) != self.username or "path" not in request.words("supported"):
            return 403, "Unknown Customer"
        if host_of(uri_in(request.get("route", "<sip:none>"))) != self.proxy:
            return 403, "Not Through The Proxy"
        if request.get("authorization") and tuple(request.words("security-verify")) != self.mechanisms:
            return 403, "Security-Verify Is Not What Was Said"
        return self._about_security(request) or (
            None if request.get("security-client") == "sdes-srtp;mediasec" else (403, "Security-Client"))

    def about_call(self, request):
        if tuple(request.words("security-verify")) != self.mechanisms:
            return 403, "Security-Verify Is Not What Was Said"
        if [host_of(uri_in(route)) for route in request.words("route")] != [self.proxy, self.edge]:
            return 403, "Not By The Service Route"
        if not is_e164(request.uri) or not is_e164(uri_in(request.get("p-preferred-identity", "<sip:none>"))):
            return 403, "Numbers Begin With +"
        return self._about_security(request)

    def about_media(self, sdp):
        edge = None if "a=3ge2ae:requested\r\n" in sdp else (488, "Not Up To The Access Edge")
        return super().about_media(sdp) or edge

    def security_fields(self):
        return [("Security-Server", mechanism) for mechanism in self.mechanisms]

    def registered_fields(self):
        return [("Service-Route", f"<sip:{self.edge};transport=tls;lr>"),
                ("P-Associated-URI", f"<sip:{self.username}@{self.host}>")]

    def crypto_lines(self, offer):
        return super().crypto_lines(offer) + ("" if offer else "a=3ge2ae:applied\r\n")


class FritzBox(Terms):
    """In the local network: UDP, plain RTP, an account of ours on it, numbers as they are dialled."""

    profile, challenges_calls = "fritzbox", True
    realm, username, password = "fritz.box", "620", "box-secret"
    columns = {"username": username, "password": password}

    def about_call(self, request):
        if not request.uri.startswith("sip:"):
            return 416, "Unsupported URI Scheme"
        return None if user_of(request.uri).isdigit() else (404, "No Such Number")

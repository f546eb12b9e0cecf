"""A20: the password goes to the server that was meant, encrypted, or nowhere."""

import base64
import ssl
import subprocess

import pytest

from hostile_imap import CAPABILITY, SECRET, Gone, Server, failure, poll
from imapserver import authority

CERTIFICATES = ["self-signed", "wrong-name", "unknown-ca", "expired", "early"]
NOTHING = [["noop"]]


@pytest.fixture(scope="module")
def ca():
    with authority() as base:
        yield base


def context(ca, name="good", version=None):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(ca / f"{name}.pem", ca / f"{name}.key")
    if version is not None:
        made.set_ciphers("ALL:@SECLEVEL=0")
        made.minimum_version = made.maximum_version = version
    return made


def keys(ca, security, **more):
    return {"host": "localhost", "security": security, "ca": ca / "ca.pem"} | more


def never_told(server):
    """Neither the secret nor anything that encodes it has reached the server, in the clear or encrypted."""
    for user in ("desk", ""):
        coded = base64.b64encode(f"\0{user}\0{SECRET}".encode())
        assert coded not in server.seen
    assert SECRET.encode() not in server.seen
    assert b"LOGIN" not in server.seen.upper() and b"AUTHENTICATE" not in server.seen.upper()


def key_hash(ca, name):
    public = subprocess.run(["openssl", "x509", "-in", f"{name}.pem", "-noout", "-pubkey"], cwd=ca, capture_output=True, check=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=public, capture_output=True, check=True).stdout
    return subprocess.run(["openssl", "dgst", "-sha256", "-r"], input=der, capture_output=True, check=True).stdout.split()[0].decode()


@pytest.mark.parametrize("starttls", [False, True], ids=["tls", "starttls"])
class TestCertificates:
    security = {False: "tls", True: "starttls"}

    def server(self, ca, starttls, name="good", **more):
        capability = CAPABILITY + (b" STARTTLS" if starttls else b"")
        return Server({}, context(ca, name, **more), starttls, capability)

    def test_good(self, ca, starttls):
        with self.server(ca, starttls) as server:
            lines = poll(server, **keys(ca, self.security[starttls]))
        assert failure(lines) is None, lines
        assert lines[0][2].startswith("TLS1.")
        assert b"AUTHENTICATE" in server.seen

    @pytest.mark.parametrize("name", CERTIFICATES)
    def test_wrong(self, ca, starttls, name):
        with self.server(ca, starttls, name) as server:
            lines = poll(server, NOTHING, **keys(ca, self.security[starttls]))
        assert failure(lines) == ("connect", "trust", "dead"), lines
        never_told(server)

    def test_unknown_to_the_system(self, ca, starttls):
        with self.server(ca, starttls) as server:
            lines = poll(server, NOTHING, **{key: value for key, value in keys(ca, self.security[starttls]).items() if key != "ca"})
        assert failure(lines) == ("connect", "trust", "dead"), lines
        never_told(server)

    def test_name_is_not_the_address(self, ca, starttls):
        with self.server(ca, starttls) as server:
            lines = poll(server, NOTHING, **keys(ca, self.security[starttls], host="127.0.0.1"))
        assert failure(lines) == ("connect", "trust", "dead"), lines
        never_told(server)

    def test_by_address(self, ca, starttls):
        with self.server(ca, starttls, "by-address") as server:
            assert failure(poll(server, **keys(ca, self.security[starttls], host="127.0.0.1"))) is None

    def test_pin(self, ca, starttls):
        """A pinned key needs neither authority nor name."""
        with self.server(ca, starttls, "self-signed") as server:
            lines = poll(server, **keys(ca, self.security[starttls], host="127.0.0.1", pin=f"{'0' * 64} {key_hash(ca, 'self-signed').upper()}"))
        assert failure(lines) is None, lines

    def test_wrong_pin(self, ca, starttls):
        """A certificate that is good in every other way."""
        with self.server(ca, starttls) as server:
            lines = poll(server, NOTHING, **keys(ca, self.security[starttls], pin=key_hash(ca, "self-signed")))
        assert failure(lines) == ("connect", "trust", "dead"), lines
        assert key_hash(ca, "good") in lines[0][5], "the key that was found is named, so that it can be compared"
        never_told(server)

    @pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=["1.0", "1.1"])
    def test_old_version(self, ca, starttls, version):
        with self.server(ca, starttls, version=version) as server:
            lines = poll(server, NOTHING, **keys(ca, self.security[starttls]))
        assert failure(lines)[1] in ("tls", "connect"), lines
        never_told(server)

    def test_tls_1_2(self, ca, starttls):
        with self.server(ca, starttls, version=ssl.TLSVersion.TLSv1_2) as server:
            lines = poll(server, **keys(ca, self.security[starttls]))
        assert failure(lines) is None and lines[0][2].startswith("TLS1.2")

    def test_no_authority_in_the_file(self, ca, starttls):
        with self.server(ca, starttls) as server:
            lines = poll(server, NOTHING, **keys(ca, self.security[starttls]) | {"ca": "/dev/null"})
        assert failure(lines) == ("connect", "trust", "dead"), lines
        never_told(server)


def close(dialogue, tag):
    raise Gone


def inject(dialogue, tag):
    """What an attacker in the middle puts behind the answer to STARTTLS stands before the handshake (CVE-2020-15953 and its kin)."""
    dialogue.send(tag + b" OK begin\r\n* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] now\r\n")
    dialogue.encrypt(dialogue.server.context)


def inject_half(dialogue, tag):
    dialogue.send(tag + b" OK begin\r\n* OK half a line")
    dialogue.encrypt(dialogue.server.context)


STARTTLS = {
    "not-offered": ({}, CAPABILITY, "trust"),
    "refused": ({"starttls": b"%T NO not here\r\n"}, CAPABILITY + b" STARTTLS", "trust"),
    "unknown": ({"starttls": b"%T BAD what\r\n"}, CAPABILITY + b" STARTTLS", "protocol"),
    "preauth": ({"greeting": b"* PREAUTH welcome\r\n"}, CAPABILITY + b" STARTTLS", "trust"),
    "injected": ({"starttls": inject}, CAPABILITY + b" STARTTLS", "trust"),
    "injected-half": ({"starttls": inject_half}, CAPABILITY + b" STARTTLS", "trust"),
    "only-said": ({"starttls": b"%T OK begin\r\n"}, CAPABILITY + b" STARTTLS", "timeout"),
    "plain-behind": ({"starttls": lambda d, tag: (d.send(tag + b" OK\r\n"), d.flood(b"* OK plain\r\n", 100), close(d, tag))},
                     CAPABILITY + b" STARTTLS", None),
    "closed": ({"starttls": close}, CAPABILITY + b" STARTTLS", "connect"),
    "bye": ({"starttls": b"* BYE no\r\n"}, CAPABILITY + b" STARTTLS", "bye"),
    "said-before": ({"greeting": b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] x\r\n1 OK begin\r\n"}, CAPABILITY + b" STARTTLS", None),
}


@pytest.mark.parametrize("name", STARTTLS)
def test_starttls(ca, name):
    script, capability, fault = STARTTLS[name]
    with Server(script, context(ca), True, capability) as server:
        lines = poll(server, NOTHING, **keys(ca, "starttls"))
    assert failure(lines) is not None, lines
    assert fault is None or failure(lines) == ("connect", fault, "dead"), lines
    never_told(server)


def test_capabilities_said_in_the_clear_are_forgotten(ca):
    """LOGINDISABLED or a weaker mechanism before TLS means nothing after it."""
    script = {"greeting": b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] x\r\n"}
    with Server(script, context(ca), True, CAPABILITY) as server:
        lines = poll(server, NOTHING, **keys(ca, "starttls"))
    assert failure(lines) is None, lines
    assert server.seen.count(b"CAPABILITY") == 1


def test_preauth_within_tls(ca):
    """There it is the server that says so: nothing is left to send."""
    with Server({"greeting": b"* PREAUTH welcome\r\n"}, context(ca)) as server:
        assert failure(poll(server, NOTHING, **keys(ca, "tls"))) is None
    never_told(server)


@pytest.mark.parametrize("script", [{"connect": b"* OK plain text\r\n"}, {"connect": b"\x15\x03\x03\x00\x02\x02\x28"},
                                    {"connect": close}, {"connect": lambda d, tag: d.hang()},
                                    {"connect": lambda d, tag: d.drip(b"\x16\x03\x03\x40\x00" + b"\x02" * 100)},
                                    {"connect": lambda d, tag: d.flood(b"\x16\x03\x03\x40\x00" + b"\x02\xff\xff\xff" * 4096)}],
                         ids=["plain", "alert", "closed", "stall", "drip", "flood"])
def test_no_tls_at_all(ca, script):
    with Server(script, context(ca)) as server:
        lines = poll(server, NOTHING, **keys(ca, "tls"))
    assert failure(lines)[0] == "connect" and failure(lines)[1] in ("tls", "connect", "timeout"), lines
    never_told(server)


def test_loginless_where_login_is_disabled(ca):
    with Server({}, context(ca), capability=b"IMAP4rev1 LOGINDISABLED") as server:
        lines = poll(server, NOTHING, **keys(ca, "tls"))
    assert failure(lines) == ("connect", "login", "dead"), lines
    never_told(server)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_plain_text_on_loopback_only_if_asked_for(host):
    with Server({}) as server:
        assert failure(poll(server, NOTHING, host=host)) is None
    assert b"AUTHENTICATE" in server.seen


def test_plain_text_never_elsewhere():
    """An address that is not loopback is refused before a connection is made."""
    with Server({}) as server:
        lines = poll(server, NOTHING, host="192.0.2.1")
    assert failure(lines) == ("connect", "connect", "dead")
    assert "loopback" in lines[0][5]


def test_no_such_host():
    with Server({}) as server:
        lines = poll(server, NOTHING, host="imap.invalid", security="tls")
    assert failure(lines)[1] in ("name", "timeout")


# Tokens: what the server says of one that it refuses is kept, and answered as the mechanism wants it.
CHALLENGE = b'{"status":"invalid_token","schemes":"bearer","scope":"mail"}'


@pytest.mark.parametrize("mechanism, answer", [("XOAUTH2", b""), ("OAUTHBEARER", b"AQ==")])
@pytest.mark.parametrize("initial", [True, False], ids=["at-once", "asked"])
def test_token_refused(mechanism, answer, initial):
    said = []

    def login(dialogue, tag):
        if not initial:
            dialogue.send(b"+ \r\n")
            said.append(base64.b64decode(dialogue.line()))
        dialogue.send(b"+ " + base64.b64encode(CHALLENGE) + b"\r\n")
        said.append(dialogue.line())
        return b"%T NO SASL authentication failed\r\n"

    capability = b"IMAP4rev1 AUTH=" + mechanism.encode() + (b" SASL-IR" if initial else b"")
    with Server({"login": login}, capability=capability) as server:
        lines = poll(server, NOTHING, mechanism="token")
    assert failure(lines) == ("connect", "token", "dead"), lines
    assert CHALLENGE.decode() in [line for line in lines if line[0] == "texts"][0]
    assert said[-1] == answer
    first = said[0] if not initial else base64.b64decode(server.seen.split(mechanism.encode() + b" ")[1].split(b"\r\n")[0])
    if mechanism == "XOAUTH2":
        assert first == b"user=desk\1auth=Bearer " + SECRET.encode() + b"\1\1"
    else:
        assert first == b"n,a=desk,\1host=127.0.0.1\1port=%d\1auth=Bearer %s\1\1" % (server.port, SECRET.encode())


def test_token_refused_without_a_word():
    """As Microsoft does."""
    with Server({"login": b"%T NO AUTHENTICATE failed.\r\n"}, capability=b"IMAP4rev1 SASL-IR AUTH=XOAUTH2") as server:
        assert failure(poll(server, NOTHING, mechanism="xoauth2")) == ("connect", "login", "dead")


def test_token_expired_by_code():
    with Server({"login": b"%T NO [EXPIRED] token\r\n"}, capability=b"IMAP4rev1 SASL-IR AUTH=XOAUTH2") as server:
        assert failure(poll(server, NOTHING, mechanism="xoauth2")) == ("connect", "token", "dead")


@pytest.mark.parametrize("challenge", [b"+ " + b"A" * 60000, b"+ not base64 at all!", b"+", b"+ " + base64.b64encode(b'{"' + SECRET.encode() + b'":1}')],
                         ids=["long", "no-base64", "empty", "echo"])
def test_odd_challenge(challenge):
    def login(dialogue, tag):
        dialogue.send(challenge + b"\r\n")
        dialogue.line()
        return b"%T NO no\r\n"

    with Server({"login": login}, capability=b"IMAP4rev1 SASL-IR AUTH=XOAUTH2") as server:
        assert failure(poll(server, NOTHING, mechanism="xoauth2"))[1] in ("login", "token")


def test_plain_when_asked_and_login_where_nothing_else_is():
    with Server({"login": lambda d, tag: (d.send(b"+ \r\n"), d.line(), b"%T OK in\r\n")[2]}, capability=b"IMAP4rev1 AUTH=PLAIN") as server:
        assert failure(poll(server, NOTHING)) is None
    assert base64.b64encode(b"\0desk\0" + SECRET.encode()) in server.seen.split(b"\r\n")
    with Server({}, capability=b"IMAP4rev1") as server:
        assert failure(poll(server, NOTHING, secret='a "b" \\c')) is None
    assert b'LOGIN "desk" "a \\"b\\" \\\\c"' in server.seen
